// Logs as fast as it can, for ever.
// It prints no floats, which saves 3 KB.
#define AKIRA_PRINT_NO_FLOAT
#include "akira_api.h"

int main(void) {
    for (unsigned i = 0;; i++) printf("log_flood: line %u of too many, to fill whatever holds them", i);
}
