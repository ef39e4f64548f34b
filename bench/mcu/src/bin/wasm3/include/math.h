/* What wasm3 includes of a C library; the functions are those of Rust's compiler_builtins. */
#define INFINITY __builtin_inff()
#define NAN __builtin_nanf("")
#define isinf(x) __builtin_isinf(x)
#define isnan(x) __builtin_isnan(x)
#define signbit(x) __builtin_signbit(x)

double ceil(double x);
double copysign(double x, double y);
double fabs(double x);
double floor(double x);
double rint(double x);
double sqrt(double x);
double trunc(double x);

float ceilf(float x);
float copysignf(float x, float y);
float fabsf(float x);
float floorf(float x);
float rintf(float x);
float sqrtf(float x);
float truncf(float x);
