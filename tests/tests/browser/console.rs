//! Simulated console on its own thread.

use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use akira_sim::device::{Device, Options};
use akira_sim::remote::link;
use akira_sim::server;
use tokio::sync::oneshot;
use tokio::task::LocalSet;

/// Console that serves its page until it is dropped.
pub(crate) struct Console {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Console {
    /// Boots a console without persistent storage. Port 0 selects a free port.
    pub(crate) fn boot(port: u16) -> Self {
        Self::boot_with(port, Options::default())
    }

    /// Boots a console with `options`.
    pub(crate) fn boot_with(port: u16, options: Options) -> Self {
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("the host lets a runtime be made");
            LocalSet::new().block_on(&runtime, serve(port, options, tell, stopped));
        });
        let address = told.recv().expect("the console boots");
        Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        drop(self.stop.take());
        let ended = self.thread.take().map(JoinHandle::join);
        if !thread::panicking() {
            assert!(matches!(ended, Some(Ok(()))), "the console panicked");
        }
    }
}

async fn serve(
    port: u16,
    options: Options,
    tell: mpsc::Sender<SocketAddr>,
    stopped: oneshot::Receiver<()>,
) {
    let listener = server::bind(port).await.expect("the port is free");
    let address = listener.local_addr().expect("the listener has an address");
    let device = Rc::new(Device::boot(&options).expect("the console boots"));
    let (handle, end) = link(options.description());
    tell.send(address).expect("the test waits for the address");
    tokio::select! {
        served = server::serve(listener, handle) => served.expect("the page is served"),
        () = device.clone().obey(end) => {}
        () = device.run() => {}
        _ = stopped => {}
    }
}
