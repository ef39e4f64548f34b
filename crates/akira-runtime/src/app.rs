//! A running app, as seen by native calls and bridges.

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

/// A native call that paused the app: a suspending call, or an immediate call with work left to do.
///
/// It is stored in the [`App`] and not in the engine's error, so that the error has no size and a
/// pause allocates nothing in this crate.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) callee: Callee,
    pub(crate) arguments: Arguments,
}

/// Progress of a native call that does its work in parts: four words whose meaning the call's
/// handler defines.
pub type Progress = [u32; 4];

/// A run of an app, as native calls see it: its identity, grant and resources.
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
    /// Allocated with the first window, so that apps without windows use no RAM for the table.
    windows: Option<Rc<dyn AppWindows>>,
    windows_max: usize,
    /// Offset of the current call's memory within the app's linear memory.
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

    /// Returns the id of this run. Each start of an app gets a new id.
    pub fn id(&self) -> AppId {
        self.id
    }

    /// Returns the app's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the app's grant: its capabilities, scopes and quotas.
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

    /// Charges the app for work that the host did in a native call. One unit of `fuel` is about one
    /// wasm instruction.
    pub fn charge(&mut self, fuel: u64) {
        self.charge = self.charge.saturating_add(fuel);
    }

    /// Charges a small amount at the start of a call. The sum does not overflow, since engines have
    /// collected any larger charge by then.
    #[inline(always)]
    pub(crate) fn charge_little(&mut self, fuel: u64) {
        self.charge = self.charge.wrapping_add(fuel);
    }

    /// Allocates in a linear memory of `memory_bytes` bytes. Charges for the search, and for
    /// copying the memory if it must grow.
    pub(crate) fn allocate(&mut self, size: u32, memory_bytes: u64) -> Result<u32, Fault> {
        self.charge_for_blocks();
        let result = self.heap.allocate(size, memory_bytes);
        if let Err(Fault::Grow(bytes)) = result {
            self.charge(u64::from(bytes) / MOVED_BYTES_PER_FUEL);
        }
        result
    }

    /// Frees an allocation made by [`crate::Call::allocate`]. Ignores any other address.
    pub fn free(&mut self, address: u32) {
        self.charge_for_blocks();
        self.heap.free(address);
    }

    /// Resizes the allocation at `address` in place to `size` bytes. Returns `false`, and changes
    /// nothing, if it cannot be resized in place.
    pub fn resize(&mut self, address: u32, size: u32) -> bool {
        self.charge_for_blocks();
        self.heap.resize(address, size)
    }

    /// Charges for visiting every block of the heap, or for shifting the entries of its block
    /// table.
    fn charge_for_blocks(&mut self) {
        self.charge(self.heap.blocks() as u64);
    }

    /// Returns the size in bytes of the allocation at `address`; `None` if no allocation starts
    /// there.
    pub fn allocation(&self, address: u32) -> Option<u32> {
        self.heap.size_of(address)
    }

    pub(crate) fn vendors(&self) -> &'static [VendorCapability] {
        self.vendors
    }

    pub(crate) fn capabilities(&self) -> u64 {
        self.capabilities
    }

    /// Cancels a [`Fault::Grow`]: the runtime does not grow the memory for a suspending call.
    pub(crate) fn forget_growth(&mut self) {
        self.heap.forget_growth();
    }

    /// Returns the fuel charged so far, and resets it to 0.
    pub(crate) fn take_charge(&mut self) -> u64 {
        core::mem::take(&mut self.charge)
    }

    /// Returns the fuel charged so far and resets it to 0, once it reaches [`DUE_FUEL`]; returns 0
    /// before.
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
    /// `ENODEV` if the runtime no longer exists.
    pub(crate) fn control(&self) -> Result<Rc<dyn Control>, Errno> {
        self.control.upgrade().ok_or(Errno::ENODEV)
    }

    /// Records the cause of the trap that is about to end the run.
    pub(crate) fn note_cause(&mut self, cause: RawCause) {
        self.meter.set_cause(cause);
    }

    /// Records the number of messages for the app that were lost in this run. The runtime reports
    /// it in [`Event::Ended`](crate::Event::Ended) when the run ends.
    pub fn note_lost_messages(&mut self, lost: u32) {
        self.meter.set_lost_messages(lost);
    }

    /// Counts a denied call, and returns the number of denials in this run.
    pub(crate) fn note_denial(&mut self) -> u32 {
        self.charge(DENIAL_FUEL);
        self.meter.note_denial()
    }
}

/// Bytes of linear memory copied for one unit of fuel: the same price as when an app grows its
/// memory itself.
const MOVED_BYTES_PER_FUEL: u64 = 64;

/// Minimum fuel that is collected in the middle of a slice: collecting costs an engine as much as a
/// short call.
const DUE_FUEL: u64 = 1_000;

/// Fuel charged for a denied call, so that an app that makes only denied calls still pays for their
/// reports.
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

/// Identity of a run, with its references to the app manager and the meter.
pub(crate) struct Identity {
    pub(crate) id: AppId,
    pub(crate) name: Rc<str>,
    pub(crate) grant: Rc<Grant>,
    pub(crate) meter: Rc<Meter>,
    pub(crate) control: Weak<dyn Control>,
    /// Capabilities registered by the board's vendor.
    pub(crate) vendors: &'static [VendorCapability],
    /// Maximum number of windows that modules may have open to the app's memory.
    pub(crate) windows_max: usize,
}
