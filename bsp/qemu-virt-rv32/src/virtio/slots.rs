//! The eight slots for virtio devices on the machine's bus.

use core::ptr::NonNull;
use core::sync::atomic::{AtomicBool, Ordering};

use virtio_drivers::transport::mmio::{MmioTransport, VirtIOHeader};
use virtio_drivers::transport::{DeviceType, Transport as _};

use super::Transport;
use crate::interrupt::Interrupt;

const FIRST: usize = 0x1000_1000;
const BYTES: usize = 0x1000;
const SLOTS: usize = 8;

/// For each slot, whether its device already has a driver.
static TAKEN: [AtomicBool; SLOTS] = [const { AtomicBool::new(false) }; SLOTS];

/// A device that has no driver yet.
pub(crate) struct Device {
    pub(crate) transport: Transport,
    pub(crate) interrupt: Interrupt,
}

/// Finds a device of this type that was not found before.
pub(crate) fn find(kind: DeviceType) -> Option<Device> {
    (0..SLOTS).find_map(|slot| take(slot, kind))
}

fn take(slot: usize, kind: DeviceType) -> Option<Device> {
    let taken = TAKEN.get(slot)?;
    if taken.load(Ordering::Relaxed) {
        return None;
    }
    let header = NonNull::new((FIRST + slot * BYTES) as *mut VirtIOHeader)?;
    // SAFETY: QEMU's `virt` always has a virtio header with its configuration in each slot, with or
    // without a device. Only this function creates transports, and none while another one of the
    // same slot exists.
    let transport = unsafe { MmioTransport::new(header, BYTES) }.ok()?;
    if transport.device_type() != kind {
        return None;
    }
    taken.store(true, Ordering::Relaxed);
    let interrupt = Interrupt::of_virtio(slot)?;
    Some(Device {
        transport,
        interrupt,
    })
}
