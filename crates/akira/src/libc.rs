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
use parts::{Part, State};

/// Bytes that a function reads or writes at the price of one unit of fuel.
const BYTES_PER_FUEL: u32 = 5;

/// What a call costs that prints to the log, beside what it prints.
const PRINT_FUEL: u64 = 160;

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
            in_parts(call, |m, args, s| parts::memcmp(m, args, s))
        }),
        Native::immediate(&MEMCPY, |_, call| in_parts(call, parts::memmove)),
        Native::immediate(&MEMMOVE, |_, call| in_parts(call, parts::memmove)),
        Native::immediate(&EMSCRIPTEN_MEMCPY_BIG, |_, call| {
            in_parts(call, parts::memmove)
        }),
        Native::immediate(&MEMSET, |_, call| in_parts(call, parts::memset)),
        Native::immediate(&MEMCHR, |_, call| {
            in_parts(call, |m, args, s| parts::memchr(m, args, s))
        }),
        Native::immediate(&STRLEN, |_, call| {
            in_parts(call, |m, args, s| parts::strlen(m, args, s))
        }),
        Native::immediate(&STRCMP, |_, call| {
            in_parts(call, |m, [a, b], s| {
                parts::compare(m, [a, b, u32::MAX], |byte| byte, s)
            })
        }),
        Native::immediate(&STRNCMP, |_, call| {
            in_parts(call, |m, args, s| parts::compare(m, args, |byte| byte, s))
        }),
        Native::immediate(&STRNCASECMP, |_, call| {
            in_parts(call, |m, args, s| {
                parts::compare(m, args, |byte| byte.to_ascii_lowercase(), s)
            })
        }),
        Native::immediate(&STRCPY, |_, call| in_parts(call, parts::strcpy)),
        Native::immediate(&STRNCPY, |_, call| in_parts(call, parts::strncpy)),
        Native::immediate(&STRCHR, |_, call| {
            in_parts(call, |m, args, s| parts::strchr(m, args, s))
        }),
        Native::immediate(&STRSPN, |_, call| {
            in_parts(call, |m, args, s| parts::span(m, args, true, s))
        }),
        Native::immediate(&STRCSPN, |_, call| {
            in_parts(call, |m, args, s| parts::span(m, args, false, s))
        }),
        Native::immediate(&STRSTR, |_, call| {
            in_parts(call, |m, args, s| parts::strstr(m, args, s))
        }),
        Native::immediate(&ATOI, |_, call| {
            in_parts(call, |m, [at], s| parts::strtol(m, [at, 0, 10], s))
        }),
        Native::immediate(&STRTOL, |_, call| in_parts(call, parts::strtol)),
        Native::immediate(&STRTOUL, |_, call| in_parts(call, parts::strtoul)),
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
            let mut state = call.progress();
            let put = |bytes: &[u8]| output.put_line(bytes);
            let printed = printf_part(call.memory(), format, arguments, &mut state, put);
            part(call, printed, state)
        })
    }

    /// Puts the text line by line, then the newline, which is where the NUL was.
    fn puts(board: &B, call: &mut Call<'_, B>) -> Answer {
        let from = call.u32(0);
        Self::print(board, call, |call, output| {
            let mut state = call.progress();
            let printed = puts_part(call.memory(), from, &mut state, |bytes| {
                output.put_line(bytes)
            });
            part(call, printed, state)
        })
    }

    fn putchar(board: &B, call: &mut Call<'_, B>) -> Answer {
        Self::print(board, call, |call, output| {
            let (_, work) = output.put_line(&[call.u32(0) as u8]);
            let value = call.i32(0);
            counted(call, Ok(Counted { value, work }))
        })
    }

    /// Lets `print` print, which charges for the lines that it completes.
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
        let logged = output.finish();
        call.charge(PRINT_FUEL);
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

/// As [`counted`], for a part of a function: notes how far it has come if it is not done.
fn part<B: Board, T>(call: &mut Call<'_, B>, result: Part<T>, state: State) -> Result<T, Fault> {
    match counted(call, result)? {
        Some(value) => Ok(value),
        None => Err(call.set_progress(state)),
    }
}

/// A result that travels as an i32.
trait Word {
    fn word(self) -> i32;
}

impl Word for i32 {
    fn word(self) -> i32 {
        self
    }
}

impl Word for u32 {
    fn word(self) -> i32 {
        self.cast_signed()
    }
}

/// Answers with a function of the parameters on the app's whole memory, a part at a time.
fn in_parts<B: Board, T: Word, const N: usize>(
    call: &mut Call<'_, B>,
    function: impl FnOnce(&mut [u8], [u32; N], &mut State) -> Part<T>,
) -> Answer {
    let words = core::array::from_fn(|index| call.u32(index));
    let mut state = call.progress();
    let result = function(call.memory(), words, &mut state);
    part(call, result, state).map(Word::word)
}
