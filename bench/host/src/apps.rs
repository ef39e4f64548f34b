//! Apps under the runtime.

use crate::device::Device;
use akira::abi::caps::CapabilitySet;
use akira::engine::Wasmi;
use akira::{Config, InstallOptions, Runtime};
use akira_guests::Turn;
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Waker};
use std::time::Duration;

/// Runtime with the future that drives its apps.
pub(crate) struct Apps {
    runtime: Runtime<Device, Wasmi>,
    device: Rc<Device>,
    running: Pin<Box<dyn Future<Output = Infallible>>>,
}

impl Apps {
    /// Creates a runtime whose slices have `slice` fuel.
    pub(crate) fn new(slice: u64) -> Self {
        let device = Rc::new(Device::default());
        let runtime = Runtime::with_engine(device.clone(), Wasmi, config(slice));
        let running = Box::pin({
            let runtime = runtime.clone();
            async move { runtime.run().await }
        });
        Self {
            runtime,
            device,
            running,
        }
    }

    /// Starts an app and runs it to its first wait, or to the end of its first slice.
    pub(crate) fn of(turn: Turn, slice: u64) -> Self {
        let mut apps = Self::new(slice);
        apps.add("app", &turn.module().into());
        apps.poll();
        apps
    }

    /// Starts two apps that alternate.
    pub(crate) fn pair(turn: Turn, slice: u64) -> Self {
        let mut apps = Self::new(slice);
        let image = turn.module().into();
        apps.add("first", &image);
        apps.add("second", &image);
        apps.poll();
        apps.poll();
        apps
    }

    /// Installs an app with every capability and starts it.
    pub(crate) fn add(&self, name: &str, image: &Rc<[u8]>) {
        let options = InstallOptions::trusted()
            .with_name(name)
            .with_grant(CapabilitySet::from_bits(u64::MAX));
        self.runtime
            .install(image.clone(), &options)
            .expect("the app is admitted");
        self.start(name);
    }

    /// Restarts an app.
    pub(crate) fn start(&self, name: &str) {
        self.runtime.restart(name).expect("the app starts");
    }

    /// Runs each waiting app to its next wait, or a spinning app for one slice.
    pub(crate) fn poll(&mut self) {
        let mut cx = Context::from_waker(Waker::noop());
        let poll = self.running.as_mut().poll(&mut cx);
        assert!(poll.is_pending(), "`run` never ends");
    }

    /// Sends a message on behalf of the device.
    pub(crate) fn publish(&self, topic: &str, bytes: &[u8]) {
        let sent = self.device.ipc().publish(None, topic, bytes);
        assert_eq!(sent, Ok(1), "one app waits for it");
    }

    /// Returns the fuel that all apps have used.
    pub(crate) fn consumed(&self) -> u64 {
        self.device.consumed()
    }

    /// Panics if an app has ended, since the measurement would then be too low.
    pub(crate) fn check(&self) {
        for app in self.runtime.apps() {
            assert!(app.run.is_some(), "{} ended: {:?}", app.name, app.exit);
        }
    }
}

fn config(slice: u64) -> Config {
    let mut config = Config::default();
    config.slice_fuel = slice;
    // So large that no app exceeds its time limit during a bench.
    config.fuel_per_ms = 1 << 30;
    config.exec_timeout = Duration::MAX;
    config.running_max = 32;
    config.memory_bytes = 1 << 40;
    config
}
