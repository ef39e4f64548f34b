use serde::{Deserialize, Serialize};

/// The cost of a native call with certain arguments, except its instruction counts, which are in callgrind's dumps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// The import's name, or one of the constants below.
    pub call: String,
    /// Which arguments, in which state.
    pub case: String,
    /// Whether it may not wait.
    pub is_immediate: bool,
    /// Whether it ends the app by design.
    pub ends: bool,
    /// How many dumps there are of the turn with a single call: one for each time that the app ran without giving way.
    pub steps: usize,
    /// Whether there is a dump of the turn with many calls.
    pub has_many: bool,
    /// What many calls were charged, in fuel, unless the app ended or waits for ever.
    pub fuel: Option<u64>,
    /// How much an app gets at once, in fuel.
    pub slice: u64,
}

impl Cost {
    /// What an app executes and is charged that only computes.
    pub const INTERPRETER: &str = "interpreter";
    /// What an app executes and is charged that makes no call.
    pub const NOTHING: &str = "nothing";

    /// Prints it for `cargo xtask costs`.
    pub fn print(&self) {
        println!("{}", serde_json::to_string(self).unwrap_or_default());
    }
}
