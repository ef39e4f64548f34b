//! A device with a flash that survives it.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::ops::Range;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use akira::abi::caps::{AppName, Capability, CapabilitySet};
use akira::abi::time::DELAY;
use akira::abi::{Clock, sleep_until};
use akira::engine::{Op, Script, Scripted, Trap};
use akira::install::{Config, Door, Error, Library};
use akira::manage::{Crc32, Parcel, Sink};
use akira::store::{Layout, SharedStore, Store};
use akira::time::Time;
use akira::time::virtual_clock::VirtualClock;
use akira::{Board, Event, Runtime, time};
use akira_pack::SigningKey;
use akira_package::{DeveloperMode, TrustStore, TrustedKey};
use akira_store_testing::{Failure, Flash as Chip};
use embassy_futures::block_on;
use embassy_futures::select::select;
use embassy_futures::yield_now;
use embedded_storage_async::nor_flash::{ErrorType, NorFlash, ReadNorFlash};

/// The pages of records, and those of images.
pub(crate) const PAGES: (u32, u32) = (4, 12);
pub(crate) const PAGE: u32 = 4096;

/// How often a device that waits for nothing may be polled before its clock moves.
const POLLS_MOST: u32 = 100_000;

/// A flash chip that stays when the device restarts. Others run after each of its operations, as they do while a chip is busy.
#[derive(Clone)]
pub(crate) struct Flash(pub(crate) Rc<RefCell<Chip<4096, 8>>>, Rc<Allowance>, u32);

/// How much of a flash may be used, for one that somebody has written.
#[derive(Default)]
struct Allowance {
    reads: Cell<u64>,
    reads_max: Cell<u64>,
    operations_max: Cell<u64>,
    what: RefCell<String>,
}

impl Flash {
    /// Makes one with an empty store.
    pub(crate) fn formatted() -> Self {
        let flash = Self::blank();
        let layout = layout(&flash);
        let store = Store::<_, 200>::format(flash.clone(), layout);
        drop(block_on(store).expect("it formats"));
        flash
    }

    fn blank() -> Self {
        Self::with_pages(PAGES.0, PAGES.1)
    }

    /// Makes one with an empty store and room for images of more than 1 MB.
    pub(crate) fn large() -> Self {
        Self::of(PAGES.0, 300)
    }

    /// Makes one with an empty store and room for more files than the index has records.
    pub(crate) fn roomy() -> Self {
        Self::of(64, 32)
    }

    /// Makes one with an empty store and so many pages of images.
    pub(crate) fn of_images(images: u32) -> Self {
        Self::of(16, images)
    }

    fn of(records: u32, images: u32) -> Self {
        let flash = Self::with_pages(records, images);
        let layout = layout(&flash);
        let store = Store::<_, 200>::format(flash.clone(), layout);
        drop(block_on(store).expect("it formats"));
        flash
    }

    fn with_pages(records: u32, images: u32) -> Self {
        let pages = records + images;
        Self(
            Rc::new(RefCell::new(Chip::new(pages as usize))),
            Rc::default(),
            records,
        )
    }

    /// Gives the last record of an app, and all before it, another name of the same length, with right checksums.
    pub(crate) fn rename_record(&self, name: &str, other: &str) {
        assert_eq!(name.len(), other.len());
        let mut chip = self.0.borrow_mut();
        let records = chip.bytes()[..(PAGES.0 * PAGE) as usize].to_vec();
        for key in 12..records.len() - name.len() {
            let at = key - 12;
            let length =
                12 + name.len() + usize::from(records[at + 2]) + 256 * usize::from(records[at + 3]);
            if !records[key..].starts_with(name.as_bytes()) || records[at] != 1 {
                continue;
            }
            let mut record = records[at..at + length].to_vec();
            record[12..12 + name.len()].copy_from_slice(other.as_bytes());
            let mut crc = Crc32::new();
            crc.update(&record[..8]);
            crc.update(&record[12..]);
            record[8..12].copy_from_slice(&crc.value().to_le_bytes());
            chip.overwrite(at, &record);
        }
    }

    /// Writes other bytes behind everyone's back.
    pub(crate) fn replace(&self, bytes: &[u8]) {
        self.0.borrow_mut().replace(bytes);
    }

    /// Fails the test when the flash is read or written more often than this from now on.
    pub(crate) fn allow(&self, reads: u64, operations: u64, what: &str) {
        self.0.borrow_mut().operations = 0;
        self.1.reads.set(0);
        self.1.reads_max.set(reads);
        self.1.operations_max.set(operations);
        what.clone_into(&mut self.1.what.borrow_mut());
    }

    /// Returns how often it was read since then, and how many words and pages were written.
    pub(crate) fn spent(&self) -> (u64, u64) {
        (self.1.reads.get(), self.0.borrow().operations)
    }

    fn spend(&self) {
        let allowed = (self.1.reads_max.get(), self.1.operations_max.get());
        self.1.reads.set(self.1.reads.get() + 1);
        let (reads, operations) = self.spent();
        let is_within = reads <= allowed.0 && operations <= allowed.1;
        assert!(
            allowed.0 == 0 || is_within,
            "it hangs: {}",
            self.1.what.borrow()
        );
    }

    /// Returns bytes as they are read where a flash is mapped into memory.
    pub(crate) fn mapped(&self, range: Range<u32>) -> &'static [u8] {
        let chip = self.0.borrow();
        let bytes = &chip.bytes()[range.start as usize..range.end as usize];
        Box::leak(bytes.to_vec().into_boxed_slice())
    }

    /// Damages what the record of an app says of it.
    pub(crate) fn damage_record(&self, name: &str) {
        let mut chip = self.0.borrow_mut();
        let records = &chip.bytes()[..(PAGES.0 * PAGE) as usize];
        let mut keys = records.windows(name.len());
        let key = keys.rposition(|key| key == name.as_bytes());
        let key = key.expect("there is a record of it");
        chip.flip(key + name.len() + 20, 1);
    }

    /// Makes another one with the same bytes.
    pub(crate) fn copy(&self) -> Self {
        Self(
            Rc::new(RefCell::new(self.0.borrow().clone())),
            Rc::default(),
            self.2,
        )
    }
}

impl ErrorType for Flash {
    type Error = Failure;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, at: u32, bytes: &mut [u8]) -> Result<(), Failure> {
        self.spend();
        block_on(self.0.borrow_mut().read(at, bytes))
    }

    fn capacity(&self) -> usize {
        self.0.borrow().capacity()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 8;
    const ERASE_SIZE: usize = 4096;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), Failure> {
        let erased = block_on(self.0.borrow_mut().erase(from, to));
        yield_now().await;
        erased
    }

    async fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), Failure> {
        let written = block_on(self.0.borrow_mut().write(at, bytes));
        yield_now().await;
        written
    }
}

/// Mounts what is on a flash.
pub(crate) fn mounted(flash: &Flash) -> SharedStore<Flash, 200> {
    let store = block_on(Store::mount(flash.clone(), layout(flash)));
    SharedStore::new(store.expect("it is formatted"))
}

fn layout(flash: &Flash) -> Layout {
    let images = flash.2 * PAGE;
    let end = flash.capacity() as u32;
    Layout::new(flash, 0..images, images..end).expect("the layout fits")
}

/// It lives as long as the test.
type TheClock = &'static VirtualClock;

/// The board: a clock, `delay`, and a note of each event.
pub(crate) struct TestBoard {
    modules: (time::Module<TheClock>,),
    clock: TheClock,
    events: RefCell<Vec<String>>,
}

impl Board for TestBoard {
    type Modules = (time::Module<TheClock>,);

    fn modules(&self) -> &Self::Modules {
        &self.modules
    }

    fn clock(&self) -> &dyn Clock {
        self.clock
    }

    fn observe(&self, event: &Event<'_>) {
        let line = match event {
            Event::Confirmed { name } => format!("{name} confirmed"),
            Event::RolledBack { name, unfit } => format!("{name} rolled back: {unfit}"),
            Event::NotRolledBack { name, error } => format!("{name} not rolled back: {error}"),
            Event::Held { name, held } => format!("{name} {held}"),
            Event::LeftOut { name, error } => format!("{name} left out: {error}"),
            Event::NotKept { name, error } => format!("{name} not kept: {error}"),
            Event::NotStarted { name, error } => format!("{name} not started: {error}"),
            _ => return,
        };
        self.events.borrow_mut().push(line);
    }
}

pub(crate) type Apps = Library<TestBoard, Scripted, Flash, 200>;
pub(crate) type TestDoor = Door<TestBoard, Scripted, Flash, 200>;

/// A device between two restarts.
pub(crate) struct Device {
    pub(crate) apps: Apps,
}

impl Device {
    /// Starts a device with this flash, on which apps need no signature.
    pub(crate) fn boot(flash: &Flash, engine: &Scripted) -> Self {
        Self::try_boot(flash, engine, developer()).expect("the device starts")
    }

    /// Starts a device that takes apps as `config` says.
    pub(crate) fn try_boot(
        flash: &Flash,
        engine: &Scripted,
        config: Config,
    ) -> Result<Self, Error> {
        let device = Self::off(flash, engine, config)?;
        block_on(device.apps.boot())?;
        Ok(device)
    }

    /// Makes a device whose apps are not admitted yet.
    pub(crate) fn off(flash: &Flash, engine: &Scripted, config: Config) -> Result<Self, Error> {
        flash.0.borrow_mut().power_up();
        let store = block_on(Store::mount(flash.clone(), layout(flash)))?;
        let clock: TheClock = Box::leak(Box::default());
        let board = TestBoard {
            modules: (time::Module(Time::new(clock)),),
            clock,
            events: RefCell::default(),
        };
        let runtime =
            Runtime::with_engine(Rc::new(board), engine.clone(), akira::Config::default());
        let apps = Library::new(runtime, SharedStore::new(store), config);
        Ok(Self { apps })
    }

    /// Lets the apps run for so long.
    pub(crate) fn run_for(&self, duration: Duration) {
        let board = self.apps.runtime().board();
        let end = board.clock.now() + duration;
        let over = sleep_until(&board.clock, end);
        let live = select(self.apps.runtime().run(), self.apps.run());
        drive(board.clock, select(over, live));
    }

    /// Lets the apps run for so long, and nobody look at how they fare.
    pub(crate) fn run_unwatched_for(&self, duration: Duration) {
        let board = self.apps.runtime().board();
        let end = board.clock.now() + duration;
        let over = sleep_until(&board.clock, end);
        drive(board.clock, select(over, self.apps.runtime().run()));
    }

    /// Returns what was reported since the last time.
    pub(crate) fn events(&self) -> Vec<String> {
        self.apps.runtime().board().events.take()
    }

    /// Returns the version of an app, if it is there.
    pub(crate) fn version(&self, name: &str) -> Option<String> {
        let app = self.apps.runtime().app(name)?;
        Some(app.version.to_string())
    }

    /// Returns the version that is on the flash, if the app is.
    pub(crate) fn version_on_flash(&self, name: &str) -> Option<String> {
        let name = AppName::new(name).expect("it is a name");
        let app = block_on(block_on(self.apps.store().lock()).app(&name));
        let image = app.expect("the flash is read")?.current?;
        Some(image.details.version.to_string())
    }

    pub(crate) fn is_running(&self, name: &str) -> bool {
        let app = self.apps.runtime().app(name);
        app.is_some_and(|app| app.run.is_some())
    }

    /// Says whether anything is on the flash of an app, be it only a part of a transfer.
    pub(crate) fn has_traces(&self, name: &str) -> bool {
        let name = AppName::new(name).expect("it is a name");
        let mut store = block_on(self.apps.store().lock());
        block_on(store.app(&name))
            .expect("the flash is read")
            .is_some()
    }
}

/// Sends a package to a door in small pieces, checks it and lets it in.
pub(crate) fn send(door: &mut TestDoor, name: &str, package: &[u8]) -> Result<(), Error> {
    block_on(async {
        door.begin(&parcel(name, package)).await?;
        let (_, received) = door.progress().expect("it has begun");
        for piece in package[received as usize..].chunks(100) {
            door.write(piece).await?;
        }
        door.finish().await?;
        door.commit().await
    })
}

pub(crate) fn parcel<'a>(name: &'a str, package: &[u8]) -> Parcel<'a> {
    let mut crc = Crc32::new();
    crc.update(package);
    Parcel {
        name,
        size: package.len() as u32,
        crc32: Some(crc.value()),
    }
}

pub(crate) fn developer() -> Config {
    let ceiling = CapabilitySet::ALL;
    Config::default().with_developer_mode(DeveloperMode::On { ceiling })
}

/// Takes what these keys have signed, and nothing else.
pub(crate) fn field(keys: &[(&SigningKey, &str, u16)]) -> Config {
    field_with(
        keys,
        CapabilitySet::of(&[Capability::Timer, Capability::Ipc]),
    )
}

/// The same with keys that may grant this.
pub(crate) fn field_with(keys: &[(&SigningKey, &str, u16)], ceiling: CapabilitySet) -> Config {
    Config::default().with_trust(trust(keys, ceiling))
}

/// Trusts these keys to grant this, and the root to name others.
pub(crate) fn trust(
    keys: &[(&SigningKey, &str, u16)],
    ceiling: CapabilitySet,
) -> &'static TrustStore {
    Box::leak(Box::new(trust_of(1, keys, ceiling)))
}

/// The same with a serial.
pub(crate) fn trust_of(
    serial: u32,
    keys: &[(&SigningKey, &str, u16)],
    ceiling: CapabilitySet,
) -> TrustStore {
    let root = TrustedKey {
        may_rotate: true,
        ..TrustedKey::new("root", root().public().0, 0).expect("the name is short")
    };
    let mut trust = TrustStore::new(serial, 1).with_key(root);
    for (key, name, owner) in keys {
        let key = TrustedKey {
            ceiling,
            ..TrustedKey::new(name, key.public().0, *owner).expect("the name is short")
        };
        trust = trust.and_then(|trust| trust.with_key(key));
    }
    trust.expect("there is room")
}

/// The key that may say which others are trusted.
pub(crate) fn root() -> SigningKey {
    SigningKey::from_seed(&[77; 32])
}

/// An app that waits and waits.
pub(crate) fn good(engine: &Scripted, manifest: &str) -> Vec<u8> {
    let ops = vec![Op::Call(0, vec![100_000]), Op::Repeat];
    engine.app(script(manifest, ops))
}

/// An app that crashes 10 ms after it was started.
pub(crate) fn bad(engine: &Scripted, manifest: &str) -> Vec<u8> {
    let ops = vec![Op::Call(0, vec![10_000]), Op::Trap(Trap::Unreachable)];
    engine.app(script(manifest, ops))
}

/// An app that returns a number 10 ms after it was started.
pub(crate) fn returns(engine: &Scripted, manifest: &str, code: i32) -> Vec<u8> {
    let ops = vec![Op::Call(0, vec![10_000]), Op::Return(code)];
    engine.app(script(manifest, ops))
}

fn script(manifest: &str, ops: Vec<Op>) -> Script {
    Script {
        manifest: manifest.to_owned(),
        imports: vec![&DELAY],
        ops,
        ..Script::default()
    }
}

/// A manifest of this version.
pub(crate) fn manifest(version: &str) -> String {
    format!(r#"{{"name": "app", "version": "{version}"}}"#)
}

/// Polls a future so often, and drops it. Returns what it came to.
pub(crate) fn drop_after<T>(polls: u32, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    (0..polls).find_map(|_| match future.as_mut().poll(&mut cx) {
        Poll::Ready(done) => Some(done),
        Poll::Pending => None,
    })
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Polls a future to its end; where it waits, time jumps to the next wake.
pub(crate) fn drive<T>(clock: &VirtualClock, future: impl Future<Output = T>) -> T {
    let flag = Arc::new(Flag(AtomicBool::new(false)));
    let waker = Waker::from(flag.clone());
    let mut cx = Context::from_waker(&waker);
    let mut future = pin!(future);
    let (mut now, mut polls) = (clock.now(), 0);
    loop {
        if clock.now() > now {
            (now, polls) = (clock.now(), 0);
        }
        polls += 1;
        assert!(polls < POLLS_MOST, "it hangs: it is polled again and again");
        flag.0.store(false, Ordering::Relaxed);
        if let Poll::Ready(done) = future.as_mut().poll(&mut cx) {
            return done;
        }
        if !flag.0.load(Ordering::Relaxed) {
            clock.advance_to_next().expect("something is waited for");
        }
    }
}
