//! Tests of the heap: blocks never overlap each other or the guest's memory, no memory leaks, and
//! an app cannot corrupt the heap by freeing any address.

extern crate std;

use super::{ALIGNMENT, Heap, MOST_BLOCKS};
use crate::native::Fault;
use akira_abi::Errno;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use proptest::prelude::*;

const BASE: u32 = 0x1_0000;
const NO_MEMORY: Result<u32, Fault> = Err(Fault::Errno(Errno::ENOMEM));

/// A heap in a memory that grows on request, in pages of `page_bytes`, up to `most`.
struct Memory {
    heap: Heap,
    bytes: u64,
    page_bytes: u64,
    most: u64,
    growths: u32,
}

impl Memory {
    /// Creates a memory of [`BASE`] bytes, which can grow in steps of one byte.
    fn new(heap_bytes: u32) -> Self {
        Self {
            heap: Heap::new(heap_bytes),
            bytes: u64::from(BASE),
            page_bytes: 1,
            most: 1 << 32,
            growths: 0,
        }
    }

    /// Makes a native call that allocates, as an engine does.
    fn alloc(&mut self, size: u32) -> Result<u32, Fault> {
        let mut result = self.heap.allocate(size, self.bytes);
        if let Err(Fault::Grow(bytes)) = result {
            self.grow_to(bytes.into());
            result = self.heap.allocate(size, self.bytes);
        }
        result
    }

    fn grow_to(&mut self, bytes: u64) {
        assert!(bytes > self.bytes, "asks for what is there");
        self.growths += 1;
        let bytes = bytes.next_multiple_of(self.page_bytes);
        if bytes <= self.most {
            self.bytes = bytes;
        }
    }

    fn used_bytes(&self) -> u32 {
        let blocks = self.heap.table.blocks().iter();
        blocks.filter(|b| b.is_used()).map(|b| b.size()).sum()
    }
}

/// Allocates these sizes one after the other.
fn fill(memory: &mut Memory, sizes: &[u32]) -> Vec<u32> {
    let blocks = sizes.iter().map(|size| memory.alloc(*size).expect("room"));
    blocks.collect()
}

#[test]
fn gives_out_aligned_blocks_from_the_base() {
    let mut memory = Memory::new(256);
    assert_eq!(memory.alloc(1), Ok(BASE));
    assert_eq!(memory.alloc(17), Ok(BASE + 16));
    assert_eq!(memory.alloc(0), Ok(BASE + 48));
    assert_eq!(memory.heap.size_of(BASE), Some(16));
    assert_eq!(memory.heap.size_of(BASE + 16), Some(32));
    assert_eq!(memory.heap.size_of(BASE + 1), None);
    assert_eq!(memory.used_bytes(), 64);
}

#[test]
fn aligns_its_ground_and_never_gives_out_null() {
    for (bytes, first) in [(0, 16), (1, 16), (16, 16), (17, 32)] {
        let mut memory = Memory::new(256);
        memory.bytes = bytes;
        assert_eq!(memory.alloc(16), Ok(first), "{bytes}");
    }
}

#[test]
fn spans_no_more_than_it_may_whatever_it_is_aligned_to() {
    for (bytes, room) in [(0, 80), (16, 96), (17, 80), (31, 80), (32, 96)] {
        let mut memory = Memory::new(96);
        memory.bytes = bytes;
        assert_eq!(memory.alloc(room + 1), NO_MEMORY, "{bytes}");
        assert!(memory.alloc(room).is_ok(), "{bytes}");
        assert_eq!(memory.alloc(1), NO_MEMORY, "{bytes}");
        assert!(memory.bytes <= bytes + 96, "{bytes}");
    }
}

#[test]
fn a_heap_of_no_bytes_is_empty() {
    for most in [0, 15] {
        let mut memory = Memory::new(most);
        assert_eq!(memory.alloc(1), NO_MEMORY);
        assert_eq!((memory.heap.blocks(), memory.growths), (0, 0));
    }
}

#[test]
fn takes_the_smallest_block_that_fits() {
    let mut memory = Memory::new(208);
    let blocks = fill(&mut memory, &[64, 16, 32, 16, 64, 16]);
    for index in [0, 2, 4] {
        assert!(memory.heap.free(blocks[index]));
    }
    assert_eq!(memory.alloc(20), Ok(blocks[2]));
    assert_eq!(memory.alloc(20), Ok(blocks[0]));
}

#[test]
fn joins_free_neighbours_in_any_order() {
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let mut memory = Memory::new(96);
        let blocks = fill(&mut memory, &[32, 32, 32]);
        for index in order {
            assert!(memory.heap.free(blocks[index]));
        }
        assert_eq!(memory.heap.blocks(), 1);
        assert_eq!(memory.alloc(96), Ok(BASE));
    }
}

#[test]
fn bad_frees_change_nothing() {
    let mut memory = Memory::new(96);
    let block = memory.alloc(32).expect("room");
    for bad in [block + 16, block + 1, BASE + 32, BASE - 16, u32::MAX, 1, 0] {
        assert!(!memory.heap.free(bad));
        assert!(!memory.heap.resize(bad, 8));
    }
    assert!(memory.heap.free(block));
    assert!(!memory.heap.free(block), "a second free");
    assert_eq!(memory.alloc(96), Ok(BASE));
}

#[test]
fn what_cannot_be_addressed_is_refused() {
    let mut memory = Memory::new(u32::MAX);
    for size in [u32::MAX, u32::MAX - 15, u32::MAX - BASE] {
        assert_eq!(memory.alloc(size), NO_MEMORY, "{size}");
    }
    for bytes in [0xffff_fff0, 0xffff_ffff, 1 << 32] {
        let mut full = Memory::new(u32::MAX);
        full.bytes = bytes;
        assert_eq!(full.alloc(1), NO_MEMORY, "{bytes}");
    }
    memory.bytes = 0xffff_ff00;
    assert_eq!(memory.alloc(0xf0), Ok(0xffff_ff00));
    assert_eq!(memory.alloc(1), NO_MEMORY);
}

#[test]
fn the_number_of_blocks_is_bounded_and_in_the_budget() {
    let mut memory = Memory::new(1 << 20);
    let blocks: Vec<u32> = core::iter::from_fn(|| memory.alloc(16).ok()).collect();
    assert!(blocks.len() >= MOST_BLOCKS as usize - 1);
    assert_eq!(memory.heap.blocks(), MOST_BLOCKS as usize);
    assert!(memory.heap.free(blocks[1]));
    assert_eq!(memory.alloc(16), Ok(blocks[1]));
    assert_eq!(Heap::host_bytes(1 << 20), 8 * u64::from(MOST_BLOCKS));
}

#[test]
fn a_small_heap_is_not_short_of_blocks_and_costs_the_host_less() {
    let mut memory = Memory::new(1_024);
    let blocks: Vec<u32> = core::iter::from_fn(|| memory.alloc(1).ok()).collect();
    assert_eq!(blocks.len(), 64);
    assert_eq!(Heap::host_bytes(1_024), 512);
    assert_eq!(Heap::host_bytes(0), 0);
}

#[test]
fn many_small_allocations_move_memory_a_few_times() {
    let mut memory = Memory::new(16 << 10);
    while memory.alloc(16).is_ok() {}
    assert_eq!(memory.used_bytes(), 16 << 10);
    assert_eq!(memory.growths, 11);
}

#[test]
fn resizes_in_place_where_it_can() {
    let mut memory = Memory::new(256);
    let [block, rest] = fill(&mut memory, &[32, 224])[..] else {
        panic!("two blocks");
    };
    assert!(!memory.heap.resize(block, 33), "what follows is in use");
    memory.heap.free(rest);
    assert!(memory.heap.resize(block, 100));
    assert_eq!(memory.heap.size_of(block), Some(112));
    assert!(!memory.heap.resize(block, 257));
    assert!(!memory.heap.resize(block, u32::MAX));
    assert!(memory.heap.resize(block, 256));
    assert_eq!(memory.heap.blocks(), 1);
    assert!(memory.heap.resize(block, 10));
    assert_eq!(memory.alloc(240), Ok(block + 16));
}

#[test]
fn shrinking_before_a_used_block_keeps_that_block() {
    let mut memory = Memory::new(256);
    let blocks = fill(&mut memory, &[32, 32]);
    for size in [32, 16] {
        assert!(memory.heap.resize(blocks[0], size));
        assert_eq!(memory.heap.size_of(blocks[1]), Some(32));
    }
    assert_eq!(memory.used_bytes(), 48);
}

#[test]
fn what_the_guest_grew_behind_the_heap_is_not_given_out() {
    let mut memory = Memory::new(1 << 20);
    memory.page_bytes = 1 << 16;
    assert_eq!(memory.alloc(100), Ok(BASE));
    let guest = memory.bytes;
    memory.bytes += 1 << 16;
    assert_eq!(memory.alloc(1 << 16), NO_MEMORY);
    let last = fill(&mut memory, &[(1 << 16) - 112])[0];
    assert_eq!(u64::from(last) + (1 << 16) - 112, guest);
    assert_eq!(memory.alloc(1), NO_MEMORY);
}

#[test]
fn what_the_guest_grew_before_the_heap_is_not_given_out() {
    let mut memory = Memory::new(256);
    memory.most = memory.bytes;
    assert_eq!(memory.alloc(16), NO_MEMORY, "memory does not grow");
    memory.bytes += 1_000;
    memory.most = 1 << 32;
    assert_eq!(memory.alloc(16), Ok(BASE + 1_008));
}

#[test]
fn growth_that_was_asked_for_in_vain_is_not_claimed_later() {
    let mut memory = Memory::new(256);
    assert!(memory.alloc(64).is_ok());
    let asked = memory.heap.allocate(64, memory.bytes);
    assert!(matches!(asked, Err(Fault::Grow(_))));
    memory.heap.forget_growth();
    memory.bytes += 128;
    assert_eq!(memory.alloc(64), NO_MEMORY, "this is the guest's");
}

#[test]
fn memory_that_does_not_grow_is_asked_again() {
    let mut memory = Memory::new(256);
    assert_eq!(memory.alloc(16), Ok(BASE));
    memory.most = memory.bytes;
    assert_eq!(memory.alloc(16), NO_MEMORY);
    memory.most = 1 << 32;
    assert_eq!(memory.alloc(16), Ok(BASE + 16));
}

/// Possible actions of an app; indices pick one of its blocks.
#[derive(Clone, Debug)]
enum Step {
    Alloc(u32),
    Free(usize),
    Resize(usize, u32),
    FreeGarbage(u32),
    GuestGrows(u32),
    /// A suspending call, in which memory cannot grow.
    AllocInVain(u32),
}

fn step() -> impl Strategy<Value = Step> {
    let size = prop_oneof![4 => 0u32..200, 1 => 0u32..5_000];
    prop_oneof![
        8 => size.clone().prop_map(Step::Alloc),
        6 => any::<usize>().prop_map(Step::Free),
        4 => (any::<usize>(), size.clone()).prop_map(|(index, size)| Step::Resize(index, size)),
        2 => (0..BASE + 20_000).prop_map(Step::FreeGarbage),
        1 => (1u32..500).prop_map(Step::GuestGrows),
        1 => size.prop_map(Step::AllocInVain),
    ]
}

/// Maximum bytes of the model's heap.
const MODEL_BYTES: u32 = 8_000;

/// Simple bookkeeping: the blocks in use and their sizes, and the ranges by which the guest grew
/// memory itself.
struct Model {
    memory: Memory,
    used: BTreeMap<u32, u32>,
    guest: Vec<(u64, u64)>,
}

impl Model {
    fn new(page_bytes: u64) -> Self {
        let mut memory = Memory::new(MODEL_BYTES);
        memory.page_bytes = page_bytes;
        let guest = Vec::from([(0, memory.bytes)]);
        Self {
            memory,
            used: BTreeMap::new(),
            guest,
        }
    }

    fn pick(&self, index: usize) -> Option<u32> {
        let index = index.checked_rem(self.used.len())?;
        self.used.keys().nth(index).copied()
    }

    /// Records a block; it must lie in memory and overlap neither another block nor the guest's
    /// memory.
    fn add(&mut self, address: u32, size: u32) {
        let len = self.memory.heap.size_of(address).expect("a block in use");
        assert!(len >= size && address.is_multiple_of(ALIGNMENT));
        let (begin, end) = (u64::from(address), u64::from(address + len));
        assert!(end <= self.memory.bytes);
        let apart = |(from, to): &(u64, u64)| end <= *from || *to <= begin;
        assert!(self.guest.iter().all(apart), "overlaps the guest's");
        let below = self.used.range(..address).next_back();
        assert!(below.is_none_or(|(a, l)| a + l <= address), "below");
        let above = self.used.range(address..).next();
        assert!(above.is_none_or(|(a, _)| address + len <= *a), "above");
        self.used.insert(address, len);
    }

    /// Returns the longest gap between the first block in use and the last, computed without the
    /// heap.
    fn longest_gap(&self) -> u32 {
        let ends = self.used.iter().map(|(address, len)| address + len);
        let begins = self.used.keys().skip(1);
        let gaps = begins.zip(ends).map(|(begin, end)| begin - end);
        gaps.max().unwrap_or(0)
    }

    fn alloc(&mut self, size: u32) {
        match self.memory.alloc(size) {
            Ok(address) => self.add(address, size),
            Err(fault) => {
                assert_eq!(fault, Fault::Errno(Errno::ENOMEM));
                assert!(
                    self.longest_gap() < size.max(1),
                    "refused though there is room"
                );
            }
        }
    }

    fn free(&mut self, address: u32) {
        let known = self.used.remove(&address).is_some();
        assert_eq!(self.memory.heap.free(address), known);
    }

    fn resize(&mut self, address: u32, size: u32) {
        if self.memory.heap.resize(address, size) {
            self.used.remove(&address);
            self.add(address, size);
        }
    }

    fn guest_grows(&mut self, bytes: u32) {
        let from = self.memory.bytes;
        self.memory.bytes += u64::from(bytes) * self.memory.page_bytes;
        self.guest.push((from, self.memory.bytes));
    }

    fn alloc_in_vain(&mut self, size: u32) {
        let result = self.memory.heap.allocate(size, self.memory.bytes);
        self.memory.heap.forget_growth();
        if let Ok(address) = result {
            self.add(address, size);
        }
    }

    fn run(&mut self, step: Step) {
        match step {
            Step::Alloc(size) => self.alloc(size),
            Step::Free(index) => {
                let address = self.pick(index);
                address.into_iter().for_each(|address| self.free(address));
            }
            Step::Resize(index, size) => {
                let address = self.pick(index);
                address.into_iter().for_each(|at| self.resize(at, size));
            }
            Step::FreeGarbage(address) => self.free(address),
            Step::GuestGrows(bytes) => self.guest_grows(bytes),
            Step::AllocInVain(size) => self.alloc_in_vain(size),
        }
    }

    fn check(&self) {
        for (address, len) in &self.used {
            assert_eq!(self.memory.heap.size_of(*address), Some(*len));
        }
        let used = self.memory.used_bytes();
        assert_eq!(used, self.used.values().sum::<u32>());
        assert!(used <= MODEL_BYTES);
        assert!(self.memory.heap.blocks() <= 2 * self.used.len() + 1);
    }
}

proptest! {
    #[test]
    fn agrees_with_the_obvious_bookkeeping(
        steps in prop::collection::vec(step(), 0..200),
        page_bytes in prop_oneof![Just(1u64), Just(1 << 10), Just(1 << 16)],
    ) {
        let mut model = Model::new(page_bytes);
        for step in steps {
            model.run(step);
            model.check();
        }
        for address in core::mem::take(&mut model.used).into_keys() {
            assert!(model.memory.heap.free(address));
        }
        assert!(model.memory.heap.blocks() <= 1, "all free blocks are one again");
    }
}
