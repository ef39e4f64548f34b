//! The app manager's implementation of requests from running apps.

use super::Shared;
use crate::board::Board;
use crate::control::Control;
use crate::engine::Engine;
use crate::event::State;
use akira_abi::caps::AppName;
use akira_abi::{AppId, Errno};

impl<B: Board, E: Engine> Control for Shared<B, E> {
    fn state(&self, name: &str) -> State {
        self.index(name)
            .and_then(|index| self.apps.borrow().get(index).map(|entry| entry.state))
            .unwrap_or_default()
    }

    fn each(&self, show: &mut dyn FnMut(&str, State)) {
        for entry in self.apps.borrow().iter() {
            show(&entry.name, entry.state);
        }
    }

    fn start_soon(&self, name: &str) -> Result<(), Errno> {
        let now = self.now();
        let mut apps = self.apps.borrow_mut();
        let running = apps
            .iter()
            .filter(|entry| entry.is_running() || entry.due.is_some())
            .count();
        let entry = apps
            .iter_mut()
            .find(|entry| &*entry.name == name)
            .ok_or(Errno::ENOENT)?;
        if entry.is_running() || running >= self.config.running_max {
            return Err(Errno::EBUSY);
        }
        entry.due = Some(now.max(entry.not_before));
        drop(apps);
        self.wake();
        Ok(())
    }

    fn stop_other(&self, app: AppId, name: &str) -> Result<(), Errno> {
        let index = self.index_of_other(app, name)?;
        self.stop(index);
        Ok(())
    }

    fn switch(&self, app: AppId, name: &str) -> Result<(), Errno> {
        self.index_of_other(app, name)?;
        self.request_switch(AppName::new(name).ok_or(Errno::ENOENT)?);
        Ok(())
    }
}

impl<B: Board, E: Engine> Shared<B, E> {
    /// Finds an app by name, and rejects the calling app itself with `EINVAL`.
    fn index_of_other(&self, app: AppId, name: &str) -> Result<usize, Errno> {
        let index = self.index(name).ok_or(Errno::ENOENT)?;
        let apps = self.apps.borrow();
        match apps.get(index) {
            Some(entry) if !entry.runs_as(app) => Ok(index),
            _ => Err(Errno::EINVAL),
        }
    }
}
