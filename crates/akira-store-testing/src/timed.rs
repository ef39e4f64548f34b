use std::cell::Cell;
use std::rc::Rc;

use embedded_storage_async::nor_flash::{ErrorType, NorFlash, ReadNorFlash};

/// Duration of a flash's operations.
#[derive(Clone, Copy, Debug)]
pub struct Datasheet {
    /// Time of a read command with its address, in nanoseconds.
    pub read: u64,
    /// Time to read a byte, in nanoseconds.
    pub read_byte: u64,
    /// Size of a program page: one program command stays within one such page.
    pub program_page: usize,
    /// Fixed time of a program command, in nanoseconds.
    pub program: u64,
    /// Time of each programmed byte, in nanoseconds.
    pub program_byte: u64,
    /// Time to erase a page, in nanoseconds.
    pub erase: u64,
}

impl Datasheet {
    /// Typical times of a serial NOR flash like Winbond's W25Q128: 45 ms for a sector of 4 KiB, and
    /// 0.7 ms for a page of 256 bytes, of which 30 us are for its first byte. It is read over
    /// single SPI at 50 MHz.
    pub const SERIAL_NOR: Self = Self {
        read: 640,
        read_byte: 160,
        program_page: 256,
        program: 27_400,
        program_byte: 2_630,
        erase: 45_000_000,
    };
}

/// Work that a flash has done, and its duration by the datasheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Number of read calls.
    pub reads: u64,
    /// Number of bytes read.
    pub read_bytes: u64,
    /// Number of program commands: one for each program page that a write touches.
    pub programs: u64,
    /// Number of bytes programmed.
    pub program_bytes: u64,
    /// Number of pages erased.
    pub erases: u64,
    /// Total time, in nanoseconds.
    pub nanoseconds: u64,
}

/// Flash whose work is counted.
#[derive(Debug)]
pub struct Timed<F> {
    flash: F,
    meter: Meter,
    datasheet: Datasheet,
}

/// Counter of a flash's work. It stays readable when a store owns the flash.
#[derive(Clone, Debug, Default)]
pub struct Meter(Rc<Cell<Work>>);

impl<F> Timed<F> {
    /// Wraps a flash and counts its work by a datasheet.
    pub fn new(flash: F, datasheet: Datasheet) -> Self {
        Self {
            flash,
            meter: Meter::default(),
            datasheet,
        }
    }

    /// Returns the counter of its work.
    pub fn meter(&self) -> Meter {
        self.meter.clone()
    }

    /// Returns the wrapped flash.
    pub fn flash(&self) -> &F {
        &self.flash
    }
}

impl Meter {
    /// Returns the work since the last call, and clears it.
    pub fn take(&self) -> Work {
        self.0.take()
    }

    fn add(&self, more: Work) {
        let work = self.0.get();
        self.0.set(Work {
            reads: work.reads + more.reads,
            read_bytes: work.read_bytes + more.read_bytes,
            programs: work.programs + more.programs,
            program_bytes: work.program_bytes + more.program_bytes,
            erases: work.erases + more.erases,
            nanoseconds: work.nanoseconds + more.nanoseconds,
        });
    }
}

impl<F: ErrorType> ErrorType for Timed<F> {
    type Error = F::Error;
}

impl<F: ReadNorFlash> ReadNorFlash for Timed<F> {
    const READ_SIZE: usize = F::READ_SIZE;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), F::Error> {
        let read_bytes = bytes.len() as u64;
        self.meter.add(Work {
            reads: 1,
            read_bytes,
            nanoseconds: self.datasheet.read + self.datasheet.read_byte * read_bytes,
            ..Work::default()
        });
        self.flash.read(offset, bytes).await
    }

    fn capacity(&self) -> usize {
        self.flash.capacity()
    }
}

impl<F: NorFlash> NorFlash for Timed<F> {
    const WRITE_SIZE: usize = F::WRITE_SIZE;
    const ERASE_SIZE: usize = F::ERASE_SIZE;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), F::Error> {
        let erases = u64::from(to - from) / F::ERASE_SIZE as u64;
        self.meter.add(Work {
            erases,
            nanoseconds: self.datasheet.erase * erases,
            ..Work::default()
        });
        self.flash.erase(from, to).await
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), F::Error> {
        let page = self.datasheet.program_page;
        let (first, end) = (offset as usize / page, offset as usize + bytes.len());
        let programs = (end.div_ceil(page) - first) as u64;
        let program_bytes = bytes.len() as u64;
        let bytes_time = self.datasheet.program_byte * program_bytes;
        self.meter.add(Work {
            programs,
            program_bytes,
            nanoseconds: self.datasheet.program * programs + bytes_time,
            ..Work::default()
        });
        self.flash.write(offset, bytes).await
    }
}
