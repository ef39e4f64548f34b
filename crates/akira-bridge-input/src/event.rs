/// A press or release of one button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// The button, 0-31, in the numbering of the board's [`ButtonMap`](crate::ButtonMap).
    pub button_id: u32,
    /// Whether the button was pressed, not released.
    pub pressed: bool,
}

impl Event {
    /// Size of one event in an app's memory, in bytes.
    pub const SIZE: usize = 8;

    /// Encodes the event as `akira_input_event_t`: two little-endian u32.
    pub fn encode(&self) -> [u8; Self::SIZE] {
        let id = u64::from(self.button_id);
        let pressed = u64::from(self.pressed);
        (id | pressed << 32).to_le_bytes()
    }
}
