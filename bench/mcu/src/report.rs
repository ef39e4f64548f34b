//! The lines that `cargo xtask bench` reads.

use core::fmt::{self, Write};
use core::panic::PanicInfo;

use crate::{heap, machine};

/// The last line of a run that went well.
const END: &str = "end";

/// Starts what the firmware needs, runs it, says that it has ended, and waits to be switched off.
pub fn all_of(measure: impl FnOnce()) -> ! {
    machine::start();
    heap::start();
    measure();
    line(format_args!("{END}"));
    loop {
        core::hint::spin_loop();
    }
}

/// Says what a number is, and which.
pub fn number(name: fmt::Arguments<'_>, value: u64) {
    line(format_args!("{name} {value}"));
}

/// Says what a number of so many times is for one.
pub fn each(name: fmt::Arguments<'_>, value: u64, times: u64) {
    let hundredths = value * 100 / times;
    line(format_args!(
        "{name} {}.{:02}",
        hundredths / 100,
        hundredths % 100
    ));
}

fn line(text: fmt::Arguments<'_>) {
    // A serial port does not fail.
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
