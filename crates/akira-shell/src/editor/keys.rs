/// Action of a key in the editor.
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

/// Decodes bytes into keys: ASCII, the line ends CR, LF, CR LF and LF CR, and the escape sequences of ECMA-48 and of the
/// Linux console that terminals send for keys. Answers of a terminal to queries, such as DCS and OSC strings, are
/// ignored.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Keys {
    state: State,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Ground,
    /// After CR: an LF belongs to the same line end.
    Return,
    /// After LF: a CR belongs to the same line end.
    Feed,
    /// After ESC.
    Escape,
    /// After ESC [, until a final byte.
    Control,
    /// After ESC O; one byte follows.
    Shift,
    /// After ESC [ [, with which the Linux console sends F1 to F5; one byte follows.
    Function,
    /// In a control string such as DCS or OSC, up to its terminator ESC \ or BEL.
    Text,
}

impl Keys {
    /// Returns the key that this byte completes, if any. A control character ends any sequence.
    pub(super) fn decode(&mut self, byte: u8) -> Option<Key> {
        let state = core::mem::take(&mut self.state);
        match (state, byte) {
            (State::Return, b'\n') | (State::Feed, b'\r') => None,
            (_, ..=0x1f | 0x7f) => self.control(byte),
            (State::Escape, b'[') => self.enter(State::Control),
            (State::Escape, b'O') => self.enter(State::Shift),
            (State::Escape, b'P' | b'X' | b']' | b'^' | b'_') | (State::Text, _) => {
                self.enter(State::Text)
            }
            (State::Escape | State::Function, _) => None,
            (State::Control, b'[') => self.enter(State::Function),
            (State::Control, 0x20..=0x3f) => self.enter(State::Control),
            (State::Control | State::Shift, b'A') => Some(Key::Up),
            (State::Control | State::Shift, b'B') => Some(Key::Down),
            (State::Control | State::Shift, _) => None,
            // A byte outside ASCII becomes `?`. No app name contains `?`, so such a command fails
            // instead of addressing another app.
            (_, 0x80..) => Some(Key::Char('?')),
            (_, _) => Some(Key::Char(char::from(byte))),
        }
    }

    fn control(&mut self, byte: u8) -> Option<Key> {
        match byte {
            b'\r' | b'\n' => {
                self.state = if byte == b'\r' {
                    State::Return
                } else {
                    State::Feed
                };
                Some(Key::Enter)
            }
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
        assert_eq!(keys(b"\n\r\n\r"), [Key::Enter; 2]);
        assert_eq!(keys(b"\r\r\n\n"), [Key::Enter; 3]);
        assert_eq!(keys(b"\na\r"), [Key::Enter, Key::Char('a'), Key::Enter]);
    }

    #[test]
    fn sequences_are_arrows_or_nothing() {
        assert_eq!(keys(b"\x1b[A\x1bOB"), [Key::Up, Key::Down]);
        assert_eq!(keys(b"\x1b[1;5H\x1b[200~\x1bZ\x1bOP"), []);
        assert_eq!(keys(b"\x1b[1A"), [Key::Up]);
    }

    #[test]
    fn function_keys_of_a_linux_console_are_nothing() {
        assert_eq!(keys(b"\x1b[[A\x1b[[Ex"), [Key::Char('x')]);
        assert_eq!(keys(b"\x1b[17~\x1bOPx"), [Key::Char('x')]);
    }

    #[test]
    fn answers_of_a_terminal_are_nothing() {
        for answer in [
            "\x1b[24;80R",
            "\x1b[?62;22c",
            "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
            "\x1b]10;rgb:ffff/ffff/ffff\x07",
            "\x1bP>|xterm(390)\x1b\\",
            "\x1b_Gi=1;OK\x1b\\",
        ] {
            let bytes = [answer.as_bytes(), b"x"].concat();
            assert_eq!(keys(&bytes), [Key::Char('x')], "{answer:?}");
        }
        // The end of a line ends one without a terminator.
        assert_eq!(keys(b"\x1b]11;rgb\rx"), [Key::Enter, Key::Char('x')]);
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
