//! The native module `libc`, which provides the C library functions that compiled apps import.

pub use akira_bridge_libc::*;

mod allocate;
mod output;
mod text;

use crate::abi::caps::AppName;
use crate::abi::libc::*;
use crate::abi::{AppId, Clock, Errno, Instant};
use crate::log::{Level, LogSink};
use crate::{Answer, Call, Fault, NativeModule, Trap, log, natives};
use alloc::rc::Rc;
use output::Output;
use parts::{Part, State};

/// Bytes that a function reads or writes for one unit of fuel.
const BYTES_PER_FUEL: u32 = 5;

/// Cost in fuel of a call that prints to the log, in addition to the cost of its output.
const PRINT_FUEL: u64 = 180;

/// Answers the native calls of the module `libc` with the functions of the bridge
/// `akira-bridge-libc`. The standard output of an app goes to the log of the `log` module.
#[derive(Debug)]
pub struct Module<S, C, const APPS: usize> {
    stdout: Stdout,
    log: Rc<log::Module<S, C, APPS>>,
}

impl<S, C, const APPS: usize> NativeModule for Module<S, C, APPS>
where
    S: LogSink + 'static,
    C: Clock + 'static,
{
    natives! {
        immediate PRINTF | VPRINTF => Self::printf,
        immediate PUTS => Self::puts,
        immediate PUTCHAR => Self::putchar,
        immediate SPRINTF | VSPRINTF => |_, call| text::sprintf(call),
        immediate SNPRINTF | VSNPRINTF => |_, call| text::snprintf(call),
        immediate MEMCMP => |_, call| {
            in_parts(call, |m, args, s| parts::memcmp(m, args, s))
        },
        immediate MEMCPY => |_, call| in_parts(call, parts::memmove),
        immediate MEMMOVE => |_, call| in_parts(call, parts::memmove),
        immediate EMSCRIPTEN_MEMCPY_BIG => |_, call| {
            in_parts(call, parts::memmove)
        },
        immediate MEMSET => |_, call| in_parts(call, parts::memset),
        immediate MEMCHR => |_, call| {
            in_parts(call, |m, args, s| parts::memchr(m, args, s))
        },
        immediate STRLEN => |_, call| {
            in_parts(call, |m, args, s| parts::strlen(m, args, s))
        },
        immediate STRCMP => |_, call| {
            in_parts(call, |m, [a, b], s| {
                parts::compare(m, [a, b, u32::MAX], |byte| byte, s)
            })
        },
        immediate STRNCMP => |_, call| {
            in_parts(call, |m, args, s| parts::compare(m, args, |byte| byte, s))
        },
        immediate STRNCASECMP => |_, call| {
            in_parts(call, |m, args, s| {
                parts::compare(m, args, |byte| byte.to_ascii_lowercase(), s)
            })
        },
        immediate STRCPY => |_, call| in_parts(call, parts::strcpy),
        immediate STRNCPY => |_, call| in_parts(call, parts::strncpy),
        immediate STRCHR => |_, call| {
            in_parts(call, |m, args, s| parts::strchr(m, args, s))
        },
        immediate STRSPN => |_, call| {
            in_parts(call, |m, args, s| parts::span(m, args, true, s))
        },
        immediate STRCSPN => |_, call| {
            in_parts(call, |m, args, s| parts::span(m, args, false, s))
        },
        immediate STRSTR => |_, call| {
            in_parts(call, |m, args, s| parts::strstr(m, args, s))
        },
        immediate ATOI => |_, call| {
            in_parts(call, |m, [at], s| parts::strtol(m, [at, 0, 10], s))
        },
        immediate STRTOL => |_, call| in_parts(call, parts::strtol),
        immediate STRTOUL => |_, call| in_parts(call, parts::strtoul),
        immediate STRDUP | _STRDUP => |_, call| allocate::strdup(call),
        immediate MALLOC => |_, call| allocate::malloc(call),
        immediate CXA_ALLOCATE_EXCEPTION => |_, call| allocate::malloc(call),
        immediate CALLOC => |_, call| allocate::calloc(call),
        immediate REALLOC => |_, call| allocate::realloc(call),
        immediate FREE => |_, call| allocate::free(call),
        immediate EXIT => |_, call| Err(Fault::Exit(call.i32(0))),
        immediate ABORT | ABORT_PLAIN => |_, _| Err(Trap::Unreachable.into()),
        immediate ABORT_STACK_OVERFLOW => |_, _| Err(Trap::StackOverflow.into()),
        immediate CXA_BEGIN_CATCH => |_, _| Ok(0),
        immediate CXA_THROW => |_, _| Err(Trap::Unreachable.into()),
        immediate ISUPPER => |_, call| Ok(ctype::isupper(call.i32(0)).into()),
        immediate ISALPHA => |_, call| Ok(ctype::isalpha(call.i32(0)).into()),
        immediate ISSPACE => |_, call| Ok(ctype::isspace(call.i32(0)).into()),
        immediate ISGRAPH => |_, call| Ok(ctype::isgraph(call.i32(0)).into()),
        immediate ISPRINT => |_, call| Ok(ctype::isprint(call.i32(0)).into()),
        immediate ISDIGIT => |_, call| Ok(ctype::isdigit(call.i32(0)).into()),
        immediate ISXDIGIT => |_, call| Ok(ctype::isxdigit(call.i32(0)).into()),
        immediate ISALNUM => |_, call| Ok(ctype::isalnum(call.i32(0)).into()),
        immediate TOLOWER => |_, call| Ok(ctype::tolower(call.i32(0))),
        immediate TOUPPER => |_, call| Ok(ctype::toupper(call.i32(0))),
        immediate CLOCK_GETTIME => |libc, call| {
            call.write(1, &text::timespec(libc.now()))?;
            Ok(0)
        },
        immediate64 CLOCK => |libc, _| Ok(libc.now().as_micros() as i64),
    }

    fn release(&self, app: AppId) {
        self.stdout.release(app, |name, line| {
            // If the line exceeds the app's rate limit, the log counts it; the app has ended and
            // cannot receive the error. The log may already have released the app, and would now
            // store data about it forever, so the app is released again.
            let _ = self.log.0.line(app, name, Level::Info, line);
            let _ = self.log.0.release(app);
        });
    }
}

impl<S: LogSink, C: Clock, const APPS: usize> Module<S, C, APPS> {
    /// Creates the module. The standard output of apps goes to `log`.
    pub fn new(log: Rc<log::Module<S, C, APPS>>) -> Self {
        Self {
            stdout: Stdout::new(),
            log,
        }
    }

    fn now(&self) -> Instant {
        self.log.0.clock().now()
    }

    fn printf(&self, call: &mut Call<'_>) -> Answer {
        let (format, arguments) = (call.u32(0), call.u32(1));
        self.print(call, |call, output| {
            let mut state = call.progress();
            let put = |bytes: &[u8]| output.put_line(bytes);
            let printed = printf_part(call.memory(), format, arguments, &mut state, put);
            part(call, printed, state)
        })
    }

    /// Prints the text line by line, then a newline in place of the NUL.
    fn puts(&self, call: &mut Call<'_>) -> Answer {
        let from = call.u32(0);
        self.print(call, |call, output| {
            let mut state = call.progress();
            let printed = puts_part(call.memory(), from, &mut state, |bytes| {
                output.put_line(bytes)
            });
            part(call, printed, state)
        })
    }

    fn putchar(&self, call: &mut Call<'_>) -> Answer {
        self.print(call, |call, output| {
            let (_, work) = output.put_line(&[call.u32(0) as u8]);
            let value = call.i32(0);
            counted(call, Ok(Counted { value, work }))
        })
    }

    /// Runs `print`, which charges for the lines that it completes, and charges for the call.
    fn print(
        &self,
        call: &mut Call<'_>,
        print: impl FnOnce(&mut Call<'_>, &mut Output<'_, S, C, APPS>) -> Answer,
    ) -> Answer {
        let name = AppName::new(call.app().name()).ok_or(Errno::EINVAL)?;
        let mut output = Output::new((call.app().id(), name), &self.stdout, &self.log.0);
        let answer = print(call, &mut output);
        let logged = output.finish();
        call.charge(PRINT_FUEL);
        logged?;
        answer
    }
}

/// Charges for the work of a function, and returns the function's result. An access outside the
/// memory traps.
fn counted<T>(call: &mut Call<'_>, result: Result<Counted<T>, OutOfBounds>) -> Result<T, Fault> {
    let counted = result.map_err(|OutOfBounds| Trap::MemoryOutOfBounds)?;
    call.charge(u64::from(counted.work / BYTES_PER_FUEL));
    Ok(counted.value)
}

/// Does the same as [`counted`] for one step of a long function. Stores the progress if the
/// function is not finished.
fn part<T>(call: &mut Call<'_>, result: Part<T>, state: State) -> Result<T, Fault> {
    match counted(call, result)? {
        Some(value) => Ok(value),
        None => Err(call.set_progress(state)),
    }
}

/// A result that is passed as an i32.
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

/// Applies a function to the parameters and the app's whole memory, one step in each call.
fn in_parts<T: Word, const N: usize>(
    call: &mut Call<'_>,
    function: impl FnOnce(&mut [u8], [u32; N], &mut State) -> Part<T>,
) -> Answer {
    let words = core::array::from_fn(|index| call.u32(index));
    let mut state = call.progress();
    let result = function(call.memory(), words, &mut state);
    part(call, result, state).map(Word::word)
}
