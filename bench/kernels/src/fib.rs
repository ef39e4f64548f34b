use core::hint::black_box;

/// Computes a Fibonacci number by recursion: calls, and little else.
pub fn fib() -> i32 {
    nth(black_box(23))
}

fn nth(n: i32) -> i32 {
    if n < 2 {
        return n;
    }
    // Each call is one that an engine makes: without this the compiler turns half of them into a loop.
    black_box(nth(n - 1)) + nth(n - 2)
}
