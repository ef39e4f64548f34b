//! The library as links access it: an implementation of `akira-manage`'s `Apps`.

use super::Library;
use crate::Board;
use crate::abi::Clock;
use crate::engine::Engine;
use crate::manage::{App, Apps, Capacity, Finding, Pending, Refused};
use alloc::boxed::Box;
use embedded_storage_async::nor_flash::NorFlash;

/// The runtime's apps; changes that must outlive a restart are written to the flash as well.
impl<B: Board, E: Engine, F: NorFlash, const RECORDS: usize> Apps for Library<B, E, F, RECORDS> {
    fn clock(&self) -> &dyn Clock {
        Apps::clock(&self.runtime)
    }

    fn capacity(&self) -> Capacity {
        self.runtime.capacity()
    }

    fn each(&self, show: &mut dyn FnMut(&App<'_>)) {
        self.runtime.each(show);
    }

    fn find(&self, name: &str, show: &mut dyn FnMut(&App<'_>)) -> bool {
        self.runtime.find(name, show)
    }

    fn start(&self, name: &str) -> Result<(), Refused> {
        Apps::start(&self.runtime, name)
    }

    fn restart(&self, name: &str) -> Result<(), Refused> {
        Apps::restart(&self.runtime, name)
    }

    fn stop(&self, name: &str) -> Result<(), Refused> {
        Apps::stop(&self.runtime, name)
    }

    fn describe(&self, name: &str, tell: &mut dyn FnMut(&Finding<'_>)) -> Result<(), Refused> {
        self.runtime.describe(name, tell)
    }

    fn uninstall<'a>(&'a self, name: &'a str) -> Pending<'a> {
        Box::pin(async move { Ok(Self::uninstall(self, name).await?) })
    }

    fn set_autostart<'a>(&'a self, name: &'a str, autostart: bool) -> Pending<'a> {
        Box::pin(async move {
            Self::set_autostart(self, name, autostart).await?;
            Ok(())
        })
    }
}
