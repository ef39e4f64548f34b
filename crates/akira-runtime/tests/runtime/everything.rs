//! A device that offers every row of the table.

use akira_runtime::abi::caps::CapabilitySet;
use akira_runtime::abi::{Clock, Instant, Length, MODULES, Mode, NativeCall, ParamKind, Ret};
use akira_runtime::engine::Engine;
use akira_runtime::{Answer, Board, Call, Event, Exit, InstallOptions, Native, Natives, Runtime};
use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Waker};

/// What a handler answers.
pub(crate) const ANSWER: i32 = 77;

/// A device that offers every row of the table with the same handler.
#[derive(Default)]
pub(crate) struct Everything {
    pub(crate) calls: RefCell<Vec<&'static str>>,
    pub(crate) denials: Cell<u32>,
}

const ROWS: usize = count();
const ALL: [Native<Everything>; ROWS] = all();

const fn count() -> usize {
    let (mut area, mut rows) = (0, 0);
    while area < MODULES.len() {
        rows += MODULES[area].calls.len();
        area += 1;
    }
    rows
}

const fn all() -> [Native<Everything>; ROWS] {
    let mut natives = [const { Native::suspending(&akira_runtime::abi::time::DELAY) }; ROWS];
    let (mut area, mut next) = (0, 0);
    while area < MODULES.len() {
        let mut row = 0;
        while row < MODULES[area].calls.len() {
            natives[next] = native(MODULES[area].calls[row]);
            row += 1;
            next += 1;
        }
        area += 1;
    }
    natives
}

const fn native(row: &'static NativeCall) -> Native<Everything> {
    match (row.mode, row.result) {
        (Mode::Suspending, _) => Native::suspending(row),
        (Mode::Immediate, Ret::I64) => {
            Native::immediate64(row, |device, call| device.look(call).map(i64::from))
        }
        (Mode::Immediate, _) => Native::immediate(row, |device, call| device.look(call)),
    }
}

impl Everything {
    /// Looks at every argument as a bridge would, and checks that its length is what the row says.
    fn look(&self, call: &mut Call<'_, Self>) -> Answer {
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

fn expected(length: Length, call: &Call<'_, Everything>) -> u32 {
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

impl Board for Everything {
    const NATIVES: Natives<Self> = &[&ALL];

    fn clock(&self) -> &dyn Clock {
        self
    }

    async fn complete(&self, call: &mut Call<'_, Self>) -> Answer {
        self.look(call)
    }

    fn observe(&self, event: &Event<'_>) {
        if let Event::Denied { .. } = event {
            self.denials.set(self.denials.get() + 1);
        }
    }
}

pub(crate) fn everything() -> CapabilitySet {
    CapabilitySet::from_bits(u64::MAX)
}

/// Runs an app with these capabilities until nothing moves any more, and says how it ended.
pub(crate) fn run<E: Engine>(
    runtime: &Runtime<Everything, E>,
    image: Vec<u8>,
    grant: CapabilitySet,
) -> Option<Exit> {
    let options = InstallOptions {
        name: Some("app"),
        grant,
        ..InstallOptions::default()
    };
    let image: Rc<[u8]> = image.into();
    runtime.install(image, &options).expect("the app is let in");
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
