use std::fmt;

use serde::{Deserialize, Serialize};

/// Measured number, with its method and its target.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// Stable id: the part, the measured thing, and last the subject, such as
    /// `crossing/immediate/akira`.
    pub id: String,
    /// Description of the measured thing.
    pub title: String,
    /// Value in `unit`.
    pub value: f64,
    /// Unit of the value.
    pub unit: Unit,
    /// Thing that one value is for, such as `call`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<String>,
    /// Whether CI fails if the value becomes worse. Only for instruction counts, which are the same
    /// in every run.
    #[serde(default, skip_serializing_if = "is_false")]
    pub gate: bool,
    /// Id of the metric in the same run to which the printed ratio refers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<String>,
    /// Target for the value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// Attempted optimisations, their results, and the floor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Method of the measurement.
    #[serde(default)]
    pub method: String,
    /// Command that repeats the measurement with public tools only.
    #[serde(default)]
    pub command: String,
}

/// Unit of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Instructions that a processor executed.
    Instructions,
    /// Bytes of memory.
    Bytes,
    /// Number of things: allocations, apps, slices.
    Count,
    /// Quotient of two other values.
    Ratio,
    /// Wall-clock time.
    Seconds,
}

/// Target for a number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The value is at most this.
    Most(f64),
    /// The value is at least this.
    Least(f64),
    /// The ratio to the `against` metric is at most this.
    RatioMost(f64),
    /// The ratio to the `against` metric is at least this.
    RatioLeast(f64),
}

impl Metric {
    /// Returns the id without its last segment: the measured thing.
    pub fn what(&self) -> &str {
        self.id.rsplit_once('/').map_or(&self.id, |(what, _)| what)
    }

    /// Returns the last segment of the id: the subject.
    pub fn whose(&self) -> &str {
        self.id.rsplit_once('/').map_or("", |(_, whose)| whose)
    }

    /// Creates a metric without target, gate or ratio.
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

    /// Sets the thing that one value is for.
    pub fn per(mut self, what: &str) -> Self {
        self.per = Some(what.into());
        self
    }

    /// Makes CI fail if the number becomes worse.
    pub fn gated(mut self) -> Self {
        self.gate = true;
        self
    }

    /// Sets the metric to which the ratio refers.
    pub fn against(mut self, id: &str) -> Self {
        self.against = Some(id.into());
        self
    }

    /// Sets the target.
    pub fn target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// Sets the note on attempted optimisations and the floor.
    pub fn note(mut self, note: &str) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Sets the method, and the command with public tools.
    pub fn by(mut self, method: &str, command: &str) -> Self {
        self.method = method.into();
        self.command = command.into();
        self
    }
}

impl Target {
    /// Returns whether a value and its ratio meet the target, or `None` if the ratio is unknown.
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
