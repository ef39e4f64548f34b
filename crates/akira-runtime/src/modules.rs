//! Native modules, and the list of them that a board provides.

use crate::call::Call;
use crate::event::Event;
use crate::native::{Answer, Fault, Handler, Native};
use akira_abi::{AppId, NativeCall};
use alloc::rc::Rc;
use core::convert::Infallible;
use core::fmt;
use core::future::{pending, poll_fn, ready};
use core::marker::PhantomData;
use core::pin::pin;
use core::task::Poll;

/// A native module: a set of native calls with their handlers, the cleanup after an app, and
/// background work.
///
/// A module depends on neither the board nor the engine. [`natives!`](crate::natives) generates
/// [`CALLS`](Self::CALLS) and [`complete`](Self::complete) from one list, so that each listed call
/// has a handler.
///
/// ```
/// use akira_runtime::abi::caps::Capability;
/// use akira_runtime::abi::{NativeCall, Param};
/// use akira_runtime::{Answer, Call, NativeModule, natives};
/// use std::cell::Cell;
///
/// static LAMP_SET: NativeCall = NativeCall::new("lamp_set")
///     .takes(&[Param::u32("level")])
///     .requires(Capability::GpioWrite)
///     .does("Sets the lamp to `level`, 0 to 255.");
///
/// struct Lamp {
///     level: Cell<u8>,
/// }
///
/// impl NativeModule for Lamp {
///     natives! {
///         immediate LAMP_SET => Self::set,
///     }
/// }
///
/// impl Lamp {
///     fn set(&self, call: &mut Call<'_>) -> Answer {
///         self.level.set(call.u32(0).min(255) as u8);
///         Ok(0)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a native module",
    note = "the modules for Akira's own calls are `akira::gpio::Module` and the like, made from a bridge"
)]
pub trait NativeModule: Sized + 'static {
    /// Native calls of this module, with their handlers.
    const CALLS: &'static [Native<Self>];

    /// Maximum number of [`Window`](crate::Window)s that the module keeps open to the memory of one
    /// app. Admission counts the RAM for them.
    const WINDOWS: usize = 0;

    /// Answers a suspending call of this module. The app is paused until the future completes.
    ///
    /// # Errors
    ///
    /// [`Fault`] if the call has no result for the app; [`Fault::Unanswered`] if this function does
    /// not handle a call that is in [`CALLS`](Self::CALLS).
    ///
    /// # Cancel safety
    ///
    /// To end an app, the runtime drops this future, which can happen at any await. Dropping the
    /// future must restore the previous state of buses, pins and locks.
    fn complete(&self, call: &mut Call<'_>) -> impl Future<Output = Answer> {
        let _ = call;
        ready(Err(Fault::Unanswered))
    }

    /// Releases everything that the module holds for a run. The runtime calls it after every run,
    /// even if the module holds nothing for it.
    fn release(&self, app: AppId) {
        let _ = app;
    }

    /// Receives every event of every app.
    fn observe(&self, event: &Event<'_>) {
        let _ = event;
    }

    /// Does the module's background work. The future never completes.
    ///
    /// # Cancel safety
    ///
    /// Dropping [`Runtime::run`](crate::Runtime::run) drops this future; the next `Runtime::run`
    /// starts a new one.
    fn run(&self) -> impl Future<Output = Infallible> {
        pending()
    }
}

/// Generates the calls of a [`NativeModule`], and the dispatch of the suspending calls. Each line
/// names the kind of the handler, the row in the table of native calls, and the handler. The kinds
/// are:
///
/// - `immediate`: `fn(&Self, &mut Call<'_>) -> Answer`
/// - `immediate64`: `fn(&Self, &mut Call<'_>) -> Result<i64, Fault>`
/// - `suspending`: `async fn(&Self, &mut Call<'_>) -> Answer`
///
/// Rows that share a handler are separated by `|`. The app's future then contains the handler's
/// future only once.
///
/// ```
/// use akira_runtime::abi::time::{DELAY, GET_TIME_MS};
/// use akira_runtime::{Answer, Call, NativeModule, natives};
///
/// struct Now;
///
/// impl NativeModule for Now {
///     natives! {
///         suspending DELAY => Self::delay,
///         immediate64 GET_TIME_MS => |_, _| Ok(0),
///     }
/// }
///
/// impl Now {
///     async fn delay(&self, _: &mut Call<'_>) -> Answer {
///         Ok(0)
///     }
/// }
/// ```
#[macro_export]
macro_rules! natives {
    ($($kind:ident $($row:ident)|+ => $handler:expr),+ $(,)?) => {
        const CALLS: &'static [$crate::Native<Self>] =
            &[$($($crate::natives!(@native $kind $row, $handler)),+),+];

        async fn complete(&self, call: &mut $crate::Call<'_>) -> $crate::Answer {
            $($crate::natives!(@answer $kind [$($row)+], $handler, self, call);)+
            let _ = call;
            Err($crate::Fault::Unanswered)
        }
    };
    (@native suspending $row:ident, $handler:expr) => {
        $crate::Native::suspending(&$row)
    };
    (@native $kind:ident $row:ident, $handler:expr) => {
        $crate::Native::$kind(&$row, $handler)
    };
    (@answer suspending [$($row:ident)+], $handler:expr, $module:expr, $call:expr) => {
        if $($call.is(&$row))||+ {
            return $handler($module, $call).await;
        }
    };
    (@answer $kind:ident [$($row:ident)+], $handler:expr, $module:expr, $call:expr) => {};
}

/// Element of a board's list of modules: a module, or an [`Rc`] of a module.
pub trait Member: 'static {
    /// Type of the module.
    type Module: NativeModule;

    /// Returns the module.
    fn module(&self) -> &Self::Module;
}

impl<M: NativeModule> Member for M {
    type Module = M;

    #[inline(always)]
    fn module(&self) -> &M {
        self
    }
}

impl<M: NativeModule> Member for Rc<M> {
    type Module = M;

    #[inline(always)]
    fn module(&self) -> &M {
        self
    }
}

/// Position of a call in a board's list: the index of the module, and the index of the call in that
/// module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub(crate) module: u8,
    pub(crate) call: u16,
}

/// Result of [`Modules::find`]: a call in a list of modules, with its position and the function
/// that makes it.
pub struct Found<L> {
    pub(crate) row: &'static NativeCall,
    pub(crate) place: Place,
    pub(crate) enter: Enter<L>,
}

impl<L> fmt::Debug for Found<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Found({}.{})", self.row.module, self.row.name)
    }
}

/// Function that makes an immediate call of one module of a list.
pub(crate) type Enter<L> = fn(&L, &mut Call<'_>) -> Result<i64, Fault>;

/// Gives access to the module at the position `PLACE` of a list.
pub trait Nth<const PLACE: usize>: 'static {
    /// Type of the module.
    type Module: NativeModule;

    /// Returns the module.
    fn nth(&self) -> &Self::Module;
}

/// A list of native modules: a tuple of up to 32 [`NativeModule`]s.
///
/// A board that lists a call twice does not compile; the error names the call:
///
/// ```compile_fail,E0080
/// # use akira_runtime::abi::{Clock, Instant};
/// # use akira_runtime::{Board, Config, Runtime, engine::Wasmi, memory};
/// # use std::{rc::Rc, task::Waker};
/// # struct Device((memory::Module, memory::Module));
/// # impl Clock for Device {
/// #     fn now(&self) -> Instant { Instant::START }
/// #     fn wake_at(&self, _: Instant, _: &Waker) {}
/// # }
/// impl Board for Device {
///     type Modules = (memory::Module, memory::Module); // evaluation panicked: mem_alloc
/// #   fn modules(&self) -> &Self::Modules { &self.0 }
/// #   fn clock(&self) -> &dyn Clock { self }
/// }
/// # let device = Rc::new(Device((memory::Module, memory::Module)));
/// # let runtime = Runtime::with_engine(device, Wasmi, Config::default());
/// # let _ = runtime.install(&b"\0asm\x01\0\0\0"[..], &Default::default());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of native modules",
    note = "a list is a tuple of native modules, of up to 32"
)]
pub trait Modules: Sized + 'static {
    /// Sum of the [`NativeModule::WINDOWS`] of all modules: the maximum number of windows that are
    /// open to the memory of one app.
    const WINDOWS: usize;

    /// Calls `show` for the row of each call, module by module.
    fn each_row(show: &mut dyn FnMut(&'static NativeCall));

    /// Finds the first call whose row `is_meant` accepts; `None` if it accepts no row.
    fn find(is_meant: &dyn Fn(&'static NativeCall) -> bool) -> Option<Found<Self>>;

    /// Makes an immediate call: runs the handler of the call at `place`.
    ///
    /// # Errors
    ///
    /// Returns the handler's [`Fault`].
    fn enter(&self, place: Place, call: &mut Call<'_>) -> Result<i64, Fault>;

    /// Answers the suspending call at `place`.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`NativeModule::complete`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future has the effect described at [`NativeModule::complete`].
    fn complete(&self, place: Place, call: &mut Call<'_>) -> impl Future<Output = Answer>;

    /// Releases everything that the modules hold for a run.
    fn release(&self, app: AppId);

    /// Passes an event to every module.
    fn observe(&self, event: &Event<'_>);

    /// Does the background work of all modules. The future never completes.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the future of each module's [`NativeModule::run`].
    fn run(&self) -> impl Future<Output = Infallible>;
}

/// Finds a call in one module.
fn find_in<M: NativeModule>(
    is_meant: &dyn Fn(&'static NativeCall) -> bool,
) -> Option<(u16, &'static NativeCall)> {
    let mut rows = (0..).zip(M::CALLS.iter().map(Native::row));
    rows.find(|(_, row)| is_meant(row))
}

/// Makes one call of one module of a list. Each call has its own instance of this function, so that
/// a guest's call reaches its handler with one jump.
fn enter<L: Nth<PLACE>, const PLACE: usize, const CALL: usize>(
    list: &L,
    call: &mut Call<'_>,
) -> Result<i64, Fault> {
    match const { handler::<L::Module>(CALL) } {
        Some(Handler::Immediate(handler)) => handler(list.nth(), call).map(i64::from),
        Some(Handler::Immediate64(handler)) => handler(list.nth(), call),
        Some(Handler::Suspending) | None => Err(Fault::Unanswered),
    }
}

const fn handler<M: NativeModule>(call: usize) -> Option<Handler<M>> {
    if call < M::CALLS.len() {
        Some(M::CALLS[call].handler)
    } else {
        None
    }
}

/// Functions that make the calls of one module of a list.
struct Entries<L, const PLACE: usize>(PhantomData<L>);

macro_rules! entries {
    ($($call:literal)*) => {
        &[$(enter::<L, PLACE, $call>),*]
    };
}

impl<L: Nth<PLACE>, const PLACE: usize> Entries<L, PLACE> {
    /// One function for each call, rounded up: the number of calls is not a constant that can be an
    /// array's length.
    const ALL: &'static [Enter<L>] = match <L::Module as NativeModule>::CALLS.len() {
        0..=4 => entries!(0 1 2 3),
        5..=8 => entries!(0 1 2 3 4 5 6 7),
        9..=16 => entries!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15),
        17..=32 => entries!(
            0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
            16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
        ),
        33..=64 => entries!(
            0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
            16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
            32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47
            48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63
        ),
        _ => panic!("a module has 64 calls at most"),
    };

    fn of(call: u16) -> Enter<L> {
        let entry = Self::ALL.get(usize::from(call)).copied();
        entry.unwrap_or(|_, _| Err(Fault::Unanswered))
    }
}

/// Maximum number of calls in a board's list.
const MOST_CALLS: usize = 512;

/// Rows of a list, collected at compile time.
#[derive(Clone, Copy)]
struct Rows {
    rows: [Option<(u64, &'static NativeCall)>; MOST_CALLS],
    count: usize,
}

impl Rows {
    const NONE: Self = Self {
        rows: [None; MOST_CALLS],
        count: 0,
    };

    const fn with<M: NativeModule>(mut self) -> Self {
        let mut index = 0;
        while index < M::CALLS.len() {
            let row = M::CALLS[index].row;
            self.rows[self.count] = Some((row.import_hash(), row));
            self.count += 1;
            index += 1;
        }
        self
    }

    /// Panics with the name of a call that is listed twice, by one module or by two.
    const fn assert_none_is_listed_twice(&self) {
        let mut one = 0;
        while one < self.count {
            let mut other = one + 1;
            while other < self.count {
                if let (Some((hash, row)), Some((same, _))) = (self.rows[one], self.rows[other])
                    && hash == same
                {
                    panic!("{}", row.name);
                }
                other += 1;
            }
            one += 1;
        }
    }
}

/// Implements [`Nth`] for one module of a list.
macro_rules! nth {
    ([$($all:ident)*] $member:ident $index:tt) => {
        impl<$($all: Member),*> Nth<$index> for ($($all,)*) {
            type Module = $member::Module;

            #[inline(always)]
            fn nth(&self) -> &Self::Module {
                self.$index.module()
            }
        }
    };
}

macro_rules! list {
    ($all:tt $($member:ident $index:tt),*) => {
        $(nth!($all $member $index);)*

        #[allow(
            non_snake_case,
            unused_variables,
            reason = "futures have the names of their modules' types, and the empty list looks at nothing"
        )]
        impl<$($member: Member),*> Modules for ($($member,)*) {
            const WINDOWS: usize = 0 $(+ $member::Module::WINDOWS)*;

            fn each_row(show: &mut dyn FnMut(&'static NativeCall)) {
                $(for native in $member::Module::CALLS {
                    show(native.row);
                })*
            }

            fn find(is_meant: &dyn Fn(&'static NativeCall) -> bool) -> Option<Found<Self>> {
                const {
                    Rows::NONE$(.with::<$member::Module>())*.assert_none_is_listed_twice();
                }
                $(if let Some((call, row)) = find_in::<$member::Module>(is_meant) {
                    return Some(Found {
                        row,
                        place: Place { module: $index, call },
                        enter: Entries::<Self, $index>::of(call),
                    });
                })*
                None
            }

            fn enter(&self, place: Place, call: &mut Call<'_>) -> Result<i64, Fault> {
                match place.module {
                    $($index => Entries::<Self, $index>::of(place.call)(self, call),)*
                    _ => Err(Fault::Unanswered),
                }
            }

            async fn complete(&self, place: Place, call: &mut Call<'_>) -> Answer {
                match place.module {
                    $($index => self.$index.module().complete(call).await,)*
                    _ => Err(Fault::Unanswered),
                }
            }

            fn release(&self, app: AppId) {
                $(self.$index.module().release(app);)*
            }

            fn observe(&self, event: &Event<'_>) {
                $(self.$index.module().observe(event);)*
            }

            async fn run(&self) -> Infallible {
                $(let mut $member = pin!(self.$index.module().run());)*
                poll_fn(|cx| {
                    $(if let Poll::Ready(never) = $member.as_mut().poll(cx) {
                        return Poll::Ready(never);
                    })*
                    Poll::Pending
                })
                .await
            }
        }
    };
}

/// Implements [`Modules`] for lists of zero modules, one, two, and so on.
macro_rules! lists {
    ($($member:ident $index:tt),*;) => {
        list!([$($member)*] $($member $index),*);
    };
    ($($member:ident $index:tt),*; $next:ident $number:tt $(, $($rest:tt)*)?) => {
        list!([$($member)*] $($member $index),*);
        lists!($($member $index,)* $next $number; $($($rest)*)?);
    };
}

lists!(;
    A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11, M 12, N 13, O 14, P 15,
    Q 16, R 17, S 18, T 19, U 20, V 21, W 22, X 23, Y 24, Z 25, Aa 26, Ab 27, Ac 28, Ad 29, Ae 30, Af 31
);
