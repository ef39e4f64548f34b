use core::cell::RefCell;

use akira_abi::Errno;
use heapless::LinearMap;

use crate::{Channel, Sensor};

/// Sensor with settable readings, for tests and for a simulator's sliders.
///
/// `&SettableSensor` is also a [`Sensor`], so the code that sets the values can keep its own
/// reference.
#[derive(Debug, Default)]
pub struct SettableSensor<const CHANNELS: usize> {
    values: RefCell<LinearMap<Channel, Result<i32, Errno>, CHANNELS>>,
}

impl<const CHANNELS: usize> SettableSensor<CHANNELS> {
    /// Creates a sensor without channels.
    pub const fn new() -> Self {
        Self {
            values: RefCell::new(LinearMap::new()),
        }
    }

    /// Makes `channel` return `value`, in thousandths of its unit, from now on.
    ///
    /// # Errors
    ///
    /// `ENOSPC` if `CHANNELS` other channels are set.
    pub fn set(&self, channel: Channel, value: i32) -> Result<(), Errno> {
        self.insert(channel, Ok(value))
    }

    /// Makes `channel` fail with `errno` from now on.
    ///
    /// # Errors
    ///
    /// `ENOSPC` if `CHANNELS` other channels are set.
    pub fn fail(&self, channel: Channel, errno: Errno) -> Result<(), Errno> {
        self.insert(channel, Err(errno))
    }

    /// Removes `channel`.
    pub fn remove(&self, channel: Channel) {
        self.values.borrow_mut().remove(&channel);
    }

    /// Returns the reading of `channel`, or `None` if it has none or fails.
    pub fn value(&self, channel: Channel) -> Option<i32> {
        let values = self.values.borrow();
        values.get(&channel).and_then(|v| v.ok())
    }

    fn insert(&self, channel: Channel, value: Result<i32, Errno>) -> Result<(), Errno> {
        let mut values = self.values.borrow_mut();
        values.insert(channel, value).map_err(|_| Errno::ENOSPC)?;
        Ok(())
    }

    fn reading(&self, channel: Channel) -> Result<Option<i32>, Errno> {
        self.values.borrow().get(&channel).copied().transpose()
    }
}

impl<const CHANNELS: usize> Sensor for SettableSensor<CHANNELS> {
    async fn read(&mut self, channel: Channel) -> Result<Option<i32>, Errno> {
        self.reading(channel)
    }
}

impl<const CHANNELS: usize> Sensor for &SettableSensor<CHANNELS> {
    async fn read(&mut self, channel: Channel) -> Result<Option<i32>, Errno> {
        self.reading(channel)
    }
}
