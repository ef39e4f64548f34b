use core::cell::{Cell, RefCell};
use core::time::Duration;

use akira::abi::{AppId, Clock, Errno, sleep_until};
use akira::{Answer, Call, NativeModule, natives};
use embedded_hal::digital::OutputPin;

use crate::table::{VALVE_PULSE, VALVE_SET};

/// Maximum length of a pulse.
const LONGEST_MS: u32 = 60_000;

/// Fuel charged for one movement of the valve.
const MOVE_FUEL: u64 = 100;

/// A valve behind a pin. One app owns it at a time, from its first call until the app ends; then the valve is closed.
#[derive(Debug)]
pub struct Valve<P, C> {
    pin: RefCell<P>,
    clock: C,
    owner: Cell<Option<AppId>>,
}

impl<P: OutputPin + 'static, C: Clock + 'static> NativeModule for Valve<P, C> {
    natives! {
        immediate VALVE_SET => Self::set,
        suspending VALVE_PULSE => Self::pulse,
    }

    fn release(&self, app: AppId) {
        if self.owner.get() == Some(app) {
            self.owner.set(None);
            // The app has ended, so a failure of the pin cannot be reported to it.
            let _ = self.drive(false);
        }
    }
}

impl<P: OutputPin, C: Clock> Valve<P, C> {
    /// Creates the module. The valve is closed while the pin is low.
    pub const fn new(pin: P, clock: C) -> Self {
        Self {
            pin: RefCell::new(pin),
            clock,
            owner: Cell::new(None),
        }
    }

    fn set(&self, call: &mut Call<'_>) -> Answer {
        call.charge(MOVE_FUEL);
        self.take(call.app().id())?;
        self.drive(call.u32(0) != 0)?;
        Ok(0)
    }

    /// Opens the valve for a limited time. A drop closes the valve: an app that is stopped meanwhile leaves no water
    /// running.
    async fn pulse(&self, call: &mut Call<'_>) -> Answer {
        call.charge(2 * MOVE_FUEL);
        let duration_ms = call.u32(0);
        if duration_ms > LONGEST_MS {
            return Err(Errno::EINVAL.into());
        }
        self.take(call.app().id())?;
        let end = self.clock.now() + Duration::from_millis(duration_ms.into());
        self.drive(true)?;
        let open = Open(self);
        sleep_until(&self.clock, end).await;
        drop(open);
        Ok(0)
    }

    /// Makes an app the owner of the valve, if no other app owns it.
    fn take(&self, app: AppId) -> Result<(), Errno> {
        if self.owner.get().is_some_and(|owner| owner != app) {
            return Err(Errno::EBUSY);
        }
        self.owner.set(Some(app));
        Ok(())
    }

    fn drive(&self, is_open: bool) -> Result<(), Errno> {
        let mut pin = self.pin.borrow_mut();
        pin.set_state(is_open.into()).map_err(|_| Errno::EIO)
    }
}

/// Closes the valve when it is dropped.
struct Open<'a, P: OutputPin, C: Clock>(&'a Valve<P, C>);

impl<P: OutputPin, C: Clock> Drop for Open<'_, P, C> {
    fn drop(&mut self) {
        // A failure is not reported here: the app's next call returns it.
        let _ = self.0.drive(false);
    }
}
