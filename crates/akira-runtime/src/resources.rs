//! What an app holds of the device, released when it ends.

use akira_abi::Errno;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::fmt;

/// Bits of a handle that name the slot; the others count how often the slot was used.
const SLOT_BITS: u32 = 8;

/// The most resources of one app.
pub const MOST_RESOURCES: usize = 1 << SLOT_BITS;

/// Gives a resource back to its bridge: the board, the app that had it, and the bridge's own number for it.
pub type Release<B> = fn(&B, akira_abi::AppId, u32);

/// A kind of resource: tells handles of one bridge from those of another, by its name.
#[derive(Debug)]
pub struct Kind<B> {
    /// Its name, which no other kind has.
    pub name: &'static str,
    /// How it is given back.
    pub release: Release<B>,
}

impl<B> Clone for Kind<B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B> Copy for Kind<B> {}

struct Resource<B: 'static> {
    kind: Kind<B>,
    value: u32,
}

struct Slot<B: 'static> {
    generation: u32,
    resource: Option<Resource<B>>,
}

/// The resources of one run of an app.
///
/// A handle is a slot with a generation, so that one which was closed is never taken for its successor. On first use
/// of a slot the handle is the slot's number, as small as apps expect. Dropping the table gives everything back.
pub struct Resources<B: 'static> {
    board: Rc<B>,
    app: akira_abi::AppId,
    slots: Vec<Slot<B>>,
    most: usize,
}

impl<B> Resources<B> {
    pub(crate) fn new(board: Rc<B>, app: akira_abi::AppId, most: usize) -> Self {
        Self {
            board,
            app,
            slots: Vec::new(),
            most: most.min(MOST_RESOURCES),
        }
    }

    /// Notes a resource that the app now has, and returns its handle.
    ///
    /// # Errors
    ///
    /// `EMFILE` if the app has as many as it may; the resource is given back at once.
    pub fn open(&mut self, kind: Kind<B>, value: u32) -> Result<u32, Errno> {
        let free = self.slots.iter().position(|slot| slot.resource.is_none());
        let Some(index) = free.or_else(|| self.add_slot()) else {
            (kind.release)(&self.board, self.app, value);
            return Err(Errno::EMFILE);
        };
        let slot = self.slots.get_mut(index).ok_or(Errno::EMFILE)?;
        slot.resource = Some(Resource { kind, value });
        Ok(handle(index, slot.generation))
    }

    /// Notes that the app has a resource of which it can have only one, without a handle.
    ///
    /// # Errors
    ///
    /// `EMFILE` if the app has as many as it may; the resource is given back at once.
    pub fn hold(&mut self, kind: Kind<B>) -> Result<(), Errno> {
        let held = |slot: &Slot<B>| {
            slot.resource
                .as_ref()
                .is_some_and(|resource| resource.kind.name == kind.name)
        };
        if self.slots.iter().any(held) {
            Ok(())
        } else {
            self.open(kind, 0).map(|_| ())
        }
    }

    /// Returns the bridge's number behind a handle.
    ///
    /// # Errors
    ///
    /// `EBADF` if the app has no such handle of this kind.
    pub fn value(&self, kind: Kind<B>, handle: u32) -> Result<u32, Errno> {
        let slot = self.slots.get(slot_of(handle)).ok_or(Errno::EBADF)?;
        let resource = slot
            .resource
            .as_ref()
            .filter(|_| slot.generation == generation_of(handle));
        let resource = resource.filter(|resource| resource.kind.name == kind.name);
        resource.map(|resource| resource.value).ok_or(Errno::EBADF)
    }

    /// Gives a resource back.
    ///
    /// # Errors
    ///
    /// `EBADF` if the app has no such handle of this kind.
    pub fn close(&mut self, kind: Kind<B>, handle: u32) -> Result<(), Errno> {
        self.value(kind, handle)?;
        self.empty(slot_of(handle));
        Ok(())
    }

    /// Returns how many resources the app has.
    pub fn len(&self) -> usize {
        self.slots
            .iter()
            .filter(|slot| slot.resource.is_some())
            .count()
    }

    /// Tells whether the app has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
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

    fn empty(&mut self, index: usize) {
        let Some(slot) = self.slots.get_mut(index) else {
            return;
        };
        let Some(resource) = slot.resource.take() else {
            return;
        };
        slot.generation = (slot.generation + 1) & generation_of(i32::MAX as u32);
        (resource.kind.release)(&self.board, self.app, resource.value);
    }
}

impl<B> Drop for Resources<B> {
    /// Gives back what is left, the newest first.
    fn drop(&mut self) {
        for index in (0..self.slots.len()).rev() {
            self.empty(index);
        }
    }
}

impl<B> fmt::Debug for Resources<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self
            .slots
            .iter()
            .filter_map(|slot| slot.resource.as_ref())
            .map(|resource| resource.kind.name);
        f.debug_list().entries(names).finish()
    }
}

/// Makes a handle; as an i32 it is never negative.
fn handle(slot: usize, generation: u32) -> u32 {
    generation << SLOT_BITS | slot as u32
}

fn slot_of(handle: u32) -> usize {
    (handle & (MOST_RESOURCES as u32 - 1)) as usize
}

fn generation_of(handle: u32) -> u32 {
    handle >> SLOT_BITS
}
