use core::panic::PanicInfo;

/// Logs the message and the location of a panic, then traps. The runtime reports the app as
/// crashed.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    crate::print(format_args!("{info}"));
    core::arch::wasm32::unreachable()
}
