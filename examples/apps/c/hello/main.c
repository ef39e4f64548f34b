// The smallest app: three lines in the log.
// It prints no floats, which saves 3 KB.
#define AKIRA_PRINT_NO_FLOAT
#include "akira_api.h"

int main(void) {
    printf("Hello from a WebAssembly app.");
    printf("The device has run for %lld ms.", (long long)get_time_ms());
    printf("Goodbye.");
    return 0;
}
