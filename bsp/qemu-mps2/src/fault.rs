//! Handling of firmware failures: a report on the UART, then a reset.

use core::fmt::Write;
use core::panic::PanicInfo;

use cortex_m::peripheral::SCB;
use cortex_m_rt::{ExceptionFrame, exception};

use crate::uart::Blocking;

/// Reports the place of the panic, but not its message. The message would link the text of every
/// panic of every library, and the code that formats its values, into flash.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    cortex_m::interrupt::disable();
    match info.location() {
        Some(at) => say(format_args!("panicked at {}:{}", at.file(), at.line())),
        None => say(format_args!("panicked")),
    }
}

#[exception]
unsafe fn HardFault(frame: &ExceptionFrame) -> ! {
    // MSTKERR (bit 4) means that the stack reached its guard, and the frame was never written.
    // SAFETY: reading the fault status has no effect.
    let status = unsafe { (*SCB::PTR).cfsr.read() };
    say(format_args!(
        "hard fault, CFSR {status:#010x}: {frame:#010x?}"
    ))
}

fn say(what: core::fmt::Arguments<'_>) -> ! {
    // Cannot fail, and a reset follows in any case.
    let _ = write!(Blocking, "\r\nfirmware failed: {what}\r\n");
    SCB::sys_reset()
}
