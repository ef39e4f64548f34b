//! Interrupt handlers: they only record that a device needs service, and wake the task that serves it.

use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::signal::Signal;
use riscv::interrupt::Interrupt as Core;

use crate::register::plic;
use crate::{clock, uart};

/// Interrupt source of the serial port.
const UART: u8 = 10;

/// Number of interrupt sources of virtio devices: 1 and up.
const VIRTIO: usize = 8;

pub(crate) type Bell = Signal<CriticalSectionRawMutex, ()>;

static VIRTIO_BELLS: [Bell; VIRTIO] = [const { Bell::new() }; VIRTIO];

/// The interrupt of one virtio device.
///
/// After it fires it stays claimed, so that it does not fire again before [`complete`](Self::complete): the device
/// holds its line active until its driver, which runs in a task, has acknowledged it.
pub(crate) struct Interrupt {
    source: u8,
    bell: &'static Bell,
}

impl Interrupt {
    /// Enables the interrupt of the virtio device in slot `slot`, 0-7.
    pub(crate) fn of_virtio(slot: usize) -> Option<Self> {
        let bell = VIRTIO_BELLS.get(slot)?;
        let source = u8::try_from(slot + 1).ok()?;
        enable_source(source);
        Some(Self { source, bell })
    }

    /// Waits until the device needs service.
    ///
    /// # Cancel safety
    ///
    /// A drop loses nothing.
    pub(crate) async fn wait(&mut self) {
        self.bell.wait().await;
    }

    /// Re-enables the device's interrupt, after its driver has acknowledged it.
    pub(crate) fn complete(&mut self) {
        plic::CLAIM.write(self.source.into());
    }
}

fn enable_source(source: u8) {
    plic::priority(source).write(1);
    critical_section::with(|_| plic::ENABLE.write(plic::ENABLE.read() | 1 << source));
}

/// Enables interrupts.
pub(crate) fn enable() {
    plic::THRESHOLD.write(0);
    enable_source(UART);
    // SAFETY: every interrupt that is enabled has a handler here, and no critical section is open.
    unsafe {
        riscv::interrupt::enable_interrupt(Core::MachineTimer);
        riscv::interrupt::enable_interrupt(Core::MachineExternal);
        riscv::interrupt::enable();
    }
}

#[riscv_rt::core_interrupt(Core::MachineTimer)]
fn timer() {
    clock::interrupt();
}

#[riscv_rt::core_interrupt(Core::MachineExternal)]
fn external() {
    loop {
        match plic::CLAIM.read() {
            0 => break,
            source if source == u32::from(UART) => {
                uart::interrupt();
                plic::CLAIM.write(source);
            }
            source => ring(source as usize),
        }
    }
}

fn ring(source: usize) {
    if let Some(bell) = source
        .checked_sub(1)
        .and_then(|slot| VIRTIO_BELLS.get(slot))
    {
        bell.signal(());
    }
}
