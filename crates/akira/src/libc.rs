//! The native module `libc`: the C library functions that compiled apps import.

pub use akira_bridge_libc::*;

mod allocate;
mod output;
mod text;

use crate::abi::caps::AppName;
use crate::abi::libc::*;
use crate::abi::{AppId, Clock, Errno, Instant};
use crate::log::{Level, Log, LogSink};
use crate::{Answer, Board, Call, Fault, Kind, Native, Trap};
use core::marker::PhantomData;
use output::Output;

/// Bytes that a function reads or writes at the price of one unit of fuel.
const BYTES_PER_FUEL: u32 = 8;

/// What [`natives`] needs of a board: a log, and the apps' standard output on it.
pub trait Libc<S, C, const APPS: usize>: Board + AsRef<Log<S, C, APPS>> + AsRef<Stdout> {}

impl<B, S, C, const APPS: usize> Libc<S, C, APPS> for B where
    B: Board + AsRef<Log<S, C, APPS>> + AsRef<Stdout>
{
}

/// Returns the natives of this module.
pub const fn natives<B, S, C, const APPS: usize>() -> &'static [Native<B>]
where
    B: Libc<S, C, APPS>,
    S: LogSink + 'static,
    C: Clock + 'static,
{
    Table::<B, S, C, APPS>::NATIVES
}

struct Table<B, S, C, const APPS: usize>(PhantomData<(B, S, C)>);

impl<B, S, C, const APPS: usize> Table<B, S, C, APPS>
where
    B: Libc<S, C, APPS>,
    S: LogSink + 'static,
    C: Clock + 'static,
{
    const KIND: Kind<B> = Kind {
        name: "stdout",
        release: Self::release,
    };

    const NATIVES: &'static [Native<B>] = &[
        Native::immediate(&PRINTF, |board, call| Self::printf(board, call)),
        Native::immediate(&VPRINTF, |board, call| Self::printf(board, call)),
        Native::immediate(&PUTS, |board, call| Self::puts(board, call)),
        Native::immediate(&PUTCHAR, |board, call| Self::putchar(board, call)),
        Native::immediate(&SPRINTF, |_, call| text::sprintf(call)),
        Native::immediate(&VSPRINTF, |_, call| text::sprintf(call)),
        Native::immediate(&SNPRINTF, |_, call| text::snprintf(call)),
        Native::immediate(&VSNPRINTF, |_, call| text::snprintf(call)),
        Native::immediate(&MEMCMP, |_, call| {
            on_memory(call, |m, [a, b, n]| memcmp(m, a, b, n))
        }),
        Native::immediate(&MEMCPY, |_, call| {
            on_memory_at(call, |m, [to, from, n]| memmove(m, to, from, n))
        }),
        Native::immediate(&MEMMOVE, |_, call| {
            on_memory_at(call, |m, [to, from, n]| memmove(m, to, from, n))
        }),
        Native::immediate(&EMSCRIPTEN_MEMCPY_BIG, |_, call| {
            on_memory_at(call, |m, [to, from, n]| memmove(m, to, from, n))
        }),
        Native::immediate(&MEMSET, |_, call| {
            on_memory_at(call, |m, [to, byte, n]| memset(m, to, byte as i32, n))
        }),
        Native::immediate(&MEMCHR, |_, call| {
            on_memory_at(call, |m, [at, byte, n]| memchr(m, at, byte as i32, n))
        }),
        Native::immediate(&STRLEN, |_, call| {
            on_memory_at(call, |m, [at]| strlen(m, at))
        }),
        Native::immediate(&STRCMP, |_, call| {
            on_memory(call, |m, [a, b]| strcmp(m, a, b))
        }),
        Native::immediate(&STRNCMP, |_, call| {
            on_memory(call, |m, [a, b, n]| strncmp(m, a, b, n))
        }),
        Native::immediate(&STRNCASECMP, |_, call| {
            on_memory(call, |m, [a, b, n]| strncasecmp(m, a, b, n))
        }),
        Native::immediate(&STRCPY, |_, call| {
            on_memory_at(call, |m, [to, from]| strcpy(m, to, from))
        }),
        Native::immediate(&STRNCPY, |_, call| {
            on_memory_at(call, |m, [to, from, n]| strncpy(m, to, from, n))
        }),
        Native::immediate(&STRCHR, |_, call| {
            on_memory_at(call, |m, [at, byte]| strchr(m, at, byte as i32))
        }),
        Native::immediate(&STRSPN, |_, call| {
            on_memory_at(call, |m, [at, set]| strspn(m, at, set))
        }),
        Native::immediate(&STRCSPN, |_, call| {
            on_memory_at(call, |m, [at, set]| strcspn(m, at, set))
        }),
        Native::immediate(&STRSTR, |_, call| {
            on_memory_at(call, |m, [a, b]| strstr(m, a, b))
        }),
        Native::immediate(&ATOI, |_, call| on_memory(call, |m, [at]| atoi(m, at))),
        Native::immediate(&STRTOL, |_, call| {
            on_memory(call, |m, [at, end, base]| strtol(m, at, end, base as i32))
        }),
        Native::immediate(&STRTOUL, |_, call| {
            on_memory_at(call, |m, [at, end, base]| strtoul(m, at, end, base as i32))
        }),
        Native::immediate(&STRDUP, |_, call| allocate::strdup(call)),
        Native::immediate(&_STRDUP, |_, call| allocate::strdup(call)),
        Native::immediate(&MALLOC, |_, call| allocate::malloc(call)),
        Native::immediate(&CXA_ALLOCATE_EXCEPTION, |_, call| allocate::malloc(call)),
        Native::immediate(&CALLOC, |_, call| allocate::calloc(call)),
        Native::immediate(&REALLOC, |_, call| allocate::realloc(call)),
        Native::immediate(&FREE, |_, call| allocate::free(call)),
        Native::immediate(&EXIT, |_, call| Err(Fault::Exit(call.i32(0)))),
        Native::immediate(&ABORT, |_, _| Err(Trap::Unreachable.into())),
        Native::immediate(
            &ABORT_STACK_OVERFLOW,
            |_, _| Err(Trap::StackOverflow.into()),
        ),
        Native::immediate(&CXA_BEGIN_CATCH, |_, _| Ok(0)),
        Native::immediate(&CXA_THROW, |_, _| Err(Trap::Unreachable.into())),
        Native::immediate(&ISUPPER, |_, call| Ok(ctype::isupper(call.i32(0)).into())),
        Native::immediate(&ISALPHA, |_, call| Ok(ctype::isalpha(call.i32(0)).into())),
        Native::immediate(&ISSPACE, |_, call| Ok(ctype::isspace(call.i32(0)).into())),
        Native::immediate(&ISGRAPH, |_, call| Ok(ctype::isgraph(call.i32(0)).into())),
        Native::immediate(&ISPRINT, |_, call| Ok(ctype::isprint(call.i32(0)).into())),
        Native::immediate(&ISDIGIT, |_, call| Ok(ctype::isdigit(call.i32(0)).into())),
        Native::immediate(&ISXDIGIT, |_, call| Ok(ctype::isxdigit(call.i32(0)).into())),
        Native::immediate(&ISALNUM, |_, call| Ok(ctype::isalnum(call.i32(0)).into())),
        Native::immediate(&TOLOWER, |_, call| Ok(ctype::tolower(call.i32(0)))),
        Native::immediate(&TOUPPER, |_, call| Ok(ctype::toupper(call.i32(0)))),
        Native::immediate(&CLOCK_GETTIME, |board, call| {
            call.write(1, &text::timespec(Self::now(board)))?;
            Ok(0)
        }),
        Native::immediate64(&CLOCK, |board, _| Ok(Self::now(board).as_micros() as i64)),
    ];

    fn log(board: &B) -> &Log<S, C, APPS> {
        board.as_ref()
    }

    fn now(board: &B) -> Instant {
        board.clock().now()
    }

    fn printf(board: &B, call: &mut Call<'_, B>) -> Answer {
        let (format, arguments) = (call.u32(0), call.u32(1));
        Self::print(board, call, |call, output| {
            let printed = printf(call.memory(), format, arguments, |byte| output.put(byte));
            counted(call, printed)
        })
    }

    fn puts(board: &B, call: &mut Call<'_, B>) -> Answer {
        Self::print(board, call, |call, output| {
            output.put_all(call.bytes(0));
            output.put(b'\n');
            Ok(0)
        })
    }

    fn putchar(board: &B, call: &mut Call<'_, B>) -> Answer {
        Self::print(board, call, |call, output| {
            output.put(call.u32(0) as u8);
            Ok(call.i32(0))
        })
    }

    /// Lets `print` print, and charges for the lines that this completes.
    fn print(
        board: &B,
        call: &mut Call<'_, B>,
        print: impl FnOnce(&mut Call<'_, B>, &mut Output<'_, S, C, APPS>) -> Answer,
    ) -> Answer {
        let (stdout, log): (&Stdout, _) = (board.as_ref(), Self::log(board));
        call.app().resources().hold(Self::KIND)?;
        crate::log::hold(log, call)?;
        let name = AppName::new(call.app().name()).ok_or(Errno::EINVAL)?;
        let mut output = Output::new((call.app().id(), name), stdout, log);
        let answer = print(call, &mut output);
        let (fuel, logged) = output.finish();
        call.charge(fuel);
        logged?;
        answer
    }

    fn release(board: &B, app: AppId, _: u32) {
        let stdout: &Stdout = board.as_ref();
        stdout.release(app, |name, line| {
            // A line over the app's rate is counted there; nobody is left to be told here. The log may have forgotten
            // the app already, and would now remember it for ever.
            let _ = Self::log(board).line(app, name, Level::Info, line);
            let _ = Self::log(board).release(app);
        });
    }
}

/// Charges for the work of a function and returns its value; leaving memory traps.
fn counted<B: Board, T>(
    call: &mut Call<'_, B>,
    result: Result<Counted<T>, OutOfBounds>,
) -> Result<T, Fault> {
    let counted = result.map_err(|OutOfBounds| Trap::MemoryOutOfBounds)?;
    call.charge(u64::from(counted.work / BYTES_PER_FUEL));
    Ok(counted.value)
}

/// Answers with a function of the parameters on the app's whole memory.
fn on_memory<B: Board, const N: usize>(
    call: &mut Call<'_, B>,
    function: impl FnOnce(&mut [u8], [u32; N]) -> Result<Counted<i32>, OutOfBounds>,
) -> Answer {
    let words = core::array::from_fn(|index| call.u32(index));
    let result = function(call.memory(), words);
    counted(call, result)
}

/// As [`on_memory`], for functions that return an address or another unsigned number.
fn on_memory_at<B: Board, const N: usize>(
    call: &mut Call<'_, B>,
    function: impl FnOnce(&mut [u8], [u32; N]) -> Result<Counted<u32>, OutOfBounds>,
) -> Answer {
    let words = core::array::from_fn(|index| call.u32(index));
    let result = function(call.memory(), words);
    counted(call, result).map(|value| value as i32)
}
