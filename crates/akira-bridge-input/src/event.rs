/// Press or release of one button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Number of the button, 0-31, as in the board's [`ButtonMap`](crate::ButtonMap).
    pub button_id: u32,
    /// `true` if the button was pressed, `false` if it was released.
    pub pressed: bool,
}

impl Event {
    /// Size of an encoded event in an app's memory, in bytes.
    pub const SIZE: usize = 8;

    /// Encodes the event as `akira_input_event_t`: the number of the button and 1 for a press or 0
    /// for a release, each as a little-endian u32.
    pub fn encode(&self) -> [u8; Self::SIZE] {
        let id = u64::from(self.button_id);
        let pressed = u64::from(self.pressed);
        (id | pressed << 32).to_le_bytes()
    }
}
