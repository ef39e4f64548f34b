//! Tests of app memory that a module accesses after a call returned: a ring that a device fills
//! while the app waits or computes.

use crate::device::Only;
use akira_runtime::abi::{AppId, Clock, Errno, ImportModule, Instant, NativeCall, Param};
use akira_runtime::engine::{Op, Script, Scripted};
use akira_runtime::{
    Answer, Call, Config, InstallOptions, NativeModule, Runtime, Window, WindowError, natives,
};
use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

static MODULE: ImportModule = ImportModule::new(&"radio");

/// Binds a buffer as the radio's receive buffer.
static BIND: NativeCall = NativeCall::new("bind")
    .in_module(MODULE)
    .takes(&[Param::ring("buffer", 1), Param::len("length")]);

/// Waits for a reception, with a separate buffer.
static WAIT: NativeCall = NativeCall::new("wait")
    .in_module(MODULE)
    .takes(&[Param::bytes_out("name", 1), Param::len("length")])
    .suspending();

/// Records bytes of the app's memory.
static SHOW: NativeCall = NativeCall::new("show")
    .in_module(MODULE)
    .takes(&[Param::bytes_in("bytes", 1), Param::len("length")]);

/// Records the content of the window as the host sees it; the call does not pass its address.
static LOOK: NativeCall = NativeCall::new("look")
    .in_module(MODULE)
    .takes(&[Param::bytes_in("any", 1), Param::len("length")]);

/// Radio that receives one message, which the test has set in `air`.
#[derive(Default)]
struct Radio {
    bound: RefCell<Option<Window>>,
    air: RefCell<Vec<u8>>,
    received: Cell<bool>,
    /// Number of polls after which a waiting call returns.
    patience: Cell<u32>,
    shown: RefCell<Vec<String>>,
    ended: Cell<Option<WindowError>>,
}

impl NativeModule for Radio {
    natives! {
        immediate BIND => |radio, call| {
            radio.bound.replace(Some(call.window(0)?));
            Ok(0)
        },
        immediate SHOW => |radio, call| {
            let text = String::from_utf8_lossy(call.bytes(0)).into_owned();
            radio.shown.borrow_mut().push(text);
            Ok(0)
        },
        immediate LOOK => |radio, call| {
            if let Some(window) = radio.bound.borrow().as_ref() {
                let text = String::from_utf8_lossy(call.bytes_of(window)).into_owned();
                radio.shown.borrow_mut().push(text);
            }
            Ok(0)
        },
        suspending WAIT => Self::wait,
    }

    const WINDOWS: usize = 1;

    /// Copies the start of the buffer, reversed, to its end, and then receives the content of
    /// `air`.
    async fn run(&self) -> Infallible {
        let mut window = poll_fn(|_| match self.bound.take() {
            Some(window) => Poll::Ready(window),
            None => Poll::Pending,
        })
        .await;
        let mut sent = [0; 4];
        let done = async {
            window.read(0, &mut sent).await?;
            sent.reverse();
            window.write(window.len() - 4, &sent).await?;
            let air = self.air.take();
            window.write(4, &air).await
        };
        match done.await {
            Ok(()) => self.received.set(true),
            Err(error) => self.ended.set(Some(error)),
        }
        self.bound.replace(Some(window));
        pending().await
    }
}

impl Radio {
    async fn wait(&self, call: &mut Call<'_>) -> Answer {
        let mut looks = 0;
        poll_fn(|_| {
            looks += 1;
            match self.received.get() || looks > self.patience.get() {
                true => Poll::Ready(()),
                false => Poll::Pending,
            }
        })
        .await;
        call.bytes_mut(0).fill(b'!');
        Ok(i32::from(self.received.get()))
    }
}

impl Clock for Radio {
    fn now(&self) -> Instant {
        Instant::START
    }

    fn wake_at(&self, _: Instant, _: &Waker) {}
}

type Device = Runtime<Only<Radio>, Scripted>;

/// Address and length of the window.
const WINDOW: [u32; 2] = [1_000, 300];

fn start(ops: Vec<Op>) -> (Device, Scripted) {
    let engine = Scripted::default();
    let radio = Radio {
        air: RefCell::new(vec![b'a'; 200]),
        patience: Cell::new(1_000),
        ..Radio::default()
    };
    let runtime =
        Runtime::with_engine(Rc::new(Only::new(radio)), engine.clone(), Config::default());
    let app = engine.app(Script {
        imports: vec![&BIND, &WAIT, &SHOW, &LOOK],
        pages: 1,
        ops,
        ..Script::default()
    });
    let options = InstallOptions::default().with_name("app");
    runtime.install(app, &options).expect("the app is admitted");
    runtime.start("app").expect("the app starts");
    (runtime, engine)
}

fn bind() -> Vec<Op> {
    let [start, length] = WINDOW;
    vec![
        Op::Store(start, b"ping".to_vec()),
        Op::Call(0, vec![start, length]),
    ]
}

fn run(runtime: &Device, polls: usize) {
    let mut cx = Context::from_waker(Waker::noop());
    let mut running = pin!(runtime.run());
    for _ in 0..polls {
        assert!(running.as_mut().poll(&mut cx).is_pending());
    }
}

fn received() -> String {
    format!("ping{}{}gnip", "a".repeat(200), "\0".repeat(92))
}

#[test]
fn a_window_is_filled_while_the_app_waits_with_other_bytes() {
    for place in [0, 2_000] {
        let mut ops = bind();
        ops.push(Op::Call(1, vec![place, 16]));
        ops.push(Op::Call(2, WINDOW.to_vec()));
        ops.push(Op::Call(2, vec![place, 16]));
        ops.push(Op::Call(3, vec![0, 0]));
        let (runtime, engine) = start(ops);
        run(&runtime, 100);
        let answers: Vec<_> = engine.trace().iter().map(|call| call.result).collect();
        assert!(answers.contains(&Ok(1)), "it waited in vain: {answers:?}");
        let shown = runtime.board().shown.take();
        assert_eq!(shown, [received(), "!".repeat(16), received()]);
    }
}

#[test]
fn bytes_that_a_call_has_are_copied_after_it() {
    let mut ops = bind();
    ops.push(Op::Call(1, vec![900, 200]));
    ops.push(Op::Burn(1_000_000));
    ops.push(Op::Call(2, WINDOW.to_vec()));
    let (runtime, engine) = start(ops);
    runtime.board().patience.set(20);
    run(&runtime, 100);
    let answers: Vec<_> = engine.trace().iter().map(|call| call.result).collect();
    assert!(answers.contains(&Ok(0)), "{answers:?}");
    let expected = format!("!!!!{}{}!!!!", "a".repeat(200), "\0".repeat(92));
    assert_eq!(*runtime.board().shown.borrow(), [expected]);
}

#[test]
fn a_window_is_filled_between_the_slices_of_an_app_that_computes() {
    let mut ops = bind();
    ops.push(Op::Burn(2_000_000));
    ops.push(Op::Call(2, WINDOW.to_vec()));
    let (runtime, _) = start(ops);
    run(&runtime, 100);
    assert_eq!(*runtime.board().shown.borrow(), [received()]);
}

#[test]
fn a_window_is_closed_when_its_app_ends() {
    let mut ops = bind();
    ops.push(Op::Return(0));
    let (runtime, _) = start(ops);
    run(&runtime, 100);
    assert_eq!(runtime.board().ended.get(), Some(WindowError::Closed));
    assert!(!runtime.board().received.get());
}

#[test]
fn nothing_beyond_a_window_is_reached() {
    let (runtime, _) = start(bind().into_iter().chain([Op::Burn(1 << 40)]).collect());
    run(&runtime, 100);
    let mut window = runtime.board().bound.take().expect("it is bound");
    let length = window.len();
    let mut cx = Context::from_waker(Waker::noop());
    let mut bytes = [0; 8];
    for at in [length - 7, length, u32::MAX] {
        let poll = pin!(window.read(at, &mut bytes)).poll(&mut cx);
        assert_eq!(poll, Poll::Ready(Err(WindowError::OutOfBounds)));
        let poll = pin!(window.write(at, &bytes)).poll(&mut cx);
        assert_eq!(poll, Poll::Ready(Err(WindowError::OutOfBounds)));
    }
}

#[test]
fn an_app_has_no_more_windows_than_the_modules_say() {
    let mut ops = bind();
    // The radio still holds the first window.
    ops.push(Op::Burn(200_000));
    ops.push(Op::Call(0, vec![0, 4]));
    let (runtime, engine) = start(ops);
    run(&runtime, 100);
    let last = engine.trace().last().expect("it has called").result;
    assert_eq!(last, Ok(i64::from(Errno::ENOMEM.code())));
    assert_eq!(runtime.app("app").map(|app| app.crashes), Some(0));
    let _: AppId = runtime.board().bound.take().expect("it is bound").app();
}
