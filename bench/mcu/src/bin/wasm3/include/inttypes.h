/* What wasm3 includes of a C library: formats of numbers, which nothing here prints. */
#include <stdint.h>

#define PRIi32 "i"
#define PRIi64 "lli"
#define PRIu32 "u"
#define PRIu64 "llu"
