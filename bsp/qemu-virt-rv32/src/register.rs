//! Registers of QEMU's `virt` machine, at the addresses of its memory map (QEMU, hw/riscv/virt.c).

/// A register of 32 bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word(usize);

impl Word {
    pub(crate) fn read(self) -> u32 {
        // SAFETY: only this module creates a `Word`, each for an aligned register below, which the
        // machine always has. No register is RAM, and no access breaks an invariant of Rust's
        // memory.
        unsafe { (self.0 as *const u32).read_volatile() }
    }

    pub(crate) fn write(self, value: u32) {
        // SAFETY: as in `read`; devices access RAM only at the addresses that `virtio` passes to
        // them.
        unsafe { (self.0 as *mut u32).write_volatile(value) }
    }
}

/// A register of 8 bits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Byte(usize);

impl Byte {
    pub(crate) fn read(self) -> u8 {
        // SAFETY: as for `Word`.
        unsafe { (self.0 as *const u8).read_volatile() }
    }

    pub(crate) fn write(self, value: u8) {
        // SAFETY: as for `Word`.
        unsafe { (self.0 as *mut u8).write_volatile(value) }
    }
}

/// SiFive's test finisher, which ends the emulation or resets the machine.
pub(crate) const FINISHER: Word = Word(0x0010_0000);

/// The core-local interruptor: the time, and the time of the next interrupt.
pub(crate) mod clint {
    use super::Word;

    pub(crate) const MTIMECMP_LOW: Word = Word(0x0200_4000);
    pub(crate) const MTIMECMP_HIGH: Word = Word(0x0200_4004);
    pub(crate) const MTIME_LOW: Word = Word(0x0200_bff8);
    pub(crate) const MTIME_HIGH: Word = Word(0x0200_bffc);
}

/// The platform-level interrupt controller: its registers for hart 0 in machine mode.
pub(crate) mod plic {
    use super::Word;

    /// One bit for each of the first 32 sources.
    pub(crate) const ENABLE: Word = Word(0x0c00_2000);
    pub(crate) const THRESHOLD: Word = Word(0x0c20_0000);
    pub(crate) const CLAIM: Word = Word(0x0c20_0004);

    /// Returns the priority register of a source, of which the controller has 1024.
    pub(crate) const fn priority(source: u8) -> Word {
        Word(0x0c00_0000 + 4 * source as usize)
    }
}

/// The 16550 serial port.
pub(crate) mod uart {
    use super::Byte;

    /// Read: the byte received (RBR). Write: the byte to send (THR).
    pub(crate) const DATA: Byte = Byte(0x1000_0000);
    /// Interrupt enable (IER).
    pub(crate) const INTERRUPTS: Byte = Byte(0x1000_0001);
    /// FIFO control (FCR), write only.
    pub(crate) const FIFO: Byte = Byte(0x1000_0002);
    /// Line status (LSR).
    pub(crate) const STATUS: Byte = Byte(0x1000_0005);
}
