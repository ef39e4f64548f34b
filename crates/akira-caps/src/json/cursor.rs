use super::JsonText;
use crate::error::{ErrorKind, Failure};

/// Maximum nesting depth of a value, without the manifest's own braces.
pub(crate) const MAX_DEPTH: u32 = 15;

/// A position in a JSON text. After a failure it is at the error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(crate) fn failure(&self, kind: ErrorKind) -> Failure {
        Failure { kind, at: self.at }
    }

    pub(crate) fn expected(&self, what: &'static str) -> Failure {
        self.failure(ErrorKind::Expected(what))
    }

    /// Skips white space, NUL padding and a byte order mark, and returns the byte that follows.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '\0' | '\u{feff}');
        let start = rest.trim_start_matches(blank);
        self.at += rest.len() - start.len();
        start.bytes().next()
    }

    /// Skips `byte` if it is next, and returns whether it was.
    pub(crate) fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    pub(crate) fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), Failure> {
        match self.take(byte) {
            true => Ok(()),
            false => Err(self.expected(what)),
        }
    }

    /// Reads up to the next key of an object whose `{` was read, and returns the key. Returns
    /// `None` after the object's `}`.
    pub(crate) fn next_key(&mut self, first: &mut bool) -> Result<Option<JsonText<'a>>, Failure> {
        if !self.next_item(first, b'}', "',' or '}'")? {
            return Ok(None);
        }
        let key = self.string("'\"' before the name of a field")?;
        self.expect(b':', "':'")?;
        Ok(Some(key))
    }

    /// Moves to the next element of an array whose `[` was read. Returns `false` after the array's
    /// `]`.
    pub(crate) fn next_element(&mut self, first: &mut bool) -> Result<bool, Failure> {
        self.next_item(first, b']', "',' or ']'")
    }

    fn next_item(
        &mut self,
        first: &mut bool,
        end: u8,
        what: &'static str,
    ) -> Result<bool, Failure> {
        if self.take(end) {
            return Ok(false);
        }
        if !core::mem::take(first) {
            self.expect(b',', what)?;
        }
        Ok(!self.take(end))
    }

    pub(crate) fn string(&mut self, what: &'static str) -> Result<JsonText<'a>, Failure> {
        self.expect(b'"', what)?;
        let start = self.at;
        loop {
            let byte = self.byte().ok_or(self.failure(ErrorKind::OpenString))?;
            match byte {
                b'"' => break,
                b'\\' => self.escape()?,
                b'\n' | b'\r' => return Err(self.failure(ErrorKind::OpenString)),
                _ => self.at += 1,
            }
        }
        let raw = self.text.get(start..self.at).unwrap_or_default();
        self.at += 1;
        Ok(JsonText::new(raw))
    }

    fn escape(&mut self) -> Result<(), Failure> {
        let rest = self.text.as_bytes().get(self.at + 1..).unwrap_or_default();
        let mut rest = rest.iter().copied();
        let length = match rest.next() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') if rest.take(4).filter(u8::is_ascii_hexdigit).count() == 4 => 6,
            _ => return Err(self.failure(ErrorKind::BadEscape)),
        };
        self.at += length;
        Ok(())
    }

    /// Reads a number or a word such as `true`.
    pub(crate) fn word(&mut self) -> Result<&'a str, Failure> {
        self.peek();
        let rest = self.text.get(self.at..).unwrap_or_default();
        let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
        let word = rest
            .get(..rest.bytes().take_while(|b| part(b)).count())
            .unwrap_or_default();
        if !matches!(word, "true" | "false" | "null") && !is_number(word) {
            return Err(self.expected("a value"));
        }
        self.at += word.len();
        Ok(word)
    }

    /// Skips the word `null` if it is next, and returns whether it was.
    pub(crate) fn take_null(&mut self) -> bool {
        let mut ahead = *self;
        let found = ahead.word() == Ok("null");
        if found {
            *self = ahead;
        }
        found
    }

    /// Skips one value and returns its source text.
    pub(crate) fn skip(&mut self) -> Result<&'a str, Failure> {
        self.peek();
        let start = self.at;
        let mut open = Open::default();
        loop {
            self.skip_one(&mut open)?;
            while !open.is_empty() && !self.enter(&open)? {
                open.pop();
            }
            if open.is_empty() {
                return Ok(self.text.get(start..self.at).unwrap_or_default());
            }
        }
    }

    /// Skips a string, number or word, or opens an object or array.
    fn skip_one(&mut self, open: &mut Open) -> Result<(), Failure> {
        match self.peek() {
            Some(b'"') => self.string("a value").map(drop),
            Some(bracket @ (b'{' | b'[')) => {
                if !open.push(bracket == b'{') {
                    return Err(self.failure(ErrorKind::TooDeep));
                }
                self.at += 1;
                Ok(())
            }
            _ => self.word().map(drop),
        }
    }

    /// Moves to the next value of the innermost object or array. Returns `false` after its end.
    fn enter(&mut self, open: &Open) -> Result<bool, Failure> {
        // No comma is expected directly after the opening bracket.
        let mut first = matches!(self.last_byte(), Some(b'{' | b'['));
        match open.innermost_is_object() {
            true => self.next_key(&mut first).map(|key| key.is_some()),
            false => self.next_element(&mut first),
        }
    }

    fn last_byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at.checked_sub(1)?).copied()
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

/// Returns whether `word`, of letters, digits, signs and dots, is meant as a number. The check is
/// lenient: it only looks at the first digit.
fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    let part = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-');
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.bytes().all(part)
}

/// The stack of objects and arrays around the cursor: one bit each.
#[derive(Default)]
struct Open {
    depth: u32,
    objects: u32,
}

impl Open {
    /// Pushes an object or array, and returns whether there was room.
    fn push(&mut self, object: bool) -> bool {
        if self.depth == MAX_DEPTH {
            return false;
        }
        self.depth += 1;
        self.objects = self.objects << 1 | u32::from(object);
        true
    }

    fn pop(&mut self) {
        self.depth -= 1;
        self.objects >>= 1;
    }

    fn is_empty(&self) -> bool {
        self.depth == 0
    }

    fn innermost_is_object(&self) -> bool {
        self.objects & 1 == 1
    }
}
