//! Registers of the machine that this firmware uses. Only this file contains their addresses.
//!
//! Addresses are those of Arm's application note AN386, layouts those of the CMSDK (Arm DDI 0479, chapters 4.3 and 4.4).

use core::ptr;

/// A 32-bit register of a device.
pub(crate) struct Register(usize);

impl Register {
    pub(crate) fn read(&self) -> u32 {
        // SAFETY: only this file creates a `Register`, each at the address of a register of the
        // machine, which is always mapped and aligned.
        unsafe { ptr::with_exposed_provenance::<u32>(self.0).read_volatile() }
    }

    pub(crate) fn write(&self, value: u32) {
        // SAFETY: as in `read`; no device here writes to memory, so no value breaks an invariant of Rust's memory.
        unsafe { ptr::with_exposed_provenance_mut::<u32>(self.0).write_volatile(value) }
    }
}

/// A timer that counts down at 25 MHz.
pub(crate) struct Timer {
    pub(crate) control: Register,
    pub(crate) value: Register,
    pub(crate) reload: Register,
    /// Reads as 1 while the interrupt is pending; writing 1 clears it.
    pub(crate) interrupt: Register,
}

impl Timer {
    /// Enables counting.
    pub(crate) const ENABLE: u32 = 1 << 0;
    /// Enables the interrupt at 0.
    pub(crate) const INTERRUPT: u32 = 1 << 3;

    const fn at(base: usize) -> Self {
        Self {
            control: Register(base),
            value: Register(base + 0x4),
            reload: Register(base + 0x8),
            interrupt: Register(base + 0xC),
        }
    }
}

/// A serial port without FIFOs.
pub(crate) struct Serial {
    pub(crate) data: Register,
    pub(crate) state: Register,
    pub(crate) control: Register,
    /// Reads as the pending interrupts; writing their bits clears them.
    pub(crate) interrupt: Register,
    pub(crate) divider: Register,
}

impl Serial {
    /// State bit: the transmit buffer is full.
    pub(crate) const SENDING: u32 = 1 << 0;
    /// State bit: a byte was received.
    pub(crate) const RECEIVED: u32 = 1 << 1;

    /// Control bit: enables the transmitter.
    pub(crate) const SEND: u32 = 1 << 0;
    pub(crate) const RECEIVE: u32 = 1 << 1;
    pub(crate) const SEND_INTERRUPT: u32 = 1 << 2;
    pub(crate) const RECEIVE_INTERRUPT: u32 = 1 << 3;

    /// Interrupt bit: a byte was sent.
    pub(crate) const SENT_PENDING: u32 = 1 << 0;
    pub(crate) const RECEIVED_PENDING: u32 = 1 << 1;

    const fn at(base: usize) -> Self {
        Self {
            data: Register(base),
            state: Register(base + 0x4),
            control: Register(base + 0x8),
            interrupt: Register(base + 0xC),
            divider: Register(base + 0x10),
        }
    }
}

pub(crate) const TIMER0: Timer = Timer::at(0x4000_0000);
pub(crate) const TIMER1: Timer = Timer::at(0x4000_1000);
pub(crate) const UART0: Serial = Serial::at(0x4000_4000);
/// Two lights.
pub(crate) const LEDS: Register = Register(0x4002_8000);
/// Two buttons, which QEMU never presses.
pub(crate) const BUTTONS: Register = Register(0x4002_8008);
