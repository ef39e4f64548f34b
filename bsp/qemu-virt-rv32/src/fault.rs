//! Handling of fatal failures: a report on the serial port, then a reset.

use core::fmt::{self, Write};
use core::panic::PanicInfo;

use riscv::register::{mcause, mepc, mtval};
use riscv_rt::TrapFrame;

use crate::register::FINISHER;
use crate::uart::LastWords;

/// Value that makes the test finisher reset the machine (QEMU, include/hw/misc/sifive_test.h).
const RESET: u32 = 0x7777;

/// Resets the machine.
pub(crate) fn reset() -> ! {
    riscv::interrupt::disable();
    FINISHER.write(RESET);
    loop {
        riscv::asm::wfi();
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    fail(format_args!("{info}"))
}

// SAFETY: riscv-rt calls this by its name, with the registers at the exception.
#[unsafe(no_mangle)]
extern "C" fn ExceptionHandler(frame: &TrapFrame) -> ! {
    let (cause, at, value) = (mcause::read().code(), mepc::read(), mtval::read());
    let TrapFrame { ra, a0, a1, .. } = *frame;
    fail(format_args!(
        "exception {cause} at {at:#010x}, value {value:#010x}, ra {ra:#010x}, a0 {a0:#010x}, a1 {a1:#010x}"
    ))
}

// SAFETY: riscv-rt calls this by its name.
#[unsafe(no_mangle)]
extern "C" fn DefaultHandler() -> ! {
    let cause = mcause::read().code();
    fail(format_args!("interrupt {cause} has no handler"))
}

fn fail(what: fmt::Arguments<'_>) -> ! {
    riscv::interrupt::disable();
    // Cannot fail.
    let _ = write!(LastWords, "\r\nfirmware failed: {what}\r\n");
    reset()
}
