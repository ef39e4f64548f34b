use anyhow::Result;

use super::guests;
use super::random::Random;
use akira_conform::serial::LINE_BYTES;

/// Content of the board's flash.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    /// Version of the victim app.
    pub(super) version: Option<u32>,
    /// Number in the setting.
    pub(super) number: u32,
}

/// Operation that changes the content of the flash.
pub(super) enum Step {
    Install { version: u32, image: Vec<u8> },
    Update { version: u32, image: Vec<u8> },
    Uninstall,
    Write,
}

impl State {
    /// Chooses the next step. Each version is higher than all earlier ones.
    pub(super) fn next(&self, version: u32, random: &mut Random) -> Result<Step> {
        let image = guests::victim(version, random)?;
        Ok(match (self.version, random.below(4)) {
            (_, 0) => Step::Write,
            (None, _) => Step::Install { version, image },
            (Some(_), 1) => Step::Uninstall,
            (Some(_), _) => Step::Update { version, image },
        })
    }

    /// Returns the state after a step.
    pub(super) fn after(&self, step: &Step) -> Self {
        let mut state = self.clone();
        match step {
            Step::Install { version, .. } | Step::Update { version, .. } => {
                state.version = Some(*version);
            }
            Step::Uninstall => state.version = None,
            Step::Write => state.number += 1,
        }
        state
    }
}

impl Step {
    /// Returns the number of lines that the board answers before it has the complete image, if the
    /// step has one.
    pub(super) fn lines_before_commit(&self) -> Option<usize> {
        match self {
            Self::Install { image, .. } | Self::Update { image, .. } => {
                Some(image.len().div_ceil(LINE_BYTES) + 1)
            }
            _ => None,
        }
    }

    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Install { .. } => "install",
            Self::Update { .. } => "update",
            Self::Uninstall => "uninstall",
            Self::Write => "settings write",
        }
    }
}
