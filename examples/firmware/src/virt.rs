//! Replacement of a HAL crate for QEMU's RISC-V machine `virt`. The machine has no GPIO port, so
//! the three pins are modem lines of its 16550 UART, as on many boards that need no modem.

use core::convert::Infallible;
use core::fmt;
use core::panic::PanicInfo;

use embedded_alloc::LlffHeap;
use embedded_hal::digital::{ErrorType, InputPin, OutputPin};
use riscv_rt::entry;

const UART_DATA: *mut u8 = 0x1000_0000 as _;
const UART_MODEM_CONTROL: *mut u8 = 0x1000_0004 as _;
const UART_STATUS: *mut u8 = 0x1000_0005 as _;
const UART_MODEM_STATUS: *mut u8 = 0x1000_0006 as _;
const MTIME_LOW: *mut u32 = 0x0200_BFF8 as _;
const MTIME_HIGH: *mut u32 = 0x0200_BFFC as _;

/// Status bit: the transmit buffer has room for a byte.
const EMPTY: u8 = 1 << 5;
/// Data terminal ready, and request to send.
const DTR: u8 = 1 << 0;
const RTS: u8 = 1 << 1;
/// Clear to send.
const CTS: u8 = 1 << 4;

/// The timer counts at 10 MHz.
const TICKS_PER_US: u64 = 10;

#[global_allocator]
static HEAP: LlffHeap = LlffHeap::empty();

#[entry]
fn main() -> ! {
    // SAFETY: called once, before anything is allocated.
    unsafe {
        embedded_alloc::init!(HEAP, 96 << 10);
    }
    match crate::run(Serial, [Output(DTR), Output(RTS)], Input(CTS)) {}
}

/// Returns the time since the reset in microseconds; reads again if the lower half has wrapped meanwhile.
pub(crate) fn micros() -> u64 {
    loop {
        let (high, low) = (read(MTIME_HIGH), read(MTIME_LOW));
        if read(MTIME_HIGH) == high {
            return (u64::from(high) << 32 | u64::from(low)) / TICKS_PER_US;
        }
    }
}

/// Serial port; writes block.
pub(crate) struct Serial;

impl fmt::Write for Serial {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            while read(UART_STATUS) & EMPTY == 0 {}
            write(UART_DATA, byte);
        }
        Ok(())
    }
}

/// Output line of the port; the number is its bit in the register.
pub(crate) struct Output(u8);

impl ErrorType for Output {
    type Error = Infallible;
}

impl OutputPin for Output {
    fn set_low(&mut self) -> Result<(), Infallible> {
        write(UART_MODEM_CONTROL, read(UART_MODEM_CONTROL) & !self.0);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        write(UART_MODEM_CONTROL, read(UART_MODEM_CONTROL) | self.0);
        Ok(())
    }
}

/// Input line of the port; the number is its bit in the register.
pub(crate) struct Input(u8);

impl ErrorType for Input {
    type Error = Infallible;
}

impl InputPin for Input {
    fn is_high(&mut self) -> Result<bool, Infallible> {
        Ok(read(UART_MODEM_STATUS) & self.0 != 0)
    }

    fn is_low(&mut self) -> Result<bool, Infallible> {
        self.is_high().map(|high| !high)
    }
}

fn read<T>(register: *mut T) -> T {
    // SAFETY: callers pass only the registers above, which always exist.
    unsafe { register.read_volatile() }
}

fn write<T>(register: *mut T, value: T) {
    // SAFETY: as in `read`; no register makes a device write to memory.
    unsafe { register.write_volatile(value) }
}

/// Reports the place of the panic, but not its message: the panic texts of all libraries take 75
/// KB.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    if let Some(at) = info.location() {
        let (file, line) = (at.file(), at.line());
        // Cannot fail.
        let _ = fmt::write(
            &mut Serial,
            format_args!("firmware failed at {file}:{line}\r\n"),
        );
    }
    loop {
        riscv::asm::wfi();
    }
}
