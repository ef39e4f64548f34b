use heapless::Vec;

/// Messages of several topics in order of arrival, in one array.
///
/// A message consists of its topic's number, its length in two bytes and its payload. Removing a
/// message from the middle moves the later ones.
#[derive(Debug)]
pub(crate) struct Queue<const BYTES: usize>(Vec<u8, BYTES>);

const HEADER: usize = 3;

/// A message in the queue.
#[derive(Clone, Copy)]
pub(crate) struct Message<'a> {
    at: usize,
    topic: u8,
    pub(crate) payload: &'a [u8],
}

impl<const BYTES: usize> Queue<BYTES> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Appends a message. Returns whether the queue had room.
    pub(crate) fn push(&mut self, topic: u8, payload: &[u8]) -> bool {
        let Ok(len) = u16::try_from(payload.len()) else {
            return false;
        };
        if BYTES - self.0.len() < HEADER + payload.len() {
            return false;
        }
        let [low, high] = len.to_le_bytes();
        let header = self.0.extend_from_slice(&[topic, low, high]);
        header
            .and_then(|()| self.0.extend_from_slice(payload))
            .is_ok()
    }

    /// Returns the oldest message of a topic.
    pub(crate) fn first(&self, topic: u8) -> Option<Message<'_>> {
        self.messages().find(|m| m.topic == topic)
    }

    /// Removes the oldest message of a topic. Returns whether the topic had a message.
    pub(crate) fn remove_first(&mut self, topic: u8) -> bool {
        let Some(range) = self.first(topic).map(|m| m.at..m.end()) else {
            return false;
        };
        self.0.drain(range);
        true
    }

    /// Removes all messages of a topic in one pass.
    pub(crate) fn remove_all(&mut self, topic: u8) {
        let (mut at, mut kept) = (0, 0);
        while let Some(message) = message(&self.0, at) {
            let (range, stays) = (message.at..message.end(), message.topic != topic);
            at = range.end;
            if stays {
                let len = range.len();
                self.0.copy_within(range, kept);
                kept += len;
            }
        }
        self.0.truncate(kept);
    }

    fn messages(&self) -> impl Iterator<Item = Message<'_>> {
        let mut at = 0;
        core::iter::from_fn(move || {
            let message = message(&self.0, at)?;
            at = message.end();
            Some(message)
        })
    }
}

impl Message<'_> {
    fn end(&self) -> usize {
        self.at + HEADER + self.payload.len()
    }
}

fn message(bytes: &[u8], at: usize) -> Option<Message<'_>> {
    let [topic, low, high, rest @ ..] = bytes.get(at..)? else {
        return None;
    };
    let len = u16::from_le_bytes([*low, *high]);
    Some(Message {
        at,
        topic: *topic,
        payload: rest.get(..len.into())?,
    })
}
