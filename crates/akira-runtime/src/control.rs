use crate::event::State;
use akira_abi::{AppId, Errno};

/// Access to the app manager for the native calls of running apps, without the engine's type.
pub(crate) trait Control {
    /// Returns the state of an app; [`State::New`] if it is not installed.
    fn state(&self, name: &str) -> State;

    /// Calls `show` for every installed app.
    fn each(&self, show: &mut dyn FnMut(&str, State));

    /// Schedules the start of an app at the next poll of the scheduler.
    fn start_soon(&self, name: &str) -> Result<(), Errno>;

    /// Stops an app other than the calling one.
    fn stop_other(&self, app: AppId, name: &str) -> Result<(), Errno>;

    /// Brings an app to the foreground, after a delay in which the calling app can end.
    fn switch(&self, app: AppId, name: &str) -> Result<(), Errno>;
}
