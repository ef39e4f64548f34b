// Takes memory until there is none, in both ways that there are, and uses all of it.
// It prints no floats, which saves 3 KB.
#define AKIRA_PRINT_NO_FLOAT
#include "akira_api.h"

#define PAGE 65536
#define BLOCK 4096

extern void *malloc(unsigned long size);

static int grow(void) {
    int pages = 0;
    for (;;) {
        unsigned long before = __builtin_wasm_memory_grow(0, 1);
        if (before == (unsigned long)-1) return pages;
        volatile char *page = (volatile char *)(before * PAGE);
        for (unsigned i = 0; i < PAGE; i += 256) page[i] = 1;
        pages++;
    }
}

static int allocate(void) {
    int blocks = 0;
    for (;;) {
        volatile char *block = malloc(BLOCK);
        if (block == 0) return blocks;
        for (unsigned i = 0; i < BLOCK; i += 256) block[i] = 1;
        blocks++;
    }
}

int main(void) {
    printf("memory_hog: grew by %d pages", grow());
    printf("memory_hog: allocated %d blocks of 4 KiB", allocate());
    return 0;
}
