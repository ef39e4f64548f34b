// Never ends, never waits.
#include "akira_api.h"

int main(void) {
    printf("spin: starting");
    for (volatile int i = 0;; i++) {
    }
}
