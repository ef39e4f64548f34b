//! WebAssembly module with an export for each kernel.

#![no_std]

/// Exports kernels under their own names.
macro_rules! export {
    ($($kernel:ident)*) => {
        $(
            // SAFETY: no other symbol of this module has the name.
            #[unsafe(no_mangle)]
            extern "C" fn $kernel() -> i32 {
                akira_kernels::$kernel()
            }
        )*
    };
}

export!(coremark fib matmul_i32 matmul_f32 sha256 json frame);

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
