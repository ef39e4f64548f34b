//! Drivers of the machine's virtio devices (OASIS, Virtual I/O Device 1.2), based on
//! `virtio-drivers`.

#[expect(unsafe_code, reason = "gives a device a buffer that it may write to")]
mod entropy;
#[expect(unsafe_code, reason = "gives a device buffers that it may write to")]
mod gpu;
mod keyboard;
#[expect(unsafe_code, reason = "memory that devices reach")]
mod memory;
#[expect(unsafe_code, reason = "gives a device buffers that it may write to")]
mod network;
#[expect(unsafe_code, reason = "registers at fixed addresses")]
mod slots;

pub(crate) use entropy::Entropy;
pub(crate) use gpu::Gpu;
pub(crate) use keyboard::Keyboard;
pub(crate) use memory::{Dma, SharedWords};
pub(crate) use network::{FRAME, Network};
pub(crate) use slots::{Device, find};

/// Transport between a driver and its device.
pub(crate) type Transport = virtio_drivers::transport::mmio::MmioTransport<'static>;
