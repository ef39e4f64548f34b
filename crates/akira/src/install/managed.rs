//! Implements `akira-manage`'s trait [`Apps`], through which links manage the apps of the library.

use super::{LeftOut, Library};
use crate::Board;
use crate::abi::Clock;
use crate::engine::Engine;
use crate::manage::{App, Apps, Capacity, Finding, Pending, Refused};
use alloc::boxed::Box;
use embedded_storage_async::nor_flash::NorFlash;

/// Starts, stops and lists the runtime's apps. Changes that must survive a restart are also written
/// to the flash.
impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Apps for Library<B, E, F, RECORDS> {
    fn clock(&self) -> &dyn Clock {
        Apps::clock(&self.runtime)
    }

    fn capacity(&self) -> Capacity {
        self.runtime.capacity()
    }

    fn each(&self, show: &mut dyn FnMut(&App<'_>)) {
        self.runtime.each(show);
        for app in self.left_out() {
            show(&shown(&app));
        }
    }

    fn find(&self, name: &str, show: &mut dyn FnMut(&App<'_>)) -> bool {
        if self.runtime.find(name, show) {
            return true;
        }
        let mut left_out = self.left_out().into_iter();
        let found = left_out.find(|app| app.name.as_str() == name);
        found.inspect(|app| show(&shown(app))).is_some()
    }

    fn start(&self, name: &str) -> Result<(), Refused> {
        self.check_admitted(name)?;
        Apps::start(&self.runtime, name)
    }

    fn restart(&self, name: &str) -> Result<(), Refused> {
        self.check_admitted(name)?;
        Apps::restart(&self.runtime, name)
    }

    fn stop(&self, name: &str) -> Result<(), Refused> {
        self.check_admitted(name)?;
        Apps::stop(&self.runtime, name)
    }

    fn describe(&self, name: &str, tell: &mut dyn FnMut(&Finding<'_>)) -> Result<(), Refused> {
        self.check_admitted(name)?;
        self.runtime.describe(name, tell)
    }

    fn uninstall<'a>(&'a self, name: &'a str) -> Pending<'a> {
        Box::pin(async move { Ok(Self::uninstall(self, name).await?) })
    }

    fn set_autostart<'a>(&'a self, name: &'a str, autostart: bool) -> Pending<'a> {
        Box::pin(async move {
            self.check_admitted(name)?;
            Self::set_autostart(self, name, autostart).await?;
            Ok(())
        })
    }
}

fn shown(left_out: &LeftOut) -> App<'_> {
    let mut app = App::new(&left_out.name);
    app.state = "LEFT OUT";
    app.held = Some(left_out);
    app
}
