//! Shared buses against devices that answer, refuse, hang and hold the bus.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use akira_abi::caps::{I2cScope, List, Scopes};
use akira_abi::{Clock, Errno, Instant};
use akira_bridge_i2c::{Bus, Either, Hal, I2c, LONGEST_TRANSFER, LONGEST_WAIT, Operation};
use embedded_hal::i2c::{ErrorKind, ErrorType, NoAcknowledgeSource};

/// Clock of a test; it wakes nobody, since tests poll by themselves.
#[derive(Default)]
struct TestClock(Cell<Duration>);

impl TestClock {
    fn advance(&self, time: Duration) {
        self.0.set(self.0.get() + time);
    }
}

impl Clock for &TestClock {
    fn now(&self) -> Instant {
        Instant::START + self.0.get()
    }

    fn wake_at(&self, _: Instant, _: &Waker) {}
}

/// State of a bus with a register device at address 0x50.
#[derive(Default)]
struct Wires {
    registers: RefCell<Vec<u8>>,
    /// Transactions and recoveries, in order.
    seen: RefCell<Vec<String>>,
    fails: Cell<Option<ErrorKind>>,
    /// Whether the device holds the clock low.
    hangs: Cell<bool>,
    /// Whether a recovery fails.
    is_short: Cell<bool>,
}

#[derive(Clone, Copy)]
struct Controller<'a>(&'a Wires);

#[derive(Debug)]
struct Fault(ErrorKind);

impl embedded_hal::i2c::Error for Fault {
    fn kind(&self) -> ErrorKind {
        self.0
    }
}

impl ErrorType for Controller<'_> {
    type Error = Fault;
}

impl embedded_hal_async::i2c::I2c for Controller<'_> {
    async fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), Fault> {
        self.0.seen.borrow_mut().push(format!("{address:#04x}"));
        if self.0.hangs.get() {
            pending::<()>().await;
        }
        if let Some(kind) = self.0.fails.get() {
            return Err(Fault(kind));
        }
        if address != 0x50 {
            return Err(Fault(ErrorKind::NoAcknowledge(
                NoAcknowledgeSource::Address,
            )));
        }
        let mut registers = self.0.registers.borrow_mut();
        let mut at = None;
        for operation in operations {
            match operation {
                Operation::Write(bytes) => {
                    for byte in *bytes {
                        match at {
                            None => at = Some(usize::from(*byte)),
                            Some(index) => {
                                let length = registers.len().max(index + 1);
                                registers.resize(length, 0);
                                registers[index] = *byte;
                                at = Some(index + 1);
                            }
                        }
                    }
                }
                Operation::Read(bytes) => {
                    let from = at.unwrap_or(0);
                    for (byte, index) in bytes.iter_mut().zip(from..) {
                        *byte = registers.get(index).copied().unwrap_or(0xFF);
                    }
                }
            }
        }
        Ok(())
    }
}

/// Bus that can recover.
struct Recovering<'a>(Hal<Controller<'a>>);

impl Bus for Recovering<'_> {
    async fn transaction(
        &mut self,
        address: u8,
        operations: &mut [Operation<'_>],
    ) -> Result<(), Errno> {
        self.0.transaction(address, operations).await
    }

    async fn recover(&mut self) -> Result<(), Errno> {
        self.0.0.0.seen.borrow_mut().push("recover".to_owned());
        match self.0.0.0.is_short.get() {
            true => Err(Errno::EIO),
            false => Ok(()),
        }
    }
}

type Buses<'a> = I2c<Recovering<'a>, &'a TestClock, 1>;

fn buses<'a>(wires: &'a Wires, clock: &'a TestClock) -> Buses<'a> {
    I2c::new([Recovering(Hal(Controller(wires)))], clock)
}

/// Polls a future once.
fn poll<T>(future: std::pin::Pin<&mut impl Future<Output = T>>) -> Poll<T> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Reads one byte from a register of a device.
fn read(buses: &Buses<'_>, scopes: &Scopes, bus: u32, address: u32) -> Result<u8, Errno> {
    let mut byte = [0];
    let mut operations = [Operation::Write(&[2]), Operation::Read(&mut byte)];
    let done = {
        let mut transfer = pin!(buses.transfer(scopes, bus, address, &mut operations));
        match poll(transfer.as_mut()) {
            Poll::Ready(done) => done,
            Poll::Pending => panic!("the device answers at once"),
        }
    };
    done.map(|()| byte[0])
}

#[test]
fn a_register_is_written_and_read_back() {
    let (wires, clock) = (Wires::default(), TestClock::default());
    let buses = buses(&wires, &clock);
    let scopes = Scopes::default();
    let mut operations = [Operation::Write(&[1]), Operation::Write(&[7, 8, 9])];
    let mut transfer = pin!(buses.transfer(&scopes, 0, 0x50, &mut operations));
    assert_eq!(poll(transfer.as_mut()), Poll::Ready(Ok(())));
    assert_eq!(*wires.registers.borrow(), [0, 7, 8, 9]);
    assert_eq!(read(&buses, &scopes, 0, 0x50), Ok(8));
}

#[test]
fn what_no_device_has_is_refused_without_a_transaction() {
    let (wires, clock) = (Wires::default(), TestClock::default());
    let buses = buses(&wires, &clock);
    let scopes = Scopes::default();
    for address in [0, 7, 0x78, 0x7F, 0x80, 0x150, u32::MAX] {
        assert_eq!(
            read(&buses, &scopes, 0, address),
            Err(Errno::EINVAL),
            "{address:#x}"
        );
    }
    for bus in [1, 2, u32::MAX] {
        assert_eq!(
            read(&buses, &scopes, bus, 0x50),
            Err(Errno::ENODEV),
            "{bus}"
        );
    }
    let mut devices = List::new();
    for (bus, address) in [(0, 0x51), (1, 0x50)] {
        devices
            .push(I2cScope { bus, address })
            .expect("there is room");
    }
    let scopes = scopes.with_i2c(devices);
    assert_eq!(read(&buses, &scopes, 0, 0x50), Err(Errno::EPERM));
    assert!(wires.seen.borrow().is_empty());
    assert_eq!(
        read(&buses, &scopes, 0, 0x51),
        Err(Errno::EIO),
        "it is in the scope"
    );
}

#[test]
fn each_fault_of_the_bus_has_its_errno() {
    let (wires, clock) = (Wires::default(), TestClock::default());
    let buses = buses(&wires, &clock);
    for (kind, errno) in [
        (
            ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address),
            Errno::EIO,
        ),
        (
            ErrorKind::NoAcknowledge(NoAcknowledgeSource::Data),
            Errno::EIO,
        ),
        (ErrorKind::Overrun, Errno::EIO),
        (ErrorKind::Other, Errno::EIO),
        (ErrorKind::ArbitrationLoss, Errno::EBUSY),
        (ErrorKind::Bus, Errno::EPROTO),
    ] {
        wires.fails.set(Some(kind));
        assert_eq!(
            read(&buses, &Scopes::default(), 0, 0x50),
            Err(errno),
            "{kind:?}"
        );
    }
    assert!(!wires.seen.borrow().contains(&"recover".to_owned()));
    wires.fails.set(None);
    read(&buses, &Scopes::default(), 0, 0x50).expect("it answers");
    let seen = wires.seen.borrow();
    assert_eq!(
        seen[seen.len() - 2..],
        ["recover", "0x50"],
        "after the fault of the bus"
    );
}

#[test]
fn a_device_that_hangs_times_out_and_the_bus_recovers_before_its_next_use() {
    let (wires, clock) = (Wires::default(), TestClock::default());
    let buses = buses(&wires, &clock);
    let scopes = Scopes::default();
    wires.hangs.set(true);
    let mut byte = [0];
    let mut operations = [Operation::Read(&mut byte)];
    {
        let mut transfer = pin!(buses.transfer(&scopes, 0, 0x50, &mut operations));
        assert_eq!(poll(transfer.as_mut()), Poll::Pending);
        clock.advance(LONGEST_TRANSFER - Duration::from_micros(1));
        assert_eq!(poll(transfer.as_mut()), Poll::Pending);
        clock.advance(Duration::from_micros(1));
        assert_eq!(poll(transfer.as_mut()), Poll::Ready(Err(Errno::ETIMEDOUT)));
    }
    wires.hangs.set(false);
    wires.is_short.set(true);
    assert_eq!(
        read(&buses, &scopes, 0, 0x50),
        Err(Errno::EIO),
        "a line stays low"
    );
    wires.is_short.set(false);
    read(&buses, &scopes, 0, 0x50).expect("it answers");
    read(&buses, &scopes, 0, 0x50).expect("it answers");
    assert_eq!(
        *wires.seen.borrow(),
        ["0x50", "recover", "recover", "0x50", "0x50"]
    );
}

#[test]
fn an_app_that_is_ended_in_a_transaction_frees_the_bus() {
    let (wires, clock) = (Wires::default(), TestClock::default());
    let buses = buses(&wires, &clock);
    let scopes = Scopes::default();
    wires.hangs.set(true);
    {
        let mut operations = [Operation::Write(&[1])];
        let mut transfer = pin!(buses.transfer(&scopes, 0, 0x50, &mut operations));
        assert_eq!(poll(transfer.as_mut()), Poll::Pending);
    }
    wires.hangs.set(false);
    read(&buses, &scopes, 0, 0x50).expect("the bus is free");
    assert_eq!(*wires.seen.borrow(), ["0x50", "recover", "0x50"]);
}

#[test]
fn a_bus_that_is_not_free_in_time_is_busy() {
    let (wires, clock) = (Wires::default(), TestClock::default());
    let buses = buses(&wires, &clock);
    let scopes = Scopes::default();
    wires.hangs.set(true);
    let (mut first, mut second) = ([Operation::Write(&[1])], [Operation::Write(&[2])]);
    let mut first = pin!(buses.transfer(&scopes, 0, 0x50, &mut first));
    assert_eq!(poll(first.as_mut()), Poll::Pending);
    clock.advance(Duration::from_millis(1));
    let mut second = pin!(buses.transfer(&scopes, 0, 0x50, &mut second));
    assert_eq!(poll(second.as_mut()), Poll::Pending);
    clock.advance(LONGEST_WAIT);
    assert_eq!(poll(second.as_mut()), Poll::Ready(Err(Errno::EBUSY)));
    assert_eq!(wires.seen.borrow().len(), 1, "the second one never began");
    // The first one has had its time, too.
    assert_eq!(poll(first.as_mut()), Poll::Ready(Err(Errno::ETIMEDOUT)));
}

#[test]
fn buses_of_two_types_have_their_numbers() {
    let (wires, clock) = (Wires::default(), TestClock::default());
    let plain = Wires::default();
    let buses = I2c::new(
        [
            Either::First(Recovering(Hal(Controller(&wires)))),
            Either::Second(Hal(Controller(&plain))),
        ],
        &clock,
    );
    let scopes = Scopes::default();
    for (bus, wires) in [(0, &wires), (1, &plain)] {
        wires.hangs.set(true);
        {
            let mut operations = [Operation::Write(&[1])];
            let mut transfer = pin!(buses.transfer(&scopes, bus, 0x50, &mut operations));
            assert_eq!(poll(transfer.as_mut()), Poll::Pending);
        }
        wires.hangs.set(false);
        let mut operations = [Operation::Write(&[bus as u8, 5])];
        let mut transfer = pin!(buses.transfer(&scopes, bus, 0x50, &mut operations));
        assert_eq!(poll(transfer.as_mut()), Poll::Ready(Ok(())));
    }
    assert_eq!(*wires.registers.borrow(), [5]);
    assert_eq!(*plain.registers.borrow(), [0, 5]);
    assert_eq!(*wires.seen.borrow(), ["0x50", "recover", "0x50"]);
    assert_eq!(*plain.seen.borrow(), ["0x50", "0x50"]);
}
