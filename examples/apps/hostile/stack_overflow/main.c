// Overruns its stack in linear memory with frames of 1 KiB. The stack lies first, so the address wraps and traps.
// It prints no floats, which saves 3 KB.
#define AKIRA_PRINT_NO_FLOAT
#include "akira_api.h"

__attribute__((noinline)) static int down(int depth) {
    volatile char frame[1024];
    for (unsigned i = 0; i < sizeof(frame); i++) frame[i] = (char)depth;
    if (depth < 0) return 0;
    return down(depth + 1) + frame[depth % 1024];
}

int main(void) {
    printf("stack_overflow: starting");
    int sum = down(1);
    printf("stack_overflow: came back with %d", sum);
    return 1;
}
