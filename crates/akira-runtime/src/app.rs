//! A running app, as native calls and bridges see it.

use crate::call::Arguments;
use crate::control::Control;
use crate::guard::{ALWAYS, Callee};
use crate::heap::Heap;
use crate::meter::{Meter, RawCause};
use crate::native::Fault;
use crate::resources::Resources;
use crate::window::{AppWindows, Window, Windows};
use akira_abi::caps::{Grant, VendorCapability};
use akira_abi::{AppId, Errno};
use alloc::rc::{Rc, Weak};
use core::fmt;

/// A call that has paused the app: a suspending one, or one with work left to do.
///
/// It is kept here and not in the engine's error, so that the error has no size and pausing allocates nothing of ours.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) callee: Callee,
    pub(crate) arguments: Arguments,
}

/// How far a call has come that does its work in parts.
pub type Progress = [u32; 4];

/// One run of an app: who it is, what it was granted, what it holds.
pub struct App {
    id: AppId,
    name: Rc<str>,
    grant: Rc<Grant>,
    capabilities: u64,
    resources: Resources,
    heap: Heap,
    meter: Rc<Meter>,
    control: Weak<dyn Control>,
    vendors: &'static [VendorCapability],
    charge: u64,
    pub(crate) pending: Option<Pending>,
    pub(crate) progress: Progress,
    /// Made with the first window, so that apps without one pay nothing.
    windows: Option<Rc<dyn AppWindows>>,
    windows_max: usize,
    /// Where the memory of the call under way begins in the app's.
    pub(crate) base: u32,
}

impl App {
    pub(crate) fn new(identity: Identity, heap: Heap) -> Self {
        let capabilities = identity.grant.capabilities.bits() | ALWAYS;
        let handles = usize::from(identity.grant.quotas.handles);
        Self {
            resources: Resources::new(handles),
            id: identity.id,
            name: identity.name,
            grant: identity.grant,
            capabilities,
            heap,
            meter: identity.meter,
            control: identity.control,
            vendors: identity.vendors,
            charge: 0,
            pending: None,
            progress: Progress::default(),
            windows: None,
            base: 0,
            windows_max: identity.windows_max,
        }
    }

    /// Returns the id of this run.
    pub fn id(&self) -> AppId {
        self.id
    }

    /// Returns the app's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns what the app was granted.
    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    pub(crate) fn windows(&self) -> Option<&Rc<dyn AppWindows>> {
        self.windows.as_ref()
    }

    pub(crate) fn open_window(&mut self, start: u32, length: u32) -> Result<Window, Errno> {
        let max = self.windows_max;
        let windows = self
            .windows
            .get_or_insert_with(|| Rc::new(Windows::new(max)));
        windows.open(self.id, start, length)
    }

    pub(crate) fn resources(&mut self) -> &mut Resources {
        &mut self.resources
    }

    /// Charges the app for host work, in fuel; one unit is about one wasm instruction.
    pub fn charge(&mut self, fuel: u64) {
        self.charge = self.charge.saturating_add(fuel);
    }

    /// Charges the app for what costs little, at the begin of a call: engines have taken all that was worth taking by then, so
    /// this does not overflow.
    #[inline(always)]
    pub(crate) fn charge_little(&mut self, fuel: u64) {
        self.charge = self.charge.wrapping_add(fuel);
    }

    /// Allocates in a memory of `memory_bytes`, and charges for the search and for memory that is moved to grow.
    pub(crate) fn allocate(&mut self, size: u32, memory_bytes: u64) -> Result<u32, Fault> {
        self.charge_for_blocks();
        let result = self.heap.allocate(size, memory_bytes);
        if let Err(Fault::Grow(bytes)) = result {
            self.charge(u64::from(bytes) / MOVED_BYTES_PER_FUEL);
        }
        result
    }

    /// Frees what [`crate::Call::allocate`] returned; any other address is ignored.
    pub fn free(&mut self, address: u32) {
        self.charge_for_blocks();
        self.heap.free(address);
    }

    /// Changes the size of an allocation where it lies, and tells whether that could be done.
    pub fn resize(&mut self, address: u32, size: u32) -> bool {
        self.charge_for_blocks();
        self.heap.resize(address, size)
    }

    /// Charges for a look at every block of the heap, or for moving them.
    fn charge_for_blocks(&mut self) {
        self.charge(self.heap.blocks() as u64);
    }

    /// Returns the size of an allocation.
    pub fn allocation(&self, address: u32) -> Option<u32> {
        self.heap.size_of(address)
    }

    pub(crate) fn vendors(&self) -> &'static [VendorCapability] {
        self.vendors
    }

    pub(crate) fn capabilities(&self) -> u64 {
        self.capabilities
    }

    /// Notes that a [`Fault::Grow`] of a suspending call is never answered.
    pub(crate) fn forget_growth(&mut self) {
        self.heap.forget_growth();
    }

    /// Takes everything that is charged.
    pub(crate) fn take_charge(&mut self) -> u64 {
        core::mem::take(&mut self.charge)
    }

    /// Takes what is charged once it is worth an engine's while.
    #[inline(always)]
    pub(crate) fn take_due_charge(&mut self) -> u64 {
        if self.charge < DUE_FUEL {
            return 0;
        }
        self.take_charge()
    }

    /// Returns the app manager.
    ///
    /// # Errors
    ///
    /// `ENODEV` if the device is being taken down.
    pub(crate) fn control(&self) -> Result<Rc<dyn Control>, Errno> {
        self.control.upgrade().ok_or(Errno::ENODEV)
    }

    /// Notes what brings the trap about with which the run is about to end.
    pub(crate) fn note_cause(&mut self, cause: RawCause) {
        self.meter.set_cause(cause);
    }

    /// Notes how many messages for the app were lost in this run, so that the board hears of it when that ends.
    pub fn note_lost_messages(&mut self, lost: u32) {
        self.meter.set_lost_messages(lost);
    }

    /// Counts a denial, and returns how many there were.
    pub(crate) fn note_denial(&mut self) -> u32 {
        self.charge(DENIAL_FUEL);
        self.meter.note_denial()
    }
}

/// Bytes of linear memory that are moved at the price of one unit of fuel, as where an app itself grows it.
const MOVED_BYTES_PER_FUEL: u64 = 64;

/// The least fuel that is taken at once in the middle of a slice: to take it costs an engine as much as a short call.
const DUE_FUEL: u64 = 1_000;

/// What a denied call costs, so that an app that does nothing else still pays for the audit.
const DENIAL_FUEL: u64 = 50;

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("resources", &self.resources)
            .finish_non_exhaustive()
    }
}

/// Who a run is.
pub(crate) struct Identity {
    pub(crate) id: AppId,
    pub(crate) name: Rc<str>,
    pub(crate) grant: Rc<Grant>,
    pub(crate) meter: Rc<Meter>,
    pub(crate) control: Weak<dyn Control>,
    /// The capabilities that the board's vendor has registered.
    pub(crate) vendors: &'static [VendorCapability],
    /// The most windows that modules have open to its memory.
    pub(crate) windows_max: usize,
}
