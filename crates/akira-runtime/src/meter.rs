use akira_abi::{Instant, NativeCall};
use core::cell::Cell;
use core::time::Duration;

/// Cause of a trap, stored in a few words of RAM.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RawCause {
    /// A call of the import at this offset in the image.
    Import(u32),
    /// A native call. If an argument is invalid, its number, counted from 1, and its value.
    Call(&'static NativeCall, Option<(u32, i32)>),
}

/// Resource use of a run so far. The run updates it, the app manager reads it.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    fuel: Cell<u64>,
    memory_bytes: Cell<u64>,
    denials: Cell<u32>,
    lost_messages: Cell<u32>,
    cause: Cell<Option<RawCause>>,
    preempted: Cell<bool>,
    owed: Cell<Duration>,
    started: Cell<Instant>,
}

impl Meter {
    pub(crate) fn started_at(now: Instant) -> Self {
        Self {
            started: Cell::new(now),
            preempted: Cell::new(true),
            ..Self::default()
        }
    }

    pub(crate) fn started(&self) -> Instant {
        self.started.get()
    }

    pub(crate) fn fuel(&self) -> u64 {
        self.fuel.get()
    }

    pub(crate) fn add_fuel(&self, fuel: u64) {
        self.fuel.set(self.fuel.get().saturating_add(fuel));
    }

    /// Returns how long the app must rest to stay within its share of the CPU.
    pub(crate) fn owed(&self) -> Duration {
        self.owed.get()
    }

    pub(crate) fn set_owed(&self, owed: Duration) {
        self.owed.set(owed);
    }

    pub(crate) fn owe(&self, more: Duration) {
        self.owed.set(self.owed.get().saturating_add(more));
    }

    pub(crate) fn memory_bytes(&self) -> u64 {
        self.memory_bytes.get()
    }

    pub(crate) fn set_memory_bytes(&self, bytes: u64) {
        self.memory_bytes.set(bytes);
    }

    pub(crate) fn denials(&self) -> u32 {
        self.denials.get()
    }

    pub(crate) fn note_denial(&self) -> u32 {
        self.denials.set(self.denials.get().saturating_add(1));
        self.denials.get()
    }

    /// Returns the last recorded action that can explain a trap.
    pub(crate) fn cause(&self) -> Option<RawCause> {
        self.cause.get()
    }

    pub(crate) fn set_cause(&self, cause: RawCause) {
        self.cause.set(Some(cause));
    }

    pub(crate) fn lost_messages(&self) -> u32 {
        self.lost_messages.get()
    }

    pub(crate) fn set_lost_messages(&self, lost: u32) {
        self.lost_messages.set(lost);
    }

    /// Returns whether the app is ready to run and only waits for its turn: it was preempted at the
    /// end of a slice, or it was started and not polled yet.
    pub(crate) fn is_preempted(&self) -> bool {
        self.preempted.get()
    }

    pub(crate) fn set_preempted(&self, preempted: bool) {
        self.preempted.set(preempted);
    }
}
