//! Device that offers every row of the call table.

use akira_runtime::abi::caps::CapabilitySet;
use akira_runtime::abi::{Clock, Instant, Length, MODULES, Mode, NativeCall, ParamKind, Ret};
use akira_runtime::engine::Engine;
use akira_runtime::{
    Answer, Board, Call, Event, Exit, InstallOptions, Native, NativeModule, Runtime,
};

use std::cell::{Cell, RefCell};
use std::ops::Deref;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Waker};

/// Answer of every handler.
pub(crate) const ANSWER: i32 = 77;

/// Device that offers every row of the call table with the same handler.
#[derive(Default)]
pub(crate) struct Everything {
    pub(crate) calls: RefCell<Vec<&'static str>>,
    pub(crate) denials: Cell<u32>,
}

const ROWS: usize = count();
const ALL: [&NativeCall; ROWS] = all();

const fn count() -> usize {
    let (mut area, mut rows) = (0, 0);
    while area < MODULES.len() {
        rows += MODULES[area].calls.len();
        area += 1;
    }
    rows
}

const fn all() -> [&'static NativeCall; ROWS] {
    let mut rows: [&NativeCall; ROWS] = [&akira_runtime::abi::time::DELAY; ROWS];
    let (mut area, mut next) = (0, 0);
    while area < MODULES.len() {
        let mut row = 0;
        while row < MODULES[area].calls.len() {
            rows[next] = MODULES[area].calls[row];
            row += 1;
            next += 1;
        }
        area += 1;
    }
    rows
}

const fn native<const FROM: usize>(row: &'static NativeCall) -> Native<Part<FROM>> {
    match (row.mode, row.result) {
        (Mode::Suspending, _) => Native::suspending(row),
        (Mode::Immediate, Ret::I64) => {
            Native::immediate64(row, |device, call| device.0.look(call).map(i64::from))
        }
        (Mode::Immediate, _) => Native::immediate(row, |device, call| device.0.look(call)),
    }
}

impl Everything {
    /// Accesses every argument as a bridge does, and checks each length against the row.
    fn look(&self, call: &mut Call<'_>) -> Answer {
        let row = call.row();
        for (index, param) in row.params.iter().enumerate() {
            match param.kind {
                ParamKind::Bytes { length, .. } => {
                    let length = expected(length, call) as usize;
                    assert_eq!(call.bytes(index).len(), length, "{}", row.name);
                    call.bytes_mut(index).fill(0xaa);
                }
                ParamKind::Str => assert!(!call.bytes(index).contains(&0), "{}", row.name),
                _ => {
                    call.i32(index);
                }
            }
        }
        self.calls.borrow_mut().push(row.name);
        Ok(ANSWER)
    }
}

fn expected(length: Length, call: &Call<'_>) -> u32 {
    match length {
        Length::Fixed(bytes) => bytes.into(),
        Length::Param(param) => call.u32(param.into()),
        Length::Items { param, size } => call.u32(param.into()) * u32::from(size),
    }
}

impl Clock for Everything {
    fn now(&self) -> Instant {
        Instant::START
    }

    fn wake_at(&self, _: Instant, _: &Waker) {}
}

/// Module with the rows from `FROM` on, at most [`MOST`] of them.
#[derive(Clone)]
pub(crate) struct Part<const FROM: usize>(Rc<Everything>);

/// Maximum number of calls of a module.
const MOST: usize = 64;

const fn part<const FROM: usize>() -> [Native<Part<FROM>>; MOST] {
    let mut natives = [const { native::<FROM>(&akira_runtime::abi::time::DELAY) }; MOST];
    let mut next = 0;
    while next < MOST && FROM + next < ROWS {
        natives[next] = native::<FROM>(ALL[FROM + next]);
        next += 1;
    }
    natives
}

impl<const FROM: usize> Part<FROM> {
    const NATIVES: [Native<Self>; MOST] = part();
}

impl<const FROM: usize> NativeModule for Part<FROM> {
    const CALLS: &'static [Native<Self>] = {
        let count = if ROWS - FROM < MOST {
            ROWS - FROM
        } else {
            MOST
        };
        Self::NATIVES.split_at(count).0
    };

    async fn complete(&self, call: &mut Call<'_>) -> Answer {
        self.0.look(call)
    }

    fn observe(&self, event: &Event<'_>) {
        if let Event::Denied { .. } = event
            && FROM == 0
        {
            self.0.denials.set(self.0.denials.get() + 1);
        }
    }
}

pub(crate) type Parts = (Part<0>, Part<64>, Part<128>, Part<192>, Part<256>);

const _: () = assert!(ROWS > 256 && ROWS <= 320, "as many parts as there are rows");

/// Board that offers the whole call table.
pub(crate) struct Table {
    modules: Parts,
}

impl Default for Table {
    fn default() -> Self {
        let all = Rc::<Everything>::default();
        let (a, b, c, d, e) = (all.clone(), all.clone(), all.clone(), all.clone(), all);
        Self {
            modules: (Part(a), Part(b), Part(c), Part(d), Part(e)),
        }
    }
}

impl Deref for Table {
    type Target = Everything;

    fn deref(&self) -> &Everything {
        &self.modules.0.0
    }
}

impl Board for Table {
    type Modules = Parts;

    fn modules(&self) -> &Parts {
        &self.modules
    }

    fn clock(&self) -> &dyn Clock {
        &**self
    }
}

pub(crate) fn everything() -> CapabilitySet {
    CapabilitySet::from_bits(u64::MAX)
}

/// Runs an app with these capabilities until it makes no more progress, and returns its exit.
pub(crate) fn run<E: Engine>(
    runtime: &Runtime<Table, E>,
    image: Vec<u8>,
    grant: CapabilitySet,
) -> Option<Exit> {
    let options = InstallOptions::default().with_name("app").with_grant(grant);
    let image: Rc<[u8]> = image.into();
    runtime
        .install(image, &options)
        .expect("the app is admitted");
    runtime.start("app").expect("the app starts");
    let mut cx = Context::from_waker(Waker::noop());
    let mut running = pin!(runtime.run());
    while runtime.app("app").is_some_and(|app| app.run.is_some()) {
        assert!(
            running.as_mut().poll(&mut cx).is_pending(),
            "`run` never ends"
        );
    }
    runtime.app("app").and_then(|app| app.exit)
}
