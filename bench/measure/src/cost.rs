use serde::{Deserialize, Serialize};

/// Cost of a native call with certain arguments. Its instruction counts are in callgrind's dumps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Name of the import, or one of the constants below.
    pub call: String,
    /// Arguments of the call and state of the device.
    pub case: String,
    /// Whether the call is immediate: it never suspends the app.
    pub is_immediate: bool,
    /// Whether the call ends the app by design.
    pub ends: bool,
    /// Number of dumps of the turn with a single call: one for each time that the app ran until it
    /// yielded.
    pub steps: usize,
    /// Whether a dump of the turn with many calls exists.
    pub has_many: bool,
    /// Fuel charged for many calls, unless the app ended or waits for ever.
    pub fuel: Option<u64>,
    /// Fuel of the app's slice.
    pub slice: u64,
}

impl Cost {
    /// Name of the case of an app that only computes.
    pub const INTERPRETER: &str = "interpreter";
    /// Name of the case of an app that makes no call.
    pub const NOTHING: &str = "nothing";

    /// Prints the cost for `cargo xtask costs`.
    pub fn print(&self) {
        println!("{}", serde_json::to_string(self).unwrap_or_default());
    }
}
