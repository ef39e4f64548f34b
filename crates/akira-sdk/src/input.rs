//! Buttons and the dial.

use akira_abi::Errno;

use crate::errno::check;
use crate::{calls, raw};

/// A button of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u32)]
pub enum Button {
    /// HOME, also OK.
    Home = 1,
    /// D-pad up.
    Up = 2,
    /// D-pad down.
    Down = 3,
    /// D-pad left.
    Left = 4,
    /// D-pad right.
    Right = 5,
    /// A.
    A = 6,
    /// B.
    B = 7,
    /// X.
    X = 8,
    /// Y.
    Y = 9,
}

impl Button {
    /// Every button.
    pub const ALL: [Self; 9] = [
        Self::Home,
        Self::Up,
        Self::Down,
        Self::Left,
        Self::Right,
        Self::A,
        Self::B,
        Self::X,
        Self::Y,
    ];

    /// Returns the button with this id.
    pub fn from_id(id: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|button| *button as u32 == id)
    }
}

/// A press or release of a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The button's id; [`Button::from_id`] converts the ids of the console.
    pub id: u32,
    /// Whether the button was pressed, not released.
    pub pressed: bool,
}

impl Event {
    /// Returns the pressed button, if the event is a press of a console button.
    pub fn press(self) -> Option<Button> {
        Button::from_id(self.id).filter(|_| self.pressed)
    }
}

/// Removes and returns the oldest event, if one is queued. The queue holds at most 16; further events are dropped.
///
/// # Errors
///
/// [`Errno::EPERM`] without `input.read`.
pub fn poll_event() -> Result<Option<Event>, Errno> {
    let mut bytes = [0; 8];
    let taken = check(calls::input_poll_event(&mut bytes))?;
    let [a, b, c, d, e, f, g, h] = bytes;
    let event = Event {
        id: u32::from_le_bytes([a, b, c, d]),
        pressed: u32::from_le_bytes([e, f, g, h]) != 0,
    };
    Ok((taken == 1).then_some(event))
}

/// Returns whether a button is held. Returns `false` without `input.read`.
pub fn is_held(button: Button) -> bool {
    // A denied call returns -1, which would read as every button held.
    let held = raw::input_get_buttons();
    held >= 0 && held & (1 << button as u32) != 0
}

/// Returns the position of the dial, 0 to 255.
///
/// # Errors
///
/// [`Errno::ENODEV`] if the board has no dial, [`Errno::EPERM`] without `input.read`.
pub fn dial() -> Result<u32, Errno> {
    check(raw::input_get_dial())
}
