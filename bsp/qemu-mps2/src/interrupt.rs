//! The interrupts in use, and their handlers.

use cortex_m::interrupt::InterruptNumber;
use cortex_m::peripheral::NVIC;
use cortex_m_rt::exception;

use crate::{clock, uart};

/// An interrupt line of the machine (Arm AN386, table 5-2).
#[derive(Clone, Copy)]
enum Line {
    UartReceived = 0,
    UartSent = 1,
    Alarm = 9,
}

// SAFETY: each number is that of a different line of the machine.
unsafe impl InterruptNumber for Line {
    fn number(self) -> u16 {
        self as u16
    }
}

/// Enables the interrupts of the devices. Call it after the devices are initialised.
pub(crate) fn enable() {
    for line in [Line::UartReceived, Line::UartSent, Line::Alarm] {
        // SAFETY: no code relies on these being masked; state shared by handlers and tasks is behind critical sections.
        unsafe { NVIC::unmask(line) };
    }
}

/// Dispatches every interrupt: without a `device` crate, cortex-m-rt's vector table has one handler for all.
#[exception]
unsafe fn DefaultHandler(number: i16) {
    match number {
        0 => uart::on_received(),
        1 => uart::on_sent(),
        9 => clock::on_alarm(),
        _ => panic!("interrupt {number} has no handler"),
    }
}
