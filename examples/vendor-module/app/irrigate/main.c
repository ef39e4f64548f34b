// Waters a garden, a moment at a time.
#include "acme.h"
#include "akira_api.h"

#define MOMENT_MS 300

int main(void) {
    for (;;) {
        if (valve_pulse(MOMENT_MS) < 0) {
            printf_native("may not water");
            return 1;
        }
        printf_native("watered");
        delay(MOMENT_MS * 1000);
    }
}
