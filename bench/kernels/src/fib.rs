use core::hint::black_box;

/// Computes a Fibonacci number by recursion. The work is mostly calls.
pub fn fib() -> i32 {
    nth(black_box(23))
}

fn nth(n: i32) -> i32 {
    if n < 2 {
        return n;
    }
    // Keeps every call a call: without `black_box` the compiler turns half of them into a loop.
    black_box(nth(n - 1)) + nth(n - 2)
}
