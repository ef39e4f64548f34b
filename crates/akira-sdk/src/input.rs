//! Buttons and the dial.

use akira_abi::Errno;

use crate::errno::check;
use crate::{calls, raw};

/// Button of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u32)]
pub enum Button {
    /// HOME, which is also OK.
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
    /// All buttons.
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

    /// Returns the button with this id, or `None` if the console has none.
    pub fn from_id(id: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|button| *button as u32 == id)
    }
}

/// Press or release of a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Id of the button; [`Button::from_id`] converts the ids of the console.
    pub id: u32,
    /// Whether the button was pressed; `false` if it was released.
    pub pressed: bool,
}

impl Event {
    /// Returns the button if the event is a press of a console button.
    pub fn press(self) -> Option<Button> {
        Button::from_id(self.id).filter(|_| self.pressed)
    }
}

/// Removes and returns the oldest event, or `None` if no event is queued. The queue holds at most
/// 16 events; it drops further events.
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

/// Returns whether a button is held. Returns `false` without the capability `input.read`.
pub fn is_held(button: Button) -> bool {
    // A denied call returns -1, which as a bit mask would mean that every button is held.
    let held = raw::input_get_buttons();
    held >= 0 && held & (1 << button as u32) != 0
}

/// Returns the position of the dial, from 0 to 255.
///
/// # Errors
///
/// [`Errno::ENODEV`] if the board has no dial, [`Errno::EPERM`] without `input.read`.
pub fn dial() -> Result<u32, Errno> {
    check(raw::input_get_dial())
}
