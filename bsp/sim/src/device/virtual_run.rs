use std::cell::RefCell;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use akira::abi::{Clock, Instant};

use super::Device;
use crate::clock::SimClock;

/// Runs a console on virtual time: as fast as the host can, and with bit-identical results in each
/// run.
pub struct VirtualRun {
    clock: SimClock,
    run: RefCell<Pin<Box<dyn Future<Output = ()>>>>,
    woken: Arc<Woken>,
}

/// Flag: the console was woken and must be polled.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl VirtualRun {
    /// Creates a run of `device`, whose clock must be virtual.
    pub fn new(device: Rc<Device>) -> Self {
        Self::of(device.clock().clone(), async move { device.run().await })
    }

    /// Creates a run of `console`, a future that never ends, on its virtual clock.
    pub fn of(clock: SimClock, console: impl Future<Output = ()> + 'static) -> Self {
        Self {
            clock,
            run: RefCell::new(Box::pin(console)),
            woken: Arc::new(Woken(AtomicBool::new(true))),
        }
    }

    /// Runs until the console's time is `limit`. While all apps wait, time skips to the next wake.
    pub fn run_until(&self, limit: Instant) {
        self.woken.0.store(true, Ordering::Relaxed);
        while self.clock.now() < limit {
            self.run_to_event(limit);
        }
    }

    /// Runs one step: polls the console if it was woken, otherwise skips time to the next wake, but
    /// not beyond `limit`.
    pub fn run_to_event(&self, limit: Instant) {
        if !self.poll() {
            self.clock.skip_idle(limit);
        }
    }

    /// Runs an operation on the console, such as an install, to its end. The console is polled only
    /// while the operation waits for it, for example for a flash write of an app. Otherwise no
    /// virtual time passes.
    ///
    /// Never returns if `future` waits for anything other than the console.
    pub fn complete<T>(&self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let waker = Waker::from(woken.clone());
        loop {
            if !woken.0.swap(false, Ordering::Relaxed) {
                self.woken.0.store(true, Ordering::Relaxed);
                self.poll();
            } else if let Poll::Ready(output) =
                future.as_mut().poll(&mut Context::from_waker(&waker))
            {
                return output;
            }
        }
    }

    /// Polls the console if it was woken, and returns whether it was.
    fn poll(&self) -> bool {
        let woken = self.woken.0.swap(false, Ordering::Relaxed);
        if woken {
            let waker = Waker::from(self.woken.clone());
            let poll = self
                .run
                .borrow_mut()
                .as_mut()
                .poll(&mut Context::from_waker(&waker));
            debug_assert_eq!(poll, Poll::Pending, "a console runs for ever");
        }
        woken
    }
}

impl std::fmt::Debug for VirtualRun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("VirtualRun").field(&self.clock).finish()
    }
}
