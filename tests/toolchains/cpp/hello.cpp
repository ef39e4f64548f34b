// A hello world for C++ compilers, with a global object whose constructor is to run before main.
#if __has_include(<cstdio>)
#include <cstdio>
#else
#include "akira_api.h"
#endif

class Greeting {
public:
    Greeting() : answer(42) { printf("constructed\n"); }
    int answer;
};

static Greeting greeting;

int main()
{
    printf("hello from C++, %d\n", greeting.answer);
    return 0;
}
