use crate::clean::clean;
use crate::{Level, LogSink, MAX_NAME, MAX_TEXT, Record};
use akira_abi::{AppId, Instant};
use akira_manage::{LogLine, LogSource};
use core::cell::RefCell;
use heapless::{Deque, String};

/// Sink that keeps the newest lines in a ring of `BYTES` bytes, for reading back.
///
/// A line takes 20 bytes more than its text and name. Lines are numbered from 0. To read all lines,
/// request line 0, then repeatedly the line after the returned one, until `None`. A gap in the
/// numbers means that newer lines overwrote older ones.
#[derive(Debug, Default)]
pub struct MemoryLog<const BYTES: usize> {
    ring: RefCell<Ring<BYTES>>,
}

/// Line read back from a [`MemoryLog`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line {
    /// Number of the line; later lines have higher numbers.
    pub number: u64,
    /// Id of the app that wrote the line; 0 for a line of the device.
    pub app: AppId,
    /// Name of the app.
    pub name: String<MAX_NAME>,
    /// Severity of the line.
    pub level: Level,
    /// Time at which the line was written.
    pub time: Instant,
    /// Text of the line.
    pub text: String<MAX_TEXT>,
    /// Number of lines of the same app that were dropped just before this line.
    pub dropped: u32,
}

impl<const BYTES: usize> MemoryLog<BYTES> {
    /// Creates an empty log.
    pub const fn new() -> Self {
        Self {
            ring: RefCell::new(Ring::new()),
        }
    }

    /// Returns the line with this number or, if it has been overwritten, the oldest line after it.
    /// Returns `None` if no such line exists yet.
    ///
    /// The search starts at the oldest line, so its time grows with the number of lines.
    pub fn line(&self, number: u64) -> Option<Line> {
        self.ring.borrow().line(number)
    }

    /// Returns the number that the next written line will have.
    pub fn next_number(&self) -> u64 {
        self.ring.borrow().next
    }

    /// Removes all lines. Their numbers are not reused.
    pub fn clear(&self) {
        let mut ring = self.ring.borrow_mut();
        ring.bytes.clear();
        ring.oldest = ring.next;
    }
}

impl<const BYTES: usize> LogSource for MemoryLog<BYTES> {
    fn line(&self, number: u64, show: &mut dyn FnMut(&LogLine<'_>)) {
        if let Some(line) = Self::line(self, number) {
            show(&LogLine {
                number: line.number,
                time: line.time,
                app: &line.name,
                level: line.level.name(),
                text: &line.text,
                dropped: line.dropped,
            });
        }
    }
}

impl<const BYTES: usize> LogSink for MemoryLog<BYTES> {
    /// Stores the line and removes the oldest lines as needed. A line larger than the ring is lost,
    /// and all lines before it too.
    fn write(&self, record: &Record<'_>) {
        let name = clean::<MAX_NAME>(record.name.as_bytes());
        let text = clean::<MAX_TEXT>(record.text.as_bytes());
        let header = Header {
            app: record.app,
            level: record.level,
            time: record.time,
            dropped: record.dropped,
            name_len: name.len(),
            text_len: text.len(),
        };
        let mut ring = self.ring.borrow_mut();
        ring.push(&header, name.as_bytes(), text.as_bytes());
    }
}

#[derive(Debug, Default)]
struct Ring<const BYTES: usize> {
    bytes: Deque<u8, BYTES>,
    oldest: u64,
    next: u64,
}

impl<const BYTES: usize> Ring<BYTES> {
    const fn new() -> Self {
        Self {
            bytes: Deque::new(),
            oldest: 0,
            next: 0,
        }
    }

    fn push(&mut self, header: &Header, name: &[u8], text: &[u8]) {
        self.next += 1;
        if header.entry_len() > BYTES {
            self.bytes.clear();
            self.oldest = self.next;
            return;
        }
        while BYTES - self.bytes.len() < header.entry_len() {
            self.pop();
        }
        let entry = header.encode().into_iter();
        self.bytes.extend(
            entry
                .chain(name.iter().copied())
                .chain(text.iter().copied()),
        );
    }

    fn pop(&mut self) {
        let len = self.header(0).map_or(self.bytes.len(), |h| h.entry_len());
        for _ in 0..len {
            self.bytes.pop_front();
        }
        self.oldest += 1;
    }

    fn line(&self, number: u64) -> Option<Line> {
        let mut at = 0;
        let mut header = self.header(at)?;
        let mut current = self.oldest;
        while current < number {
            at += header.entry_len();
            header = self.header(at)?;
            current += 1;
        }
        let name_at = at + Header::LEN;
        Some(Line {
            number: current,
            app: header.app,
            name: self.text(name_at, header.name_len),
            level: header.level,
            time: header.time,
            text: self.text(name_at + header.name_len, header.text_len),
            dropped: header.dropped,
        })
    }

    fn header(&self, at: usize) -> Option<Header> {
        let mut bytes = [0; Header::LEN];
        for (i, byte) in bytes.iter_mut().enumerate() {
            *byte = *self.bytes.get(at + i)?;
        }
        Header::decode(&bytes)
    }

    fn text<const N: usize>(&self, at: usize, len: usize) -> String<N> {
        let mut bytes = [0; MAX_TEXT];
        let bytes = &mut bytes[..len.min(MAX_TEXT)];
        for (byte, stored) in bytes.iter_mut().zip(self.bytes.iter().skip(at)) {
            *byte = *stored;
        }
        clean(bytes)
    }
}

/// Header before the name and the text of a line in the ring.
struct Header {
    app: AppId,
    level: Level,
    time: Instant,
    dropped: u32,
    name_len: usize,
    text_len: usize,
}

impl Header {
    const LEN: usize = 20;

    const fn entry_len(&self) -> usize {
        Self::LEN + self.name_len + self.text_len
    }

    fn encode(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        bytes[..4].copy_from_slice(&self.app.number().to_le_bytes());
        bytes[4..12].copy_from_slice(&self.time.as_micros().to_le_bytes());
        bytes[12..16].copy_from_slice(&self.dropped.to_le_bytes());
        bytes[16] = self.level as u8;
        bytes[17] = self.name_len as u8;
        bytes[18..].copy_from_slice(&(self.text_len as u16).to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8; Self::LEN]) -> Option<Self> {
        let [
            a,
            b,
            c,
            d,
            time @ ..,
            e,
            f,
            g,
            h,
            level,
            name_len,
            low,
            high,
        ] = *bytes;
        Some(Self {
            app: AppId::new(u32::from_le_bytes([a, b, c, d])),
            time: Instant::from_micros(u64::from_le_bytes(time)),
            dropped: u32::from_le_bytes([e, f, g, h]),
            level: Level::from_number(level.into()).ok()?,
            name_len: name_len.into(),
            text_len: u16::from_le_bytes([low, high]).into(),
        })
    }
}
