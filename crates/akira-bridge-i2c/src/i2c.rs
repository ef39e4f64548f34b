use core::cell::Cell;
use core::future::Future;
use core::time::Duration;

use akira_abi::caps::Scopes;
use akira_abi::{Clock, Errno, sleep_until};
use embassy_futures::select::{Either, select};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;
use embedded_hal_async::i2c::Operation;

use crate::Bus;

/// Maximum time that a transaction waits for its bus, as on AkiraOS.
pub const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// Maximum duration of a transaction: four times that of 256 bytes at 20 kHz.
pub const LONGEST_TRANSFER: Duration = Duration::from_millis(500);

/// First and last 7-bit address of a device. The others are reserved (UM10204, table 4).
const ADDRESSES: core::ops::RangeInclusive<u32> = 0x08..=0x77;

/// I²C buses of a device, shared by its apps.
#[derive(Debug)]
pub struct I2c<B, C, const BUSES: usize> {
    buses: [Line<B>; BUSES],
    clock: C,
}

/// A bus with its state.
#[derive(Debug)]
struct Line<B> {
    bus: Mutex<NoopRawMutex, B>,
    /// Whether the last transaction did not end: the bus must recover first.
    is_stuck: Cell<bool>,
}

impl<B: Bus, C: Clock, const BUSES: usize> I2c<B, C, BUSES> {
    /// Creates the bridge. Apps number the buses in this order, from 0. `clock` measures the time-outs.
    pub fn new(buses: [B; BUSES], clock: C) -> Self {
        let line = |bus| Line {
            bus: Mutex::new(bus),
            is_stuck: Cell::new(false),
        };
        Self {
            buses: buses.map(line),
            clock,
        }
    }

    /// Performs a transaction with a device, as
    /// [`I2c::transaction`](embedded_hal_async::i2c::I2c::transaction) defines it.
    ///
    /// # Errors
    ///
    /// `EINVAL` for a reserved address or one above 7 bits, `ENODEV` if no such bus exists, `EPERM` if `scopes` do not
    /// contain the device, `EBUSY` if the bus is not free within [`LONGEST_WAIT`], `ETIMEDOUT` if the transaction takes
    /// longer than [`LONGEST_TRANSFER`], otherwise the error of the [bus](Bus::transaction).
    ///
    /// # Cancel safety
    ///
    /// Dropping the future releases the bus. If the transaction had begun, the next one first lets the bus recover.
    pub async fn transfer(
        &self,
        scopes: &Scopes,
        bus: u32,
        address: u32,
        operations: &mut [Operation<'_>],
    ) -> Result<(), Errno> {
        let line = self.buses.get(bus as usize).ok_or(Errno::ENODEV)?;
        if !ADDRESSES.contains(&address) {
            return Err(Errno::EINVAL);
        }
        if !scopes.allows_i2c(bus, address) {
            return Err(Errno::EPERM);
        }
        let mut bus = self
            .within(LONGEST_WAIT, line.bus.lock())
            .await
            .ok_or(Errno::EBUSY)?;
        // A drop, and every return before the end, leaves the bus marked as stuck.
        if line.is_stuck.replace(true) {
            let recovered = self.within(LONGEST_TRANSFER, bus.recover()).await;
            recovered.ok_or(Errno::ETIMEDOUT)??;
        }
        let transaction = bus.transaction(address as u8, operations);
        let done = self.within(LONGEST_TRANSFER, transaction).await;
        let done = done.ok_or(Errno::ETIMEDOUT)?;
        line.is_stuck.set(done == Err(Errno::EPROTO));
        done
    }

    /// Returns the buses.
    pub fn into_inner(self) -> [B; BUSES] {
        self.buses.map(|line| line.bus.into_inner())
    }

    /// Awaits `future`, or drops it after `time` and returns `None`.
    async fn within<T>(&self, time: Duration, future: impl Future<Output = T>) -> Option<T> {
        let end = self.clock.now() + time;
        match select(future, sleep_until(&self.clock, end)).await {
            Either::First(done) => Some(done),
            Either::Second(()) => None,
        }
    }
}
