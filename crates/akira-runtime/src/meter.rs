use akira_abi::{Instant, NativeCall};
use core::cell::Cell;
use core::time::Duration;

/// What an app did that brings a trap about, in few words of RAM.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RawCause {
    /// It called the import at this offset in its image.
    Import(u32),
    /// It made a call, with what is wrong of its arguments.
    Call(&'static NativeCall, Option<(u32, i32)>),
}

/// What a run of an app has used so far. The run counts, the app manager reads.
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

    /// Returns how long the app is to rest so that it has no more than its share of the CPU.
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

    /// Returns what the app did last that brings a trap about.
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

    /// Tells whether the app has something to do and waits only for its turn: it gave way at the end of a slice, or was
    /// started and never polled.
    pub(crate) fn is_preempted(&self) -> bool {
        self.preempted.get()
    }

    pub(crate) fn set_preempted(&self, preempted: bool) {
        self.preempted.set(preempted);
    }
}
