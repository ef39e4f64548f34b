/* What wasm3 includes of a C library; see libc.rs, and Rust's compiler_builtins. */
#include <stddef.h>

int memcmp(const void *a, const void *b, size_t bytes);
void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int byte, size_t bytes);

int strcmp(const char *a, const char *b);
size_t strlen(const char *text);
