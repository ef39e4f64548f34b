//! Waiting for messages: woken by a message, the clock or the end of the subscription.

use akira_abi::{AppId, Clock, Errno, Instant};
use akira_bridge_ipc::{Ipc, Timeout};
use std::cell::{Cell, RefCell};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Wake, Waker};

const A: AppId = AppId::new(1);
const B: AppId = AppId::new(2);

#[derive(Default)]
struct FakeClock {
    now: Cell<u64>,
    wakes: RefCell<Vec<(Instant, Waker)>>,
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.now.get())
    }

    fn wake_at(&self, at: Instant, waker: &Waker) {
        self.wakes.borrow_mut().push((at, waker.clone()));
    }
}

#[derive(Default)]
struct Count(AtomicU32);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

struct Task(Arc<Count>, Waker);

impl Task {
    fn new() -> Self {
        let count = Arc::new(Count::default());
        Self(count.clone(), count.into())
    }

    fn wakes(&self) -> u32 {
        self.0.0.load(Ordering::Relaxed)
    }

    fn poll<F: Future>(&self, future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(&self.1))
    }
}

fn subscribed() -> (Ipc<2, 2, 64>, FakeClock, Task) {
    let ipc = Ipc::new();
    ipc.subscribe(A, "t").expect("room");
    (ipc, FakeClock::default(), Task::new())
}

#[test]
fn takes_what_waits_without_waiting() {
    let (ipc, clock, task) = subscribed();
    ipc.publish(None, "t", b"hi").expect("valid");
    for (timeout, result) in [
        (Timeout::Forever, Ok(2)),
        (Timeout::None, Err(Errno::EAGAIN)),
    ] {
        let mut buffer = [0; 8];
        let recv = pin!(ipc.recv(A, "t", &mut buffer, timeout, &clock));
        assert_eq!(task.poll(recv), Poll::Ready(result));
    }
}

#[test]
fn a_message_wakes_the_receiver() {
    let (ipc, clock, task) = subscribed();
    let mut buffer = [0; 8];
    {
        let mut recv = pin!(ipc.recv(A, "t", &mut buffer, Timeout::Forever, &clock));
        assert_eq!(task.poll(recv.as_mut()), Poll::Pending);
        assert_eq!(task.wakes(), 0);
        ipc.publish(Some(B), "t", b"hi").expect("valid");
        assert_eq!(task.wakes(), 1);
        assert_eq!(task.poll(recv), Poll::Ready(Ok(2)));
    }
    assert_eq!(&buffer[..2], b"hi");
    assert!(clock.wakes.borrow().is_empty());
}

#[test]
fn a_message_of_another_topic_does_not_end_the_wait() {
    let (ipc, clock, task) = subscribed();
    ipc.subscribe(A, "other").expect("room");
    let mut buffer = [0; 8];
    let mut recv = pin!(ipc.recv(A, "t", &mut buffer, Timeout::Forever, &clock));
    assert_eq!(task.poll(recv.as_mut()), Poll::Pending);
    ipc.publish(None, "other", b"x").expect("valid");
    assert_eq!(task.poll(recv.as_mut()), Poll::Pending);
    ipc.publish(None, "t", b"x").expect("valid");
    assert_eq!(task.poll(recv), Poll::Ready(Ok(1)));
    assert_eq!(ipc.pending(A, "other"), Ok(1));
}

#[test]
fn the_timeout_ends_the_wait() {
    let (ipc, clock, task) = subscribed();
    let timeout = Timeout::from_millis(20, clock.now());
    let mut buffer = [0; 8];
    let mut recv = pin!(ipc.recv(A, "t", &mut buffer, timeout, &clock));
    assert_eq!(task.poll(recv.as_mut()), Poll::Pending);
    let (at, waker) = clock
        .wakes
        .borrow_mut()
        .pop()
        .expect("a wake was asked for");
    assert_eq!(at, Instant::from_micros(20_000));
    assert!(waker.will_wake(&task.1));
    clock.now.set(19_999);
    assert_eq!(task.poll(recv.as_mut()), Poll::Pending);
    clock.now.set(20_000);
    assert_eq!(task.poll(recv), Poll::Ready(Err(Errno::EAGAIN)));
}

#[test]
fn a_message_that_comes_with_the_timeout_is_taken() {
    let (ipc, clock, task) = subscribed();
    let timeout = Timeout::Until(Instant::from_micros(5));
    let mut buffer = [0; 8];
    let mut recv = pin!(ipc.recv(A, "t", &mut buffer, timeout, &clock));
    assert_eq!(task.poll(recv.as_mut()), Poll::Pending);
    ipc.publish(None, "t", b"x").expect("valid");
    clock.now.set(5);
    assert_eq!(task.poll(recv), Poll::Ready(Ok(1)));
}

#[test]
fn a_dropped_recv_loses_no_message() {
    let (ipc, clock, task) = subscribed();
    let mut buffer = [0; 8];
    {
        let mut recv = pin!(ipc.recv(A, "t", &mut buffer, Timeout::Forever, &clock));
        assert_eq!(task.poll(recv.as_mut()), Poll::Pending);
        ipc.publish(None, "t", b"x").expect("valid");
    }
    assert_eq!(ipc.try_recv(A, "t", &mut buffer), Ok(1));
}

#[test]
fn the_end_of_the_subscription_ends_the_wait() {
    type Ending = fn(&Ipc<2, 2, 64>);
    let endings: [Ending; 2] = [
        |ipc| ipc.unsubscribe(A, "t").expect("subscribed"),
        |ipc| ipc.release(A),
    ];
    for end in endings {
        let (ipc, clock, task) = subscribed();
        let mut buffer = [0; 8];
        let mut recv = pin!(ipc.recv(A, "t", &mut buffer, Timeout::Forever, &clock));
        assert_eq!(task.poll(recv.as_mut()), Poll::Pending);
        end(&ipc);
        assert_eq!(task.wakes(), 1);
        assert_eq!(task.poll(recv), Poll::Ready(Err(Errno::ENOENT)));
    }
}

#[test]
fn without_a_subscription_it_does_not_wait() {
    let (ipc, clock, task) = subscribed();
    let mut buffer = [0; 8];
    let recv = pin!(ipc.recv(B, "t", &mut buffer, Timeout::Forever, &clock));
    assert_eq!(task.poll(recv), Poll::Ready(Err(Errno::ENOENT)));
}

#[test]
fn a_second_receiver_of_the_same_app_does_not_leave_the_first_asleep() {
    let (ipc, clock, first) = subscribed();
    let second = Task::new();
    let (mut a, mut b) = ([0; 8], [0; 8]);
    let mut recv_a = pin!(ipc.recv(A, "t", &mut a, Timeout::Forever, &clock));
    let mut recv_b = pin!(ipc.recv(A, "t", &mut b, Timeout::Forever, &clock));
    assert_eq!(first.poll(recv_a.as_mut()), Poll::Pending);
    assert_eq!(second.poll(recv_b.as_mut()), Poll::Pending);
    assert_eq!((first.wakes(), second.wakes()), (1, 0));
}

#[test]
fn a_waker_may_use_the_bridge() {
    thread_local! {
        static IPC: Ipc<2, 2, 64> = const { Ipc::new() };
    }
    struct Publish;
    impl Wake for Publish {
        fn wake(self: Arc<Self>) {
            IPC.with(|ipc| ipc.publish(None, "seen", b"x"))
                .expect("valid");
        }
    }
    IPC.with(|ipc| {
        ipc.subscribe(A, "t").expect("room");
        ipc.subscribe(B, "seen").expect("room");
        let clock = FakeClock::default();
        let waker = Waker::from(Arc::new(Publish));
        let mut buffer = [0; 8];
        let mut recv = pin!(ipc.recv(A, "t", &mut buffer, Timeout::Forever, &clock));
        let polled = recv.as_mut().poll(&mut Context::from_waker(&waker));
        assert_eq!(polled, Poll::Pending);
        ipc.publish(None, "t", b"x").expect("valid");
        assert_eq!(ipc.pending(B, "seen"), Ok(1));
    });
}

#[test]
fn milliseconds_mean_what_msg_recv_means() {
    let now = Instant::from_micros(7);
    assert_eq!(Timeout::from_millis(0, now), Timeout::None);
    assert_eq!(Timeout::from_millis(-1, now), Timeout::Forever);
    assert_eq!(Timeout::from_millis(i32::MIN, now), Timeout::Forever);
    let until = Timeout::Until(Instant::from_micros(5_007));
    assert_eq!(Timeout::from_millis(5, now), until);
}
