use super::{Error, Library};
use crate::Board;
use crate::abi::caps::AppName;
use crate::engine::Engine;
use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

/// An app on flash that does not run, because the device did not admit it at its start or after a
/// change of its keys.
///
/// The image and the data of the app stay on flash until it is uninstalled or another version of it
/// is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// Name of the app.
    pub name: AppName,
    /// Reason why the device did not admit the app.
    pub reason: Box<str>,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "left out: {}", self.reason)
    }
}

impl<B: Board, E: Engine, F, const RECORDS: usize> Library<B, E, F, RECORDS> {
    /// Returns the apps that were left out, at most [`installed_max`](crate::Config::installed_max)
    /// of them. The board also receives an event for each app beyond that number.
    pub fn left_out(&self) -> Vec<LeftOut> {
        let mut left_out = self.shared.left_out.borrow().clone();
        // The operator can start the firmware's app of the same name, so the app on flash is not
        // listed.
        left_out.retain(|app| self.runtime.app(&app.name).is_none());
        left_out
    }

    /// Returns [`Error::LeftOut`] if the app was left out.
    pub(super) fn check_admitted(&self, name: &str) -> Result<(), Error> {
        let mut left_out = self.left_out().into_iter();
        match left_out.find(|app| app.name.as_str() == name) {
            Some(app) => Err(Error::LeftOut(app)),
            None => Ok(()),
        }
    }

    pub(super) fn note_left_out(&self, name: &AppName, error: &Error) {
        let mut left_out = self.shared.left_out.borrow_mut();
        // The flash can hold more damaged apps than there is RAM for their reasons.
        if left_out.len() < self.runtime.config().installed_max {
            let reason = error.to_string().into();
            left_out.push(LeftOut {
                name: *name,
                reason,
            });
        }
    }

    pub(super) fn forget_left_out(&self, name: &AppName) {
        let mut left_out = self.shared.left_out.borrow_mut();
        left_out.retain(|app| app.name != *name);
    }
}
