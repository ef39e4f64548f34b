use akira_abi::Errno;
use embedded_hal::i2c::{Error as _, ErrorKind};
use embedded_hal_async::i2c::{I2c, Operation};

/// I²C bus of a board.
///
/// Wrap a bus of a HAL in [`Hal`]; implement this trait for a bus that can also [recover](Self::recover). Buses of two
/// types fit in one array as [`Either`].
#[expect(
    async_fn_in_trait,
    reason = "`Send` is never required: a device runs on one executor"
)]
pub trait Bus {
    /// Performs a transaction with the device at the 7-bit `address`, as
    /// [`I2c::transaction`](embedded_hal_async::i2c::I2c::transaction) defines it.
    ///
    /// # Errors
    ///
    /// `EIO` if the device does not acknowledge, `EBUSY` if another controller won the bus, `EPROTO` if the levels on
    /// the bus are not those of a transaction.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave the bus in the middle of a transaction, from which [`recover`](Self::recover)
    /// frees it.
    async fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), Errno>;

    /// Frees the bus after a transaction that did not end: up to nine clocks until the data line is high, then a stop
    /// condition (UM10204, section 3.1.16). The default does nothing, for a controller that does this by itself.
    ///
    /// # Errors
    ///
    /// `EIO` if a line stays low.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the bus as it was or free.
    async fn recover(&mut self) -> Result<(), Errno> {
        Ok(())
    }
}

impl<T: Bus + ?Sized> Bus for &mut T {
    async fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), Errno> {
        (**self).transaction(address, operations).await
    }

    async fn recover(&mut self) -> Result<(), Errno> {
        (**self).recover().await
    }
}

/// Bus of a HAL that implements `embedded-hal-async`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hal<I>(pub I);

impl<I: I2c> Bus for Hal<I> {
    async fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), Errno> {
        let done = self.0.transaction(address, operations).await;
        done.map_err(|error| match error.kind() {
            ErrorKind::ArbitrationLoss => Errno::EBUSY,
            ErrorKind::Bus => Errno::EPROTO,
            _ => Errno::EIO,
        })
    }
}

/// Bus of one of two types.
#[derive(Clone, Copy, Debug)]
pub enum Either<A, B> {
    /// Bus of the first type.
    First(A),
    /// Bus of the second type.
    Second(B),
}

impl<A: Bus, B: Bus> Bus for Either<A, B> {
    async fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), Errno> {
        match self {
            Self::First(bus) => bus.transaction(address, operations).await,
            Self::Second(bus) => bus.transaction(address, operations).await,
        }
    }

    async fn recover(&mut self) -> Result<(), Errno> {
        match self {
            Self::First(bus) => bus.recover().await,
            Self::Second(bus) => bus.recover().await,
        }
    }
}
