/* What wasm3 includes of a C library; see libc.rs. */
#include <stddef.h>

void *calloc(size_t count, size_t bytes);
void free(void *block);
void *malloc(size_t bytes);
void *realloc(void *block, size_t bytes);

_Noreturn void abort(void);

double strtod(const char *text, char **end);
unsigned long strtoul(const char *text, char **end, int base);
unsigned long long strtoull(const char *text, char **end, int base);
