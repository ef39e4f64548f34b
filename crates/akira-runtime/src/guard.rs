//! The guard: the only code between a guest's call and its handler, and therefore the only place
//! that checks capabilities and pointers.

use crate::app::{App, Pending, Progress};
use crate::board::Board;
use crate::call::{Arguments, Call};
use crate::engine::{Host, Interrupt, Trap};
use crate::event::Event;
use crate::meter::RawCause;
use crate::modules::{Enter, Found, Modules, Place};
use crate::native::Fault;
use akira_abi::caps::CapabilitySet;
use akira_abi::{Errno, Length, Mode, NativeCall, Needs, OnFault, ParamKind, Ret, Support};
use alloc::rc::Rc;
use core::ffi::CStr;
use core::fmt;

/// Capability bit that every running app holds and no manifest can request; required by calls that
/// need no capability. The core's bits end at 47, the vendors' begin at 48.
pub(crate) const ALWAYS: u64 = CapabilitySet::RESERVED.bits();

/// Maximum length of a string parameter, in bytes. A [`ParamKind::Text`] may be longer: its handler
/// searches for the end beyond this length, one part at a time.
const LONGEST_TEXT: usize = 4096;

/// Fuel charged for a call that takes and returns plain numbers only: the host executes about as
/// much as for twenty operations of a guest.
const NUMBERS_FUEL: u64 = 20;

/// Fuel charged for any other call, which includes the pointer checks.
const CHECKED_FUEL: u64 = 40;

/// Additional fuel charged for pausing and resuming the app.
const PAUSE_FUEL: u64 = 100;

/// Number of bytes that are searched for the end of a string for one unit of fuel.
const BYTES_PER_FUEL: usize = 4;

/// Resolved import of an app.
pub(crate) struct Link<B: Board> {
    callee: Callee,
    target: Target,
    /// Function that makes an immediate call; for any other call it returns [`Fault::Unanswered`].
    enter: Enter<B::Modules>,
    /// Capabilities of which the app must hold at least one.
    mask: u64,
}

/// A native call and its position in the board's list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Callee {
    pub(crate) row: &'static NativeCall,
    pub(crate) place: Place,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    /// The handler takes and returns plain numbers, and the required capability does not depend on
    /// an argument. Nothing else is checked, and linear memory is not accessed.
    Numbers,
    /// The handler answers at once; pointers, or a capability that depends on an argument, must be
    /// checked first.
    Checked,
    /// The call pauses the app.
    Suspending,
    /// The call has no handler and returns this value.
    Absent(i32),
    /// The call has no handler and no valid answer: calling the import, whose offset in the image
    /// this is, traps.
    Unlinked(u32),
}

impl<B: Board> Clone for Link<B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B: Board> Copy for Link<B> {}

impl<B: Board> fmt::Debug for Link<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = self.callee.row;
        write!(f, "Link({}.{})", row.module, row.name)
    }
}

impl<B: Board> Link<B> {
    /// Links an import to a call of one of the board's modules.
    pub(crate) fn offered(found: Found<B::Modules>) -> Self {
        let row = found.row;
        let target = match row.support {
            Support::Refused => Target::absent(row, Errno::ENOTSUP),
            _ => Target::of(row),
        };
        let place = found.place;
        Self {
            callee: Callee { row, place },
            target,
            enter: found.enter,
            mask: mask(row.needs),
        }
    }

    /// Links an import to a known call that the board lacks, so that its result reports this.
    pub(crate) fn absent(row: &'static NativeCall) -> Self {
        // Such a call requires no capability: the result tells the app that retrying is useless,
        // and reveals nothing about the device.
        let (errno, mask) = match row.support {
            Support::Refused => (Errno::ENOTSUP, mask(row.needs)),
            _ => (Errno::ENOSYS, ALWAYS),
        };
        Self::unanswered(row, Target::absent(row, errno), mask)
    }

    /// Links an import whose name or type matches no known call: calling it traps.
    pub(crate) fn unlinked(at: usize) -> Self {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        Self::unanswered(&UNKNOWN, Target::Unlinked(at), ALWAYS)
    }

    fn unanswered(row: &'static NativeCall, target: Target, mask: u64) -> Self {
        let place = Place { module: 0, call: 0 };
        Self {
            callee: Callee { row, place },
            target,
            enter: |_, _| Err(Fault::Unanswered),
            mask,
        }
    }
}

/// Row for every import that matches no known call.
static UNKNOWN: NativeCall = NativeCall::new("?").planned();

impl Target {
    fn of(row: &NativeCall) -> Self {
        match (row.mode, is_of_numbers(row)) {
            (Mode::Suspending, _) => Self::Suspending,
            (Mode::Immediate, true) => Self::Numbers,
            (Mode::Immediate, false) => Self::Checked,
        }
    }

    fn absent(row: &NativeCall, errno: Errno) -> Self {
        match row.result {
            Ret::Status | Ret::Value => Self::Absent(errno.code()),
            Ret::Flag | Ret::Address | Ret::Allocation | Ret::Void => Self::Absent(0),
            // Offset that matches no import.
            Ret::I64 => Self::Unlinked(u32::MAX),
        }
    }
}

/// Returns whether a call takes and returns plain numbers only. A call that returns an address uses
/// the guest's memory.
fn is_of_numbers(row: &NativeCall) -> bool {
    let numbers = row
        .params
        .iter()
        .all(|param| matches!(param.kind, ParamKind::U32 | ParamKind::I32));
    let in_memory = matches!(row.result, Ret::Address | Ret::Allocation);
    numbers && !in_memory && !matches!(row.needs, Needs::Flag { .. })
}

fn mask(needs: Needs) -> u64 {
    match needs {
        Needs::Nothing => ALWAYS,
        needs => needs.capabilities().bits(),
    }
}

/// Host state that an engine keeps for a running app.
pub(crate) struct Guest<B: Board> {
    pub(crate) board: Rc<B>,
    pub(crate) app: App,
}

impl<B: Board> Drop for Guest<B> {
    /// Releases the device resources of the app.
    fn drop(&mut self) {
        self.board.modules().release(self.app.id());
    }
}

impl<B: Board> Host for Guest<B> {
    type Link = Link<B>;

    fn enter(
        &mut self,
        link: &Link<B>,
        words: &[u32],
        memory: &mut [u8],
    ) -> Result<i64, Interrupt> {
        match link.target {
            Target::Numbers => return self.enter_with_numbers(link, words),
            _ if !self.holds(link) => return Ok(self.deny(link.callee.row)),
            Target::Absent(result) => return Ok(i64::from(result)),
            Target::Unlinked(at) => {
                self.app.note_cause(RawCause::Import(at));
                return Err(Interrupt::Trap(Trap::Unlinked));
            }
            Target::Checked | Target::Suspending => {}
        }
        if !self.holds_chosen(link.callee.row, words) {
            return Ok(self.deny(link.callee.row));
        }
        self.enter_checked(link, words, memory)
    }

    fn takes_numbers(link: &Link<B>) -> bool {
        link.target == Target::Numbers
    }

    #[inline(always)]
    fn enter_with_numbers(&mut self, link: &Link<B>, words: &[u32]) -> Result<i64, Interrupt> {
        if !self.holds(link) {
            return Ok(self.deny(link.callee.row));
        }
        self.app.charge_little(NUMBERS_FUEL);
        let mut call = Call::new(&link.callee, words, &mut [], &mut self.app);
        answer(
            link.callee.row,
            (link.enter)(self.board.modules(), &mut call),
        )
    }

    #[inline]
    fn take_charge(&mut self) -> u64 {
        self.app.take_due_charge()
    }
}

impl<B: Board> Guest<B> {
    /// Returns whether the app holds a capability that the call requires.
    #[inline(always)]
    fn holds(&self, link: &Link<B>) -> bool {
        self.app.capabilities() & link.mask != 0
    }

    fn enter_checked(
        &mut self,
        link: &Link<B>,
        words: &[u32],
        memory: &mut [u8],
    ) -> Result<i64, Interrupt> {
        let callee = &link.callee;
        self.app.charge_little(CHECKED_FUEL);
        let mut arguments = Arguments::default();
        if let Err(fault) = check(callee.row, words, memory, &mut arguments, &mut self.app) {
            self.note_fault(callee.row, fault, words, &arguments);
            return failed(callee.row, fault);
        }
        self.app.progress = Progress::default();
        let result = if link.target == Target::Checked {
            let mut call = Call::new(callee, arguments.values(), memory, &mut self.app);
            answer(callee.row, (link.enter)(self.board.modules(), &mut call))
        } else {
            Err(Interrupt::Pause)
        };
        match result {
            Err(Interrupt::Pause) => {
                self.app.charge(PAUSE_FUEL);
                self.app.pending = Some(Pending {
                    callee: *callee,
                    arguments,
                });
            }
            Err(Interrupt::Trap(_)) => self.app.note_cause(RawCause::Call(callee.row, None)),
            _ => {}
        }
        result
    }

    /// Records the argument that causes a trap.
    #[cold]
    fn note_fault(
        &mut self,
        row: &'static NativeCall,
        fault: Fault,
        words: &[u32],
        arguments: &Arguments,
    ) {
        if matches!(fault, Fault::Trap(_)) {
            let index = arguments.checked(row);
            let value = words.get(index).copied().unwrap_or(0);
            let argument = Some((index as u32 + 1, value as i32));
            self.app.note_cause(RawCause::Call(row, argument));
        }
    }

    /// Returns whether the app holds the capability that an argument of the call selects.
    fn holds_chosen(&self, row: &NativeCall, words: &[u32]) -> bool {
        let Needs::Flag {
            param,
            mask,
            set,
            clear,
        } = row.needs
        else {
            return true;
        };
        let flags = words.get(usize::from(param)).copied().unwrap_or(0);
        let needed = if flags & i32::from(mask) as u32 != 0 {
            set
        } else {
            clear
        };
        self.app.capabilities() & 1 << needed.bit() != 0
    }

    /// Counts and reports a denied call, and returns the result that the app gets.
    #[cold]
    fn deny(&mut self, row: &'static NativeCall) -> i64 {
        let denials = self.app.note_denial();
        self.observe_denial(row, denials);
        i64::from(row.denied.number())
    }
}

impl<B: Board> Guest<B> {
    fn observe_denial(&self, call: &'static NativeCall, denials: u32) {
        let event = Event::Denied {
            app: self.app.id(),
            name: self.app.name(),
            call,
            needed: call.needs.names(self.app.vendors()).next(),
            denials,
        };
        self.board.modules().observe(&event);
        self.board.observe(&event);
    }
}

/// Converts a handler's answer to the value or interrupt that the engine passes to the guest.
#[inline(always)]
pub(crate) fn answer<T>(row: &NativeCall, answer: Result<T, Fault>) -> Result<i64, Interrupt>
where
    i64: From<T>,
{
    match answer {
        Ok(value) => Ok(value.into()),
        Err(fault) => failed(row, fault),
    }
}

#[cold]
fn failed(row: &NativeCall, fault: Fault) -> Result<i64, Interrupt> {
    match fault {
        Fault::Errno(errno) => Ok(match row.result {
            Ret::Address | Ret::Allocation | Ret::Void => 0,
            Ret::Status | Ret::Value | Ret::Flag | Ret::I64 => i64::from(errno.code()),
        }),
        Fault::Trap(trap) => Err(Interrupt::Trap(trap)),
        Fault::Exit(code) => Err(Interrupt::Exit(code)),
        Fault::Grow(bytes) => Err(Interrupt::Grow(bytes.into())),
        Fault::Unfinished => Err(Interrupt::Pause),
        Fault::Unanswered => Err(Interrupt::Trap(Trap::Unanswered)),
    }
}

/// Checks every pointer of a call against the memory, once.
fn check(
    row: &NativeCall,
    words: &[u32],
    memory: &[u8],
    arguments: &mut Arguments,
    app: &mut App,
) -> Result<(), Fault> {
    arguments.fill(row, words, |kind, word| match kind {
        ParamKind::Str => text_length(word, false, memory, app),
        ParamKind::Text => text_length(word, true, memory, app),
        ParamKind::Bytes { length, fault, .. } => bytes_length(length, words)
            .filter(|length| fits(word, *length, memory))
            .ok_or_else(|| out_of_bounds(fault)),
        _ => Ok(0),
    })
}

fn fits(start: u32, length: u32, memory: &[u8]) -> bool {
    u64::from(start) + u64::from(length) <= memory.len() as u64
}

fn out_of_bounds(fault: OnFault) -> Fault {
    match fault {
        OnFault::Trap => Fault::Trap(Trap::MemoryOutOfBounds),
        OnFault::Errno => Fault::Errno(Errno::EFAULT),
    }
}

fn bytes_length(length: Length, words: &[u32]) -> Option<u32> {
    let value = |param: u8| words.get(usize::from(param)).copied();
    match length {
        Length::Fixed(bytes) => Some(bytes.into()),
        Length::Param(param) => value(param),
        Length::Items { param, size } => value(param)?.checked_mul(size.into()),
    }
}

/// Finds the end of a string. Beyond the first bytes it searches a word at a time, which takes a
/// tenth of the time of a loop over the bytes.
fn end_of(text: &[u8]) -> Option<usize> {
    const SHORT: usize = 24;
    let (near, far) = text.split_at(text.len().min(SHORT));
    let end = near.iter().position(|byte| *byte == 0);
    end.or_else(|| {
        let rest = CStr::from_bytes_until_nul(far).ok()?;
        Some(near.len() + rest.count_bytes())
    })
}

/// Finds the end of a string inside linear memory, and returns the string's length. For a string
/// longer than [`LONGEST_TEXT`], returns that length if the parameter may be longer, otherwise
/// `-EMSGSIZE`.
fn text_length(
    start: u32,
    may_be_longer: bool,
    memory: &[u8],
    app: &mut App,
) -> Result<u32, Fault> {
    let rest = memory
        .get(start as usize..)
        .ok_or(Trap::MemoryOutOfBounds)?;
    let text = &rest[..rest.len().min(LONGEST_TEXT)];
    let length = match end_of(text) {
        Some(length) => length,
        None if rest.len() <= LONGEST_TEXT => return Err(Trap::MemoryOutOfBounds.into()),
        None if may_be_longer => LONGEST_TEXT,
        None => return Err(Errno::EMSGSIZE.into()),
    };
    app.charge((length / BYTES_PER_FUEL) as u64);
    Ok(length as u32)
}
