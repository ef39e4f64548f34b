use crate::event::State;
use akira_abi::{AppId, Errno};

/// The app manager, as the native calls of running apps reach it, whatever the engine.
pub(crate) trait Control {
    /// Returns the state of an app; [`State::New`] if there is none.
    fn state(&self, name: &str) -> State;

    /// Shows every installed app.
    fn each(&self, show: &mut dyn FnMut(&str, State));

    /// Starts an app soon.
    fn start_soon(&self, name: &str) -> Result<(), Errno>;

    /// Stops an app other than the one that asks.
    fn stop_other(&self, app: AppId, name: &str) -> Result<(), Errno>;

    /// Brings an app to the foreground, once the one that asks has had time to end.
    fn switch(&self, app: AppId, name: &str) -> Result<(), Errno>;
}
