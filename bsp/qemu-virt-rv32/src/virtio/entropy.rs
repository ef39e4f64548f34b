//! The entropy device: random bytes from the host.

use alloc::boxed::Box;
use virtio_drivers::Error;
use virtio_drivers::device::common::Feature;
use virtio_drivers::queue::VirtQueue;
use virtio_drivers::transport::{DeviceStatus, Transport as _};

use super::{Device, Dma, Transport};
use crate::interrupt::Interrupt;

const REQUEST_QUEUE: u16 = 0;

/// Bytes of one request.
const BLOCK: usize = 64;

/// Driver of the entropy device. The driver in `virtio-drivers` spins until the bytes have arrived;
/// this one waits for the interrupt.
pub(crate) struct Entropy {
    transport: Transport,
    interrupt: Interrupt,
    queue: VirtQueue<Dma, 2>,
    block: Box<[u8; BLOCK]>,
}

impl Entropy {
    /// Creates the driver of `device`.
    pub(crate) fn new(device: Device) -> Result<Self, Error> {
        let Device {
            mut transport,
            interrupt,
        } = device;
        transport.begin_init(Feature::VERSION_1);
        let queue = VirtQueue::new(&mut transport, REQUEST_QUEUE, false, false)?;
        transport.finish_init();
        Ok(Self {
            transport,
            interrupt,
            queue,
            block: Box::new([0; BLOCK]),
        })
    }

    /// Fills `bytes` with random bytes.
    ///
    /// # Cancel safety
    ///
    /// A drop at an await leaves a request pending at the device. Drop the driver then, too.
    pub(crate) async fn fill(&mut self, mut bytes: &mut [u8]) -> Result<(), Error> {
        while !bytes.is_empty() {
            let came = self.request().await?;
            let random = self.block.get(..came).unwrap_or_default();
            let (now, later) = bytes.split_at_mut(came.min(bytes.len()));
            now.copy_from_slice(&random[..now.len()]);
            bytes = later;
        }
        Ok(())
    }

    /// Requests a block, and returns the number of bytes that the device delivered.
    async fn request(&mut self) -> Result<usize, Error> {
        // SAFETY: the buffer is boxed, so it does not move, and no code accesses it until it is popped below. If this
        // future is dropped before, so is the driver, and its drop resets the device first.
        let token = unsafe { self.queue.add(&[], &mut [&mut self.block[..]]) }?;
        if self.queue.should_notify() {
            self.transport.notify(REQUEST_QUEUE);
        }
        while !self.queue.can_pop() {
            self.interrupt.wait().await;
            self.transport.ack_interrupt();
            self.interrupt.complete();
        }
        // SAFETY: this is the buffer that was added.
        let came = unsafe { self.queue.pop_used(token, &[], &mut [&mut self.block[..]]) }?;
        match came as usize {
            // An error, because `fill` would otherwise request bytes for ever.
            0 => Err(Error::IoError),
            came => Ok(came.min(BLOCK)),
        }
    }
}

impl Drop for Entropy {
    /// Resets the device, so that it no longer accesses memory that is about to be freed.
    fn drop(&mut self) {
        self.transport.set_status(DeviceStatus::empty());
    }
}
