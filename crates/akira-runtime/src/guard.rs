//! The guard: the one place where a guest's call meets a handler, hence the only capability check and the only check
//! of pointers.

use crate::app::{App, Pending, Progress};
use crate::call::{Arguments, Call};
use crate::engine::{Host, Interrupt, Trap};
use crate::native::{Board, Fault, Handler, Native};
use akira_abi::caps::CapabilitySet;
use akira_abi::{
    Area, Errno, Fault as OnFault, Length, NativeCall, Needs, ParamKind, Ret, Support,
};
use alloc::rc::Rc;
use core::ffi::CStr;
use core::fmt;

/// A bit that every running app holds and no manifest can ask for: what a call needs that needs nothing. The core's
/// bits end at 47, the vendors' begin at 48.
pub(crate) const ALWAYS: u64 = CapabilitySet::RESERVED.bits();

/// The longest string that a native call takes, in bytes. Those of the C library may be longer: beyond this its handlers
/// find their ends themselves, a part at a time.
const LONGEST_TEXT: usize = 4096;

/// What a call of numbers alone costs, in fuel: it executes about as much as twenty operations of a guest.
const NUMBERS_FUEL: u64 = 20;

/// What any other call costs, for checking its pointers too.
const CHECKED_FUEL: u64 = 40;

/// What it costs beside that to pause the app and to resume it.
const PAUSE_FUEL: u64 = 100;

/// Bytes of string that are searched for their end at the price of one unit of fuel.
const BYTES_PER_FUEL: usize = 4;

/// What stands behind one import of an app.
pub(crate) struct Link<B: Board> {
    row: &'static NativeCall,
    target: Target<B>,
    /// The capabilities of which the app must hold one.
    mask: u64,
}

enum Target<B: Board> {
    /// A handler that takes and returns numbers only, behind a capability that no argument chooses: nothing is left to
    /// check, and no memory is looked at.
    Scalar(fn(&B, &mut Call<'_, B>) -> Result<i32, Fault>),
    /// The same with a 64-bit result.
    Scalar64(fn(&B, &mut Call<'_, B>) -> Result<i64, Fault>),
    /// A handler of the board, for which there is more to check.
    Checked(&'static Native<B>),
    /// Nothing, with this result.
    Absent(i32),
    /// Nothing that could be answered.
    Unlinked,
}

impl<B: Board> Clone for Link<B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B: Board> Copy for Link<B> {}

impl<B: Board> Clone for Target<B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B: Board> Copy for Target<B> {}

impl<B: Board> fmt::Debug for Link<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({}.{})", self.row.module, self.row.name)
    }
}

impl<B: Board> Link<B> {
    /// Links a call of the table to the board's handler, or to the answer that says that there is none.
    pub(crate) fn new(row: &'static NativeCall) -> Self {
        let native = B::NATIVES
            .iter()
            .flat_map(|natives| natives.iter())
            .find(|native| core::ptr::eq(native.row, row));
        let target = match (row.support, native) {
            (Support::Refused, _) => Target::absent(row, Errno::ENOTSUP),
            (_, Some(native)) => Target::of(native),
            (_, None) => Target::absent(row, Errno::ENOSYS),
        };
        // What is not there needs no capability: the app learns that it may stop asking, and nothing of the device.
        let mask = if native.is_some() || row.support == Support::Refused {
            mask(row.needs)
        } else {
            ALWAYS
        };
        Self { row, target, mask }
    }

    /// Tells whether the board has a handler for it.
    pub(crate) fn is_offered(&self) -> bool {
        matches!(
            self.target,
            Target::Scalar(_) | Target::Scalar64(_) | Target::Checked(_)
        )
    }
}

impl<B: Board> Link<B> {
    /// Links an import that is not in the table, or there with another type: a call of it traps.
    pub(crate) fn unlinked() -> Self {
        Self {
            row: &UNKNOWN,
            target: Target::Unlinked,
            mask: ALWAYS,
        }
    }
}

/// Stands for every import that no table has.
static UNKNOWN: NativeCall = NativeCall::new(Area::Libc, "?").planned();

impl<B: Board> Target<B> {
    fn of(native: &'static Native<B>) -> Self {
        match native.handler {
            Handler::Immediate(handler) if is_scalar(native.row) => Self::Scalar(handler),
            Handler::Immediate64(handler) if is_scalar(native.row) => Self::Scalar64(handler),
            _ => Self::Checked(native),
        }
    }

    fn absent(row: &NativeCall, errno: Errno) -> Self {
        match row.result {
            Ret::Status | Ret::Value => Self::Absent(errno.code()),
            Ret::Address | Ret::Void => Self::Absent(0),
            Ret::I64 => Self::Unlinked,
        }
    }
}

/// Tells whether a call has to do with numbers alone. What returns an address finds it in the guest's memory.
fn is_scalar(row: &NativeCall) -> bool {
    let numbers = row
        .params
        .iter()
        .all(|param| matches!(param.kind, ParamKind::U32 | ParamKind::I32));
    numbers && row.result != Ret::Address && !matches!(row.needs, Needs::Flag { .. })
}

fn mask(needs: Needs) -> u64 {
    match needs {
        Needs::Nothing => ALWAYS,
        needs => needs.capabilities().bits(),
    }
}

/// What an engine hosts for a running app.
pub(crate) struct Guest<B: Board> {
    pub(crate) board: Rc<B>,
    pub(crate) app: App<B>,
}

impl<B: Board> Host for Guest<B> {
    type Link = Link<B>;

    fn enter(&mut self, link: Link<B>, words: &[u32], memory: &mut [u8]) -> Result<i64, Interrupt> {
        let native = match link.target {
            Target::Scalar(_) | Target::Scalar64(_) => return self.enter_with_numbers(link, words),
            _ if !self.holds(&link) => return Ok(self.deny(link.row)),
            Target::Absent(result) => return Ok(i64::from(result)),
            Target::Unlinked => return Err(Interrupt::Trap(Trap::Unlinked)),
            Target::Checked(native) => native,
        };
        if !self.holds_chosen(link.row, words) {
            return Ok(self.deny(link.row));
        }
        self.enter_checked(native, words, memory)
    }

    fn takes_numbers(link: &Link<B>) -> bool {
        matches!(link.target, Target::Scalar(_) | Target::Scalar64(_))
    }

    #[inline(always)]
    fn enter_with_numbers(&mut self, link: Link<B>, words: &[u32]) -> Result<i64, Interrupt> {
        if !self.holds(&link) {
            return Ok(self.deny(link.row));
        }
        self.app.charge(NUMBERS_FUEL);
        let mut call = Call::new(link.row, words, &mut [], &mut self.app);
        match link.target {
            Target::Scalar(handler) => answer(link.row, handler(&self.board, &mut call)),
            Target::Scalar64(handler) => answer(link.row, handler(&self.board, &mut call)),
            _ => Err(Interrupt::Trap(Trap::Unlinked)),
        }
    }

    #[inline]
    fn take_charge(&mut self) -> u64 {
        self.app.take_due_charge()
    }
}

impl<B: Board> Guest<B> {
    /// The capability check.
    #[inline(always)]
    fn holds(&self, link: &Link<B>) -> bool {
        self.app.capabilities() & link.mask != 0
    }

    fn enter_checked(
        &mut self,
        native: &'static Native<B>,
        words: &[u32],
        memory: &mut [u8],
    ) -> Result<i64, Interrupt> {
        let row = native.row;
        self.app.charge(CHECKED_FUEL);
        let arguments = match check(row, words, memory, &mut self.app) {
            Ok(arguments) => arguments,
            Err(fault) => return failed(row, fault),
        };
        self.app.progress = Progress::default();
        let mut call = Call::new(row, arguments.values(), memory, &mut self.app);
        let result = match native.handler {
            Handler::Immediate(handler) => answer(row, handler(&self.board, &mut call)),
            Handler::Immediate64(handler) => answer(row, handler(&self.board, &mut call)),
            Handler::Suspending => Err(Interrupt::Pause),
        };
        if matches!(result, Err(Interrupt::Pause)) {
            self.app.charge(PAUSE_FUEL);
            self.app.pending = Some(Pending { native, arguments });
        }
        result
    }

    /// Tells whether the app holds the capability that an argument chooses.
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

    /// Counts a denial and returns what the app gets.
    #[cold]
    fn deny(&mut self, row: &'static NativeCall) -> i64 {
        self.app.note_denial(&self.board, row);
        i64::from(row.denied.number())
    }
}

/// Turns a handler's answer into what the engine returns to the guest.
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
            Ret::Address | Ret::Void => 0,
            Ret::Status | Ret::Value | Ret::I64 => i64::from(errno.code()),
        }),
        Fault::Trap(trap) => Err(Interrupt::Trap(trap)),
        Fault::Exit(code) => Err(Interrupt::Exit(code)),
        Fault::Grow(bytes) => Err(Interrupt::Grow(bytes.into())),
        Fault::Unfinished => Err(Interrupt::Pause),
    }
}

/// Checks every pointer of a call against the memory, once.
fn check<B: Board>(
    row: &NativeCall,
    words: &[u32],
    memory: &[u8],
    app: &mut App<B>,
) -> Result<Arguments, Fault> {
    Arguments::new(row, |index| {
        let word = words.get(index).copied().unwrap_or(0);
        let length = match row.params[index].kind {
            ParamKind::Str => text_length(row, word, memory, app)?,
            ParamKind::Bytes { length, fault, .. } => bytes_length(length, words)
                .filter(|length| fits(word, *length, memory))
                .ok_or_else(|| out_of_bounds(fault))?,
            _ => 0,
        };
        Ok((word, length))
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

/// Finds the end of a string: of a long one a word at a time, which takes a tenth of a loop over the bytes.
fn end_of(text: &[u8]) -> Option<usize> {
    const SHORT: usize = 24;
    let (near, far) = text.split_at(text.len().min(SHORT));
    let end = near.iter().position(|byte| *byte == 0);
    end.or_else(|| {
        let rest = CStr::from_bytes_until_nul(far).ok()?;
        Some(near.len() + rest.count_bytes())
    })
}

/// Finds the end of a string, inside linear memory and within the longest that is taken. Of a string of the C library
/// that is longer, this is as far as was looked.
fn text_length<B: Board>(
    row: &NativeCall,
    start: u32,
    memory: &[u8],
    app: &mut App<B>,
) -> Result<u32, Fault> {
    let rest = memory
        .get(start as usize..)
        .ok_or(Trap::MemoryOutOfBounds)?;
    let text = &rest[..rest.len().min(LONGEST_TEXT)];
    let longer = row.area == Area::Libc && rest.len() > LONGEST_TEXT;
    let end = end_of(text);
    let end = end.or(longer.then_some(LONGEST_TEXT));
    let length = end.ok_or(Trap::MemoryOutOfBounds)?;
    app.charge((length / BYTES_PER_FUEL) as u64);
    Ok(length as u32)
}
