use crate::Stopwatch;
use akira_abi::{AppId, Clock, Errno, Instant};
use core::cell::RefCell;

/// Maximum number of stopwatches for each app.
pub const MAX_PER_APP: u32 = 8;

/// Stopwatches of all apps, at most `N` in total.
///
/// If `N` is 8 times the maximum number of running apps, no app can use up the stopwatches of
/// another.
#[derive(Debug)]
pub struct Timers<C, const N: usize> {
    clock: C,
    slots: RefCell<[Option<Slot>; N]>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    app: AppId,
    handle: u32,
    stopwatch: Stopwatch,
}

impl<C: Clock, const N: usize> Timers<C, N> {
    /// Creates the bridge without stopwatches.
    pub const fn new(clock: C) -> Self {
        Self {
            clock,
            slots: RefCell::new([None; N]),
        }
    }

    /// Creates a stopwatch at zero for an app. Returns its handle, which is the lowest free one of
    /// the app.
    ///
    /// # Errors
    ///
    /// [`Errno::ENOMEM`] if the app has [`MAX_PER_APP`] stopwatches, or all apps together have `N`.
    pub fn create(&self, app: AppId) -> Result<u32, Errno> {
        let mut slots = self.slots.borrow_mut();
        let handle = (0..MAX_PER_APP)
            .find(|handle| !slots.iter().any(|slot| is(slot, app, *handle)))
            .ok_or(Errno::ENOMEM)?;
        let free = slots.iter_mut().find(|slot| slot.is_none());
        *free.ok_or(Errno::ENOMEM)? = Some(Slot {
            app,
            handle,
            stopwatch: Stopwatch::new(),
        });
        Ok(handle)
    }

    /// Starts a stopwatch from zero, even while it runs.
    ///
    /// # Errors
    ///
    /// [`Errno::EINVAL`] if the app has no stopwatch with this handle.
    pub fn start(&self, app: AppId, handle: u32) -> Result<(), Errno> {
        self.with(app, handle, Stopwatch::start)
    }

    /// Stops a stopwatch and freezes its elapsed time.
    ///
    /// # Errors
    ///
    /// [`Errno::EINVAL`] if the app has no stopwatch with this handle.
    pub fn stop(&self, app: AppId, handle: u32) -> Result<(), Errno> {
        self.with(app, handle, Stopwatch::stop)
    }

    /// Returns the low 31 bits of the elapsed time of a stopwatch, in milliseconds.
    ///
    /// # Errors
    ///
    /// [`Errno::EINVAL`] if the app has no stopwatch with this handle.
    pub fn elapsed_ms(&self, app: AppId, handle: u32) -> Result<u32, Errno> {
        self.with(app, handle, |stopwatch, now| stopwatch.elapsed_ms(now))
    }

    /// Frees a stopwatch.
    ///
    /// # Errors
    ///
    /// [`Errno::EINVAL`] if the app has no stopwatch with this handle.
    pub fn free(&self, app: AppId, handle: u32) -> Result<(), Errno> {
        let mut slots = self.slots.borrow_mut();
        let slot = slots.iter_mut().find(|slot| is(slot, app, handle));
        *slot.ok_or(Errno::EINVAL)? = None;
        Ok(())
    }

    /// Frees all stopwatches of an app.
    pub fn release(&self, app: AppId) {
        for slot in self.slots.borrow_mut().iter_mut() {
            slot.take_if(|s| s.app == app);
        }
    }

    fn with<R>(
        &self,
        app: AppId,
        handle: u32,
        operation: impl FnOnce(&mut Stopwatch, Instant) -> R,
    ) -> Result<R, Errno> {
        let now = self.clock.now();
        let mut slots = self.slots.borrow_mut();
        let slot = slots.iter_mut().find(|slot| is(slot, app, handle));
        let slot = slot.and_then(Option::as_mut).ok_or(Errno::EINVAL)?;
        Ok(operation(&mut slot.stopwatch, now))
    }
}

fn is(slot: &Option<Slot>, app: AppId, handle: u32) -> bool {
    slot.is_some_and(|s| s.app == app && s.handle == handle)
}
