// The smallest app: three lines in the log.
#include "akira_api.h"

int main(void) {
    printf("Hello from a WebAssembly app.");
    printf("The device has run for %lld ms.", (long long)get_time_ms());
    printf("Goodbye.");
    return 0;
}
