//! Driver of the network adapter: moves frames between the adapter and the TCP/IP stack.

use alloc::boxed::Box;
use core::future::pending;

use embassy_futures::select::{Either3, select3};
use embassy_net_driver_channel::Runner;
use embassy_net_driver_channel::driver::LinkState;
use virtio_drivers::Error;
use virtio_drivers::device::net::VirtIONetRaw;

use super::{Device, Dma, Transport};
use crate::interrupt::Interrupt;

/// Size of a frame in bytes, with its Ethernet header and without its checksum.
pub(crate) const FRAME: usize = 1514;

/// Size of a frame in bytes with the device's header before it (Virtual I/O Device 1.2, 5.1.6).
const BUFFER: usize = 12 + FRAME;

/// Number of frames in each queue.
const QUEUE: usize = 16;

type Buffer = Box<[u8; BUFFER]>;

/// Driver of the network adapter.
pub(crate) struct Network {
    device: VirtIONetRaw<Dma, Transport, QUEUE>,
    interrupt: Interrupt,
    /// Buffers that the device may write to, indexed by token.
    incoming: [Option<Buffer>; QUEUE],
    /// Buffers that the device is sending, indexed by token, with the number of bytes of each.
    outgoing: [Option<(Buffer, usize)>; QUEUE],
    spare: [Option<Buffer>; QUEUE],
}

impl Network {
    /// Creates the driver of `device`.
    pub(crate) fn new(device: Device) -> Result<Self, Error> {
        let Device {
            transport,
            interrupt,
        } = device;
        let mut network = Self {
            device: VirtIONetRaw::new(transport)?,
            interrupt,
            incoming: [const { None }; QUEUE],
            outgoing: [const { None }; QUEUE],
            spare: core::array::from_fn(|_| Some(Box::new([0; BUFFER]))),
        };
        for _ in 0..QUEUE {
            network.offer(Box::new([0; BUFFER]))?;
        }
        Ok(network)
    }

    /// Returns the adapter's MAC address.
    pub(crate) fn address(&self) -> [u8; 6] {
        self.device.mac_address()
    }

    /// Serves a TCP/IP stack; returns only if the adapter fails.
    ///
    /// # Cancel safety
    ///
    /// A drop switches the adapter off.
    pub(crate) async fn run(mut self, mut stack: Runner<'static, FRAME>) -> Error {
        stack.set_link_state(LinkState::Up);
        loop {
            match self.work(&mut stack) {
                Ok(()) => self.wait(&mut stack).await,
                Err(error) => return error,
            }
        }
    }

    /// Moves all frames that can be moved without waiting.
    fn work(&mut self, stack: &mut Runner<'static, FRAME>) -> Result<(), Error> {
        self.take_sent()?;
        while let Some(token) = self.device.poll_receive() {
            let Some(room) = stack.try_rx_buf() else {
                break;
            };
            let length = self.receive(token, room)?;
            stack.rx_done(length);
        }
        while self.has_spare() {
            let Some(frame) = stack.try_tx_buf() else {
                break;
            };
            self.send(frame)?;
            stack.tx_done();
        }
        Ok(())
    }

    /// Waits until a frame can be moved.
    async fn wait(&mut self, stack: &mut Runner<'static, FRAME>) {
        let (has_frame, has_spare) = (self.device.poll_receive().is_some(), self.has_spare());
        let (_, mut up, mut down) = stack.borrow_split();
        let room = async {
            if !has_frame {
                pending().await
            }
            up.rx_buf().await;
        };
        let frame = async {
            if !has_spare {
                pending().await
            }
            down.tx_buf().await;
        };
        if let Either3::First(()) = select3(self.interrupt.wait(), room, frame).await {
            self.device.ack_interrupt();
            self.interrupt.complete();
        }
    }

    fn has_spare(&self) -> bool {
        self.spare.iter().any(Option::is_some)
    }

    /// Passes a buffer to the device for a received frame.
    fn offer(&mut self, mut buffer: Buffer) -> Result<(), Error> {
        // SAFETY: the buffer is boxed and stored below, so it does not move, and no code accesses it before it is
        // completed. If the driver is dropped before, the drop takes the queues from the device first.
        let token = unsafe { self.device.receive_begin(&mut buffer[..]) }?;
        keep(&mut self.incoming, token, buffer)
    }

    /// Copies a received frame, and returns its length.
    fn receive(&mut self, token: u16, to: &mut [u8]) -> Result<usize, Error> {
        let mut buffer = take(&mut self.incoming, token)?;
        // SAFETY: this is the buffer that was offered under that token.
        let (start, length) = unsafe { self.device.receive_complete(token, &mut buffer[..]) }?;
        let end = start.checked_add(length).ok_or(Error::IoError)?;
        let frame = buffer.get(start..end).ok_or(Error::IoError)?;
        let room = to.get_mut(..length).ok_or(Error::IoError)?;
        room.copy_from_slice(frame);
        self.offer(buffer)?;
        Ok(length)
    }

    /// Sends a frame, if a spare buffer exists.
    fn send(&mut self, frame: &[u8]) -> Result<(), Error> {
        let spare = self.spare.iter_mut().find_map(Option::take);
        let mut buffer = spare.ok_or(Error::QueueFull)?;
        let start = self.device.fill_buffer_header(&mut buffer[..])?;
        let end = start + frame.len();
        let room = buffer.get_mut(start..end).ok_or(Error::InvalidParam)?;
        room.copy_from_slice(frame);
        // SAFETY: as in `offer`.
        let token = unsafe { self.device.transmit_begin(&buffer[..end]) }?;
        keep(&mut self.outgoing, token, (buffer, end))
    }

    /// Takes back the buffers whose frames were sent.
    fn take_sent(&mut self) -> Result<(), Error> {
        while let Some(token) = self.device.poll_transmit() {
            let (buffer, end) = take(&mut self.outgoing, token)?;
            // SAFETY: this is the buffer that was sent under that token.
            unsafe { self.device.transmit_complete(token, &buffer[..end]) }?;
            let place = self.spare.iter_mut().find(|place| place.is_none());
            *place.ok_or(Error::WrongToken)? = Some(buffer);
        }
        Ok(())
    }
}

fn keep<T>(places: &mut [Option<T>; QUEUE], token: u16, buffer: T) -> Result<(), Error> {
    let place = places.get_mut(usize::from(token));
    *place.ok_or(Error::WrongToken)? = Some(buffer);
    Ok(())
}

fn take<T>(places: &mut [Option<T>; QUEUE], token: u16) -> Result<T, Error> {
    let buffer = places.get_mut(usize::from(token)).and_then(Option::take);
    buffer.ok_or(Error::WrongToken)
}
