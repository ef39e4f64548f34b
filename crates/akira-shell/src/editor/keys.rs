/// What a key asks of the editor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Char(char),
    Enter,
    Backspace,
    /// Ctrl-U.
    Discard,
    /// Ctrl-C.
    Interrupt,
    Up,
    Down,
}

/// Makes keys of bytes: ASCII, three ends of lines, and the sequences of ECMA-48 that terminals send for keys.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Keys {
    state: State,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Ground,
    /// After CR, when LF belongs to it.
    Return,
    /// After ESC.
    Escape,
    /// After ESC [, up to a final byte.
    Control,
    /// After ESC O, where one byte follows.
    Shift,
}

impl Keys {
    /// Returns the key that ends with this byte, if one does. A control character ends any sequence.
    pub(super) fn decode(&mut self, byte: u8) -> Option<Key> {
        let state = core::mem::take(&mut self.state);
        match (state, byte) {
            (State::Return, b'\n') => None,
            (_, ..=0x1f | 0x7f) => self.control(byte),
            (State::Escape, b'[') => self.enter(State::Control),
            (State::Escape, b'O') => self.enter(State::Shift),
            (State::Escape, _) => None,
            (State::Control, 0x20..=0x3f) => self.enter(State::Control),
            (State::Control | State::Shift, b'A') => Some(Key::Up),
            (State::Control | State::Shift, b'B') => Some(Key::Down),
            (State::Control | State::Shift, _) => None,
            // No name has a question mark, so a command with other characters fails instead of meaning another app.
            (_, 0x80..) => Some(Key::Char('?')),
            (_, _) => Some(Key::Char(char::from(byte))),
        }
    }

    fn control(&mut self, byte: u8) -> Option<Key> {
        match byte {
            b'\r' => {
                self.state = State::Return;
                Some(Key::Enter)
            }
            b'\n' => Some(Key::Enter),
            b'\t' => Some(Key::Char(' ')),
            0x03 => Some(Key::Interrupt),
            0x08 | 0x7f => Some(Key::Backspace),
            0x15 => Some(Key::Discard),
            0x1b => self.enter(State::Escape),
            _ => None,
        }
    }

    fn enter(&mut self, state: State) -> Option<Key> {
        self.state = state;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Keys};

    extern crate std;
    use std::vec::Vec;

    fn keys(bytes: &[u8]) -> Vec<Key> {
        let mut keys = Keys::default();
        bytes.iter().filter_map(|byte| keys.decode(*byte)).collect()
    }

    #[test]
    fn each_end_of_a_line_is_one() {
        assert_eq!(keys(b"\r\n\r\n"), [Key::Enter; 2]);
        assert_eq!(keys(b"\r\r\n\n"), [Key::Enter; 3]);
    }

    #[test]
    fn sequences_are_arrows_or_nothing() {
        assert_eq!(keys(b"\x1b[A\x1bOB"), [Key::Up, Key::Down]);
        assert_eq!(keys(b"\x1b[1;5H\x1b[200~\x1bZ\x1bOP"), []);
        assert_eq!(keys(b"\x1b[1A"), [Key::Up]);
    }

    #[test]
    fn a_control_character_ends_a_sequence() {
        assert_eq!(keys(b"\x1b[12\x03"), [Key::Interrupt]);
        assert_eq!(keys(b"\x1b\rx"), [Key::Enter, Key::Char('x')]);
        assert_eq!(keys(b"\x1b[\x1b[A"), [Key::Up]);
    }

    #[test]
    fn what_is_not_ascii_becomes_what_no_name_has() {
        assert_eq!(keys("ä".as_bytes()), [Key::Char('?'); 2]);
    }
}
