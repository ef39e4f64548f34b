use crate::event::State;
use akira_abi::{AppId, Errno};

/// Interface of the app manager for the native calls of running apps, independent of the engine.
pub(crate) trait Control {
    /// Returns the state of an app; [`State::New`] if it is not installed.
    fn state(&self, name: &str) -> State;

    /// Calls `show` for every installed app.
    fn each(&self, show: &mut dyn FnMut(&str, State));

    /// Schedules the start of an app.
    fn start_soon(&self, name: &str) -> Result<(), Errno>;

    /// Stops an app other than the calling one.
    fn stop_other(&self, app: AppId, name: &str) -> Result<(), Errno>;

    /// Brings an app to the foreground, after a delay in which the calling app can end.
    fn switch(&self, app: AppId, name: &str) -> Result<(), Errno>;
}
