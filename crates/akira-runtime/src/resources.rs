//! Handles: the numbers by which an app refers to its resources.

use akira_abi::Errno;
use alloc::vec::Vec;
use core::fmt;

/// Number of low bits of a handle that hold the slot number. The other bits count how often the
/// slot was used.
const SLOT_BITS: u32 = 8;

/// Maximum number of open handles of one app.
pub const MOST_RESOURCES: usize = 1 << SLOT_BITS;

/// An open resource: the module that it belongs to, and the module's own number for it.
#[derive(Clone, Copy, Debug)]
struct Resource {
    module: u8,
    value: u32,
}

struct Slot {
    generation: u32,
    resource: Option<Resource>,
}

/// The handles of one run of an app.
///
/// A handle is a slot number with a generation, so that a closed handle is never mistaken for a
/// later handle of the same slot. On the first use of a slot, the handle equals the slot number,
/// because apps expect small handles. When the app ends, each module releases the resources of the
/// run in [`NativeModule::release`](crate::NativeModule::release).
pub(crate) struct Resources {
    slots: Vec<Slot>,
    most: usize,
}

impl Resources {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            slots: Vec::new(),
            most: most.min(MOST_RESOURCES),
        }
    }

    /// Returns the bytes of RAM for this number of handles.
    pub(crate) fn host_bytes(handles: u16) -> u64 {
        // The capacity of the table doubles when it grows.
        (usize::from(handles).min(MOST_RESOURCES).next_power_of_two() * size_of::<Slot>()) as u64
    }

    /// Creates a resource of a module with `make`, and returns a handle for it.
    ///
    /// # Errors
    ///
    /// `EMFILE` if the app has its maximum number of handles; `make` is not called in that case.
    /// Otherwise the error of `make`.
    pub(crate) fn open(
        &mut self,
        module: u8,
        make: impl FnOnce() -> Result<u32, Errno>,
    ) -> Result<u32, Errno> {
        let free = self.slots.iter().position(|slot| slot.resource.is_none());
        let index = free.or_else(|| self.add_slot()).ok_or(Errno::EMFILE)?;
        let slot = self.slots.get_mut(index).ok_or(Errno::EMFILE)?;
        let value = make()?;
        slot.resource = Some(Resource { module, value });
        Ok(handle(index, slot.generation))
    }

    /// Returns the module's own number of the resource with this handle.
    ///
    /// # Errors
    ///
    /// `EBADF` if the app has no such handle of this module.
    pub(crate) fn value(&self, module: u8, handle: u32) -> Result<u32, Errno> {
        let slot = self.slots.get(slot_of(handle)).ok_or(Errno::EBADF)?;
        let resource = slot
            .resource
            .filter(|_| slot.generation == generation_of(handle));
        let resource = resource.filter(|resource| resource.module == module);
        resource.map(|resource| resource.value).ok_or(Errno::EBADF)
    }

    /// Closes a handle, and returns the module's own number of the resource.
    ///
    /// # Errors
    ///
    /// `EBADF` if the app has no such handle of this module.
    pub(crate) fn close(&mut self, module: u8, handle: u32) -> Result<u32, Errno> {
        let value = self.value(module, handle)?;
        if let Some(slot) = self.slots.get_mut(slot_of(handle)) {
            slot.resource = None;
            slot.generation = (slot.generation + 1) & generation_of(i32::MAX as u32);
        }
        Ok(value)
    }

    fn add_slot(&mut self) -> Option<usize> {
        let index = self.slots.len();
        if index >= self.most {
            return None;
        }
        self.slots.push(Slot {
            generation: 0,
            resource: None,
        });
        Some(index)
    }
}

impl fmt::Debug for Resources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let resources = self.slots.iter().filter_map(|slot| slot.resource);
        f.debug_list().entries(resources).finish()
    }
}

/// Composes a handle, which is never negative as an i32.
fn handle(slot: usize, generation: u32) -> u32 {
    generation << SLOT_BITS | slot as u32
}

fn slot_of(handle: u32) -> usize {
    (handle & (MOST_RESOURCES as u32 - 1)) as usize
}

fn generation_of(handle: u32) -> u32 {
    handle >> SLOT_BITS
}
