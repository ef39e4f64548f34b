/* What wasm3 includes of a C library; see libc.rs. */
#include <stdarg.h>
#include <stddef.h>

typedef struct FILE FILE;
extern FILE *stderr;

int fprintf(FILE *file, const char *format, ...);
int printf(const char *format, ...);
int snprintf(char *text, size_t bytes, const char *format, ...);
int vsnprintf(char *text, size_t bytes, const char *format, va_list arguments);
