// Never ends, never waits.
// It prints no floats, which saves 3 KB.
#define AKIRA_PRINT_NO_FLOAT
#include "akira_api.h"

int main(void) {
    printf("spin: starting");
    for (volatile int i = 0;; i++) {
    }
}
