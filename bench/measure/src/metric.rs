use std::fmt;

use serde::{Deserialize, Serialize};

/// One number: what, how much, how it was found, and what it is held against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// The stable name: the part, what is measured, and last whose it is, such as `crossing/immediate/akira`.
    pub id: String,
    /// What is measured, in words.
    pub title: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: Unit,
    /// What one of these is for, such as `call`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<String>,
    /// Whether it may not become worse: only for instructions, which are the same in every run.
    #[serde(default, skip_serializing_if = "is_false")]
    pub gate: bool,
    /// The metric of the same run that the ratio beside it is to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
    /// What it should be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// What was tried, what that gave, and what the floor is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// How it was measured.
    #[serde(default)]
    pub method: String,
    /// A command that measures it again, of public tools alone.
    #[serde(default)]
    pub command: String,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Instructions that a processor executed.
    Instructions,
    /// Bytes of memory.
    Bytes,
    /// Things that are counted: allocations, apps, slices.
    Count,
    /// A quotient of two of the others.
    Ratio,
    /// Time on the wall.
    Seconds,
}

/// What a number should be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The value is at most this.
    Most(f64),
    /// The value is at least this.
    Least(f64),
    /// The ratio to what the metric is against is at most this.
    RatioMost(f64),
    /// The ratio to what the metric is against is at least this.
    RatioLeast(f64),
}

impl Metric {
    /// Returns what is measured: the id without its last word.
    pub fn what(&self) -> &str {
        self.id.rsplit_once('/').map_or(&self.id, |(what, _)| what)
    }

    /// Returns whose number it is: the last word of the id.
    pub fn whose(&self) -> &str {
        self.id.rsplit_once('/').map_or("", |(_, whose)| whose)
    }

    /// Makes a number that is held against nothing.
    pub fn new(id: &str, title: &str, unit: Unit, value: f64) -> Self {
        Self {
            id: id.into(),
            title: title.into(),
            value,
            unit,
            per: None,
            gate: false,
            against: None,
            target: None,
            note: None,
            method: String::new(),
            command: String::new(),
        }
    }

    /// Says what one of the number is for.
    pub fn per(mut self, what: &str) -> Self {
        self.per = Some(what.into());
        self
    }

    /// Fails CI when the number becomes worse.
    pub fn gated(mut self) -> Self {
        self.gate = true;
        self
    }

    /// Sets the metric that the ratio is to.
    pub fn against(mut self, id: &str) -> Self {
        self.against = Some(id.into());
        self
    }

    /// Sets what it should be.
    pub fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// Says what was tried and what the floor is.
    pub fn note(mut self, note: &str) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Says how it was measured, and by which command of public tools.
    pub fn by(mut self, method: &str, command: &str) -> Self {
        self.method = method.into();
        self.command = command.into();
        self
    }
}

impl Target {
    /// Tells whether a value, with its ratio, is what it should be; nothing where the ratio is not known.
    pub fn is_met(self, value: f64, ratio: Option<f64>) -> Option<bool> {
        match self {
            Self::Most(most) => Some(value <= most),
            Self::Least(least) => Some(value >= least),
            Self::RatioMost(most) => ratio.map(|ratio| ratio <= most),
            Self::RatioLeast(least) => ratio.map(|ratio| ratio >= least),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Most(most) => write!(f, "≤ {most}"),
            Self::Least(least) => write!(f, "≥ {least}"),
            Self::RatioMost(most) => write!(f, "≤ {most} ×"),
            Self::RatioLeast(least) => write!(f, "≥ {least} ×"),
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}
