use crate::Answer;
use alloc::boxed::Box;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;

/// A lock that answers the calls of a module one at a time, each in a boxed future. These futures
/// are large. Unboxed, they would enlarge the future of every app, even of an app that makes no
/// such call. With the lock, at most one box exists for all apps together.
#[derive(Debug)]
pub(crate) struct Turns(Mutex<NoopRawMutex, ()>);

impl Turns {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(()))
    }

    /// Waits for the lock, then awaits the future that `answer` returns.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future releases the lock, and drops the future that `answer` returned.
    pub(crate) async fn take<F: Future<Output = Answer>>(
        &self,
        answer: impl FnOnce() -> F,
    ) -> Answer {
        let _turn = self.0.lock().await;
        Box::pin(answer()).await
    }
}
