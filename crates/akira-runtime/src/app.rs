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

/// A call that has paused the app: a suspending call, or an immediate one with work left to do.
///
/// It is stored here and not in the engine's error, so that the error has no size and a pause makes no allocation on
/// our side.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) callee: Callee,
    pub(crate) arguments: Arguments,
}

/// Progress of a call that does its work in parts; the handler defines the meaning of the words.
pub type Progress = [u32; 4];

/// A run of an app: its identity, grant and resources.
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
    /// Created with the first window, so that apps without windows pay nothing.
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

    /// Returns the id of this run.
    pub fn id(&self) -> AppId {
        self.id
    }

    /// Returns the app's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the app's grant.
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

    /// Charges the app for host work. `fuel` is in units of about one wasm instruction each.
    pub fn charge(&mut self, fuel: u64) {
        self.charge = self.charge.saturating_add(fuel);
    }

    /// Charges a small amount at the start of a call. It does not overflow, since engines have collected any larger
    /// charge by then.
    #[inline(always)]
    pub(crate) fn charge_little(&mut self, fuel: u64) {
        self.charge = self.charge.wrapping_add(fuel);
    }

    /// Allocates in a memory of `memory_bytes`. Charges for the search, and for moving the memory if it must grow.
    pub(crate) fn allocate(&mut self, size: u32, memory_bytes: u64) -> Result<u32, Fault> {
        self.charge_for_blocks();
        let result = self.heap.allocate(size, memory_bytes);
        if let Err(Fault::Grow(bytes)) = result {
            self.charge(u64::from(bytes) / MOVED_BYTES_PER_FUEL);
        }
        result
    }

    /// Frees an allocation made by [`crate::Call::allocate`]; ignores any other address.
    pub fn free(&mut self, address: u32) {
        self.charge_for_blocks();
        self.heap.free(address);
    }

    /// Resizes an allocation in place, and returns whether that was possible.
    pub fn resize(&mut self, address: u32, size: u32) -> bool {
        self.charge_for_blocks();
        self.heap.resize(address, size)
    }

    /// Charges for visiting every block of the heap, or for moving the blocks.
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

    /// Cancels a [`Fault::Grow`], which is never served for a suspending call.
    pub(crate) fn forget_growth(&mut self) {
        self.heap.forget_growth();
    }

    /// Takes all fuel charged so far.
    pub(crate) fn take_charge(&mut self) -> u64 {
        core::mem::take(&mut self.charge)
    }

    /// Takes the fuel charged so far once it reaches [`DUE_FUEL`]; returns 0 before.
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

    /// Records the cause of the trap with which the run is about to end.
    pub(crate) fn note_cause(&mut self, cause: RawCause) {
        self.meter.set_cause(cause);
    }

    /// Records how many messages for the app were lost in this run. The board learns the number when the run ends, from
    /// [`Event::Ended`](crate::Event::Ended).
    pub fn note_lost_messages(&mut self, lost: u32) {
        self.meter.set_lost_messages(lost);
    }

    /// Counts a denied call, and returns the number of denials in this run.
    pub(crate) fn note_denial(&mut self) -> u32 {
        self.charge(DENIAL_FUEL);
        self.meter.note_denial()
    }
}

/// Bytes of linear memory moved for one unit of fuel, the same price as when an app grows its memory itself.
const MOVED_BYTES_PER_FUEL: u64 = 64;

/// Minimum fuel that is collected in the middle of a slice: collecting it costs an engine as much as a short call.
const DUE_FUEL: u64 = 1_000;

/// Fuel charged for a denied call, so that an app that makes no other calls still pays for the audit.
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

/// Identity of a run, with the handles it needs.
pub(crate) struct Identity {
    pub(crate) id: AppId,
    pub(crate) name: Rc<str>,
    pub(crate) grant: Rc<Grant>,
    pub(crate) meter: Rc<Meter>,
    pub(crate) control: Weak<dyn Control>,
    /// Capabilities registered by the board's vendor.
    pub(crate) vendors: &'static [VendorCapability],
    /// Maximum number of windows that modules have open to its memory.
    pub(crate) windows_max: usize,
}
