//! What happens when the firmware itself fails: it says so and starts again.

use core::fmt::Write;
use core::panic::PanicInfo;

use cortex_m::peripheral::SCB;
use cortex_m_rt::{ExceptionFrame, exception};

use crate::uart::Blocking;

/// Says where. The message is not said: it would keep the text of every panic of every library in flash, and what formats its
/// values.
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
    // With MSTKERR in it (bit 4) the stack ran into its guard, and the frame was never written.
    // SAFETY: reading the fault status has no effect.
    let status = unsafe { (*SCB::PTR).cfsr.read() };
    say(format_args!(
        "hard fault, CFSR {status:#010x}: {frame:#010x?}"
    ))
}

fn say(what: core::fmt::Arguments<'_>) -> ! {
    // Nothing is left to do if this fails, and it cannot.
    let _ = write!(Blocking, "\r\nfirmware failed: {what}\r\n");
    SCB::sys_reset()
}
