//! The graphics adapter: shows the changed areas of the screen.

use alloc::boxed::Box;
use virtio_drivers::Error;
use virtio_drivers::device::common::Feature;
use virtio_drivers::queue::VirtQueue;
use virtio_drivers::transport::{DeviceStatus, Transport as _};

use super::{Device, Dma, Transport};
use crate::interrupt::Interrupt;
use crate::screen::{Area, HEIGHT, Screen, WIDTH};

/// Commands of the control queue, and the answer for success (Virtual I/O Device 1.2, 5.7.6.7).
mod code {
    pub(super) const RESOURCE_CREATE_2D: u32 = 0x0101;
    pub(super) const SET_SCANOUT: u32 = 0x0103;
    pub(super) const RESOURCE_FLUSH: u32 = 0x0104;
    pub(super) const TRANSFER_TO_HOST_2D: u32 = 0x0105;
    pub(super) const RESOURCE_ATTACH_BACKING: u32 = 0x0106;
    pub(super) const OK_NODATA: u32 = 0x1100;
}

const CONTROL_QUEUE: u16 = 0;
/// Resource id of the screen's pixels.
const RESOURCE: u32 = 1;
/// Pixel format: blue in the lowest byte, the highest byte unused.
const B8G8R8X8: u32 = 2;

/// Words of a header: type, flags, fence (two), context, padding.
const HEADER: usize = 6;
/// Words of the longest command.
const LONGEST: usize = HEADER + 8;

/// Driver of the graphics adapter.
///
/// The driver in `virtio-drivers` transfers the whole screen each time and spins until that is
/// done. This one transfers the changed area and waits for the interrupt.
pub(crate) struct Gpu {
    transport: Transport,
    interrupt: Interrupt,
    queue: VirtQueue<Dma, 2>,
    command: Box<[u8; 4 * LONGEST]>,
    answer: Box<[u8; 4 * HEADER]>,
    screen: Screen,
}

impl Gpu {
    /// Creates the driver of `device`, which shows `screen`.
    pub(crate) fn new(device: Device, screen: Screen) -> Result<Self, Error> {
        let Device {
            mut transport,
            interrupt,
        } = device;
        transport.begin_init(Feature::VERSION_1);
        let queue = VirtQueue::new(&mut transport, CONTROL_QUEUE, false, false)?;
        transport.finish_init();
        Ok(Self {
            transport,
            interrupt,
            queue,
            command: Box::new([0; 4 * LONGEST]),
            answer: Box::new([0; 4 * HEADER]),
            screen,
        })
    }

    /// Shows the screen and its changes; returns only if the adapter fails.
    ///
    /// # Cancel safety
    ///
    /// A drop switches the adapter off.
    pub(crate) async fn run(mut self) -> Error {
        match self.show().await {
            Ok(never) => never,
            Err(error) => error,
        }
    }

    async fn show(&mut self) -> Result<Error, Error> {
        let pixels = self.screen.address();
        let (low, high) = (pixels as u32, (pixels >> 32) as u32);
        let (width, height) = (u32::from(WIDTH), u32::from(HEIGHT));
        let bytes = 4 * width * height;
        self.obey(
            code::RESOURCE_CREATE_2D,
            &[RESOURCE, B8G8R8X8, width, height],
        )
        .await?;
        self.obey(
            code::RESOURCE_ATTACH_BACKING,
            &[RESOURCE, 1, low, high, bytes, 0],
        )
        .await?;
        self.obey(code::SET_SCANOUT, &[0, 0, width, height, 0, RESOURCE])
            .await?;
        loop {
            let changed = self.screen.changed().await;
            self.refresh(changed).await?;
        }
    }

    async fn refresh(&mut self, area: Area) -> Result<(), Error> {
        let [x, y, width, height] = area.words();
        let offset = 4 * (y * u32::from(WIDTH) + x);
        self.obey(
            code::TRANSFER_TO_HOST_2D,
            &[x, y, width, height, offset, 0, RESOURCE, 0],
        )
        .await?;
        self.obey(code::RESOURCE_FLUSH, &[x, y, width, height, RESOURCE, 0])
            .await
    }

    /// Sends a command and waits for the answer.
    async fn obey(&mut self, command: u32, fields: &[u32]) -> Result<(), Error> {
        let length = self.encode(command, fields).ok_or(Error::InvalidParam)?;
        let command = &self.command[..length];
        // SAFETY: the buffers are boxed, so they do not move, and no code accesses them until they are popped below. If
        // this future is dropped before, so is the driver, and its drop resets the device first.
        let token = unsafe { self.queue.add(&[command], &mut [&mut self.answer[..]]) }?;
        if self.queue.should_notify() {
            self.transport.notify(CONTROL_QUEUE);
        }
        while !self.queue.can_pop() {
            self.interrupt.wait().await;
            self.transport.ack_interrupt();
            self.interrupt.complete();
        }
        let command = &self.command[..length];
        // SAFETY: these are the buffers that were added.
        unsafe {
            self.queue
                .pop_used(token, &[command], &mut [&mut self.answer[..]])
        }?;
        if self.answer[..4] == code::OK_NODATA.to_le_bytes() {
            Ok(())
        } else {
            Err(Error::IoError)
        }
    }

    /// Writes a command with its header, and returns its bytes; `None` if it is too long.
    fn encode(&mut self, command: u32, fields: &[u32]) -> Option<usize> {
        self.command.fill(0);
        self.command[..4].copy_from_slice(&command.to_le_bytes());
        let length = 4 * (HEADER + fields.len());
        let room = self.command.get_mut(4 * HEADER..length)?;
        for (room, field) in room.chunks_exact_mut(4).zip(fields) {
            room.copy_from_slice(&field.to_le_bytes());
        }
        Some(length)
    }
}

impl Drop for Gpu {
    /// Resets the device, so that it no longer accesses memory that is about to be freed.
    fn drop(&mut self) {
        self.transport.set_status(DeviceStatus::empty());
    }
}
