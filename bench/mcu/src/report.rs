//! Output format that `cargo xtask bench` parses.

use core::fmt::{self, Write};
use core::panic::PanicInfo;

use crate::{heap, machine};

/// Last line of a successful run.
const END: &str = "end";

/// Initialises the machine and the heap, runs the measurements, prints the last line, and then
/// spins until QEMU is stopped.
pub fn all_of(measure: impl FnOnce()) -> ! {
    machine::start();
    heap::start();
    measure();
    line(format_args!("{END}"));
    loop {
        core::hint::spin_loop();
    }
}

/// Prints a number with its name.
pub fn number(name: fmt::Arguments<'_>, value: u64) {
    line(format_args!("{name} {value}"));
}

/// Prints a value divided by `times`, with its name and two decimals.
pub fn each(name: fmt::Arguments<'_>, value: u64, times: u64) {
    let hundredths = value * 100 / times;
    line(format_args!(
        "{name} {}.{:02}",
        hundredths / 100,
        hundredths % 100
    ));
}

fn line(text: fmt::Arguments<'_>) {
    // Writes to the serial port cannot fail.
    let _ = writeln!(Port, "{text}");
}

struct Port;

impl Write for Port {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.bytes().for_each(machine::send);
        Ok(())
    }
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    line(format_args!("failed: {info}"));
    loop {
        core::hint::spin_loop();
    }
}
