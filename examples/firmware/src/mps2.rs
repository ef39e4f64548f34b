//! Replacement of a HAL crate for QEMU's `mps2-an386` (Arm AN386, chapters 4.3 and 4.4).

use core::convert::Infallible;
use core::fmt;
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m_rt::entry;
use embedded_alloc::LlffHeap;
use embedded_hal::digital::{ErrorType, InputPin, OutputPin};

const UART_DATA: *mut u32 = 0x4000_4000 as _;
const UART_STATE: *mut u32 = 0x4000_4004 as _;
const UART_CONTROL: *mut u32 = 0x4000_4008 as _;
const UART_DIVIDER: *mut u32 = 0x4000_4010 as _;
const LEDS: *mut u32 = 0x4002_8000 as _;
const BUTTONS: *mut u32 = 0x4002_8008 as _;
const COUNTER: *mut u32 = 0x4002_8018 as _;
const PRESCALER: *mut u32 = 0x4002_801C as _;

/// Divider for 115 200 baud at 25 MHz.
const BAUD_DIVIDER: u32 = 217;
/// Control bit: enables the transmitter.
const SEND: u32 = 1;
/// State bit: the transmit buffer is full.
const FULL: u32 = 1;
/// Prescaler value: the counter counts every 25th tick of its 25 MHz clock.
const TICKS: u32 = 24;

#[global_allocator]
static HEAP: LlffHeap = LlffHeap::empty();

#[entry]
fn main() -> ! {
    // SAFETY: called once, before anything is allocated.
    unsafe {
        embedded_alloc::init!(HEAP, 96 << 10);
    }
    write(UART_DIVIDER, BAUD_DIVIDER);
    write(UART_CONTROL, SEND);
    write(PRESCALER, TICKS);
    match crate::run(Serial, [Output(1), Output(2)], Input(1)) {}
}

/// Returns the time since the reset in microseconds. The runtime polls it often enough to see each
/// wrap of the counter, which takes 71 minutes.
pub(crate) fn micros() -> u64 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    static TURNS: AtomicU32 = AtomicU32::new(0);
    let now = read(COUNTER);
    if now < LAST.swap(now, Ordering::Relaxed) {
        TURNS.fetch_add(1, Ordering::Relaxed);
    }
    u64::from(TURNS.load(Ordering::Relaxed)) << 32 | u64::from(now)
}

/// First UART; writes block.
pub(crate) struct Serial;

impl fmt::Write for Serial {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            while read(UART_STATE) & FULL != 0 {}
            write(UART_DATA, byte.into());
        }
        Ok(())
    }
}

/// A light; the number is its bit in the register.
pub(crate) struct Output(u32);

impl ErrorType for Output {
    type Error = Infallible;
}

impl OutputPin for Output {
    fn set_low(&mut self) -> Result<(), Infallible> {
        write(LEDS, read(LEDS) & !self.0);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        write(LEDS, read(LEDS) | self.0);
        Ok(())
    }
}

/// A button; the number is its bit in the register.
pub(crate) struct Input(u32);

impl ErrorType for Input {
    type Error = Infallible;
}

impl InputPin for Input {
    fn is_high(&mut self) -> Result<bool, Infallible> {
        Ok(read(BUTTONS) & self.0 != 0)
    }

    fn is_low(&mut self) -> Result<bool, Infallible> {
        self.is_high().map(|high| !high)
    }
}

fn read(register: *mut u32) -> u32 {
    // SAFETY: callers pass only the registers above, which always exist.
    unsafe { register.read_volatile() }
}

fn write(register: *mut u32, value: u32) {
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
        cortex_m::asm::wfi();
    }
}
