// A hello world for C compilers: with the compiler's own C library, or without one against the SDK's header.
#if __has_include(<stdio.h>)
#include <stdio.h>
#else
#include "akira_api.h"
#endif

int main(void)
{
    printf("hello from C, %d\n", 42);
    return 0;
}
