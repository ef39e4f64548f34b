// Calls itself for ever, with frames that are all in the engine's stack and none in linear memory.
// It prints no floats, which saves 3 KB.
#define AKIRA_PRINT_NO_FLOAT
#include "akira_api.h"

// Written after the call returns, so that no compiler makes a loop of the recursion.
static volatile unsigned deepest;

__attribute__((noinline)) static unsigned down(unsigned depth) {
    if (depth == 0) return 0;
    unsigned below = down(depth + 1);
    deepest = below;
    return below ^ depth;
}

int main(void) {
    printf("deep_recursion: starting");
    unsigned depth = down(1);
    printf("deep_recursion: came back with %u", depth);
    return 1;
}
