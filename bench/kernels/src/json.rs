use core::hint::black_box;

/// Message of a sensor, with every kind of value, nesting and escapes.
const TEXT: &[u8] = br#"{"device": "akira-07", "uptime_ms": 86400123, "online": true, "battery": null,
 "position": {"lat": 48.137154, "lon": 11.576124, "accuracy": 4.5e0},
 "readings": [
  {"sensor": "temperature", "unit": "\u00b0C", "values": [21.5, 21.75, 22, 22.125, 21.875, -3.5e-1]},
  {"sensor": "humidity", "unit": "%", "values": [40, 41, 43, 47, 48, 45]},
  {"sensor": "pressure", "unit": "hPa", "values": [1013.25, 1012.5, 1011.75, 1.01e3]}],
 "log": ["boot", "joined \"home\"", "line\nfeed\ttab", "back\\slash"], "empty": {}, "none": [], "ok": false}"#;

/// Number of times that the text is parsed.
const TIMES: u32 = 40;

/// Maximum nesting depth of values.
const DEPTH: u32 = 8;

/// Parses a JSON text repeatedly. The result depends on every value in it.
pub fn json() -> i32 {
    let mut sum = 0;
    for _ in 0..black_box(TIMES) {
        let mut parser = Parser {
            text: black_box(TEXT),
            at: 0,
            sum,
        };
        sum = match parser.value(DEPTH) {
            Some(()) => parser.sum,
            None => return -1,
        };
    }
    sum as i32
}

/// Parser that consumes a text from its start. Its functions return `None` if the text is not JSON.
struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    sum: u32,
}

impl Parser<'_> {
    fn value(&mut self, depth: u32) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match self.peek()? {
            b'{' => self.items(b'}', |parser| {
                parser.string()?;
                parser.expect(b':')?;
                parser.value(depth)
            }),
            b'[' => self.items(b']', |parser| parser.value(depth)),
            b'"' => self.string(),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.number(),
        }
    }

    /// Parses the items between brackets, separated by commas.
    fn items(&mut self, end: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.add(u32::from(end));
        if self.peek()? == end {
            self.at += 1;
            return Some(());
        }
        loop {
            item(self)?;
            match self.next()? {
                b',' => {}
                byte if byte == end => return Some(()),
                _ => return None,
            }
        }
    }

    fn string(&mut self) -> Option<()> {
        self.expect(b'"')?;
        loop {
            let byte = self.byte()?;
            match byte {
                b'"' => return Some(()),
                b'\\' => self.escape()?,
                0x00..0x20 => return None,
                _ => self.add(u32::from(byte)),
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        let byte = self.byte()?;
        let character = match byte {
            b'n' => 10,
            b't' => 9,
            b'"' | b'\\' | b'/' => u32::from(byte),
            b'u' => {
                let digits = self.text.get(self.at..self.at + 4)?;
                self.at += 4;
                u32::from_str_radix(core::str::from_utf8(digits).ok()?, 16).ok()?
            }
            _ => return None,
        };
        self.add(character);
        Some(())
    }

    /// Parses a number into its digits and a power of ten.
    fn number(&mut self) -> Option<()> {
        let negative = self.skip(b'-');
        let (mut digits, mut scale) = (self.digits()?, 0);
        if self.skip(b'.') {
            let start = self.at;
            let fraction = self.digits()?;
            scale = (self.at - start) as u32;
            digits = digits
                .wrapping_mul(10_u64.pow(scale))
                .wrapping_add(fraction);
        }
        if self.skip(b'e') {
            let down = self.skip(b'-');
            let power = self.digits()? as u32;
            scale = if down {
                scale + power
            } else {
                scale.wrapping_sub(power)
            };
        }
        self.add(digits as u32 ^ scale ^ u32::from(negative));
        Some(())
    }

    fn digits(&mut self) -> Option<u64> {
        let start = self.at;
        let mut number = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.text.get(self.at) {
            number = number
                .wrapping_mul(10)
                .wrapping_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        (self.at > start).then_some(number)
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        let found = self.text.get(self.at..self.at + word.len())? == word;
        self.at += word.len();
        self.add(word.len() as u32);
        found.then_some(())
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    fn skip(&mut self, byte: u8) -> bool {
        let found = self.text.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    /// Skips white space and returns the next byte without consuming it.
    fn peek(&mut self) -> Option<u8> {
        while let b' ' | b'\n' | b'\t' | b'\r' = self.text.get(self.at)? {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.text.get(self.at).copied()?;
        self.at += 1;
        Some(byte)
    }

    fn add(&mut self, value: u32) {
        self.sum = self.sum.rotate_left(5) ^ value;
    }
}
