//! Memory that devices read and write. Without an MMU a device's address equals the hart's.

use alloc::alloc::{alloc_zeroed, dealloc};
use core::alloc::Layout;
use core::ptr::NonNull;

use virtio_drivers::{BufferDirection, Hal, PAGE_SIZE, PhysAddr};

/// Allocator of the virtio drivers' memory, from the heap.
#[derive(Debug)]
pub(crate) enum Dma {}

fn layout(pages: usize) -> Option<Layout> {
    Layout::from_size_align(pages.checked_mul(PAGE_SIZE)?, PAGE_SIZE).ok()
}

fn address(memory: NonNull<u8>) -> PhysAddr {
    memory.as_ptr() as PhysAddr
}

// SAFETY: the heap returns pages zeroed and aligned, and hands them out to no other code until they are freed.
unsafe impl Hal for Dma {
    /// Allocates zeroed pages. Returns the address 0 if no memory is left; drivers report that as
    /// [`virtio_drivers::Error::DmaError`].
    fn dma_alloc(pages: usize, _: BufferDirection) -> (PhysAddr, NonNull<u8>) {
        let none = (0, NonNull::dangling());
        let Some(layout) = layout(pages).filter(|layout| layout.size() > 0) else {
            return none;
        };
        // SAFETY: the layout is not empty.
        let memory = NonNull::new(unsafe { alloc_zeroed(layout) });
        memory.map_or(none, |memory| (address(memory), memory))
    }

    unsafe fn dma_dealloc(_: PhysAddr, memory: NonNull<u8>, pages: usize) -> i32 {
        let Some(layout) = layout(pages) else {
            return -1;
        };
        // SAFETY: the caller promises that `dma_alloc` returned this memory for as many pages.
        unsafe { dealloc(memory.as_ptr(), layout) };
        0
    }

    unsafe fn mmio_phys_to_virt(address: PhysAddr, _: usize) -> NonNull<u8> {
        // Only drivers of PCI devices call this, and this firmware has none. No device is at
        // address 0.
        NonNull::new(address as usize as *mut u8).unwrap_or(NonNull::dangling())
    }

    unsafe fn share(buffer: NonNull<[u8]>, _: BufferDirection) -> PhysAddr {
        address(buffer.cast())
    }

    unsafe fn unshare(_: PhysAddr, _: NonNull<[u8]>, _: BufferDirection) {}
}

/// Words that a device may read at any time.
#[derive(Debug)]
pub(crate) struct SharedWords {
    start: NonNull<u32>,
    count: usize,
}

impl SharedWords {
    /// Allocates memory for `count` words, which is never freed; `None` if no memory is left.
    pub(crate) fn new(count: usize) -> Option<Self> {
        let pages = (count * size_of::<u32>()).div_ceil(PAGE_SIZE);
        let (address, memory) = Dma::dma_alloc(pages, BufferDirection::DriverToDevice);
        (address != 0).then(|| Self {
            start: memory.cast(),
            count,
        })
    }

    /// Returns the address of the words for the device.
    pub(crate) fn address(&self) -> PhysAddr {
        address(self.start.cast())
    }

    /// Sets a word; does nothing if the index is out of range.
    pub(crate) fn set(&self, index: usize, word: u32) {
        if index < self.count {
            // SAFETY: the word lies in aligned pages that are never freed; no reference to them exists.
            unsafe { self.start.add(index).write_volatile(word) }
        }
    }
}
