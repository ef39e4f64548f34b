use crate::Answer;
use alloc::boxed::Box;
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;

/// Lets the calls of a module be answered one after the other, each in a box: their futures are large, and would be in the run of
/// every app whether it makes such calls or not. So there is one such box at a time, for all apps together.
#[derive(Debug)]
pub(crate) struct Turns(Mutex<NoopRawMutex, ()>);

impl Turns {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(()))
    }

    /// Waits for a turn, and awaits what `answer` makes then.
    ///
    /// # Cancel safety
    ///
    /// A drop ends the turn; otherwise that of what is awaited.
    pub(crate) async fn take<F: Future<Output = Answer>>(
        &self,
        answer: impl FnOnce() -> F,
    ) -> Answer {
        let _turn = self.0.lock().await;
        Box::pin(answer()).await
    }
}
