/* What wasm3 includes of a C library. Assertions are off, as in a release. */
#define assert(condition) ((void)0)
