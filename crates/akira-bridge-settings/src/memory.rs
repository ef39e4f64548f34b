use core::ops::Range;

use akira_abi::Errno;
use heapless::Vec;

use crate::KeyValue;

/// Number of bytes that each pair takes in a [`MemoryKeyValue`] in addition to its key and its
/// value.
const LENGTHS: usize = 2;

/// Key-value store in RAM, which is lost when the device restarts. Use it for tests, simulators and
/// boards without spare flash.
///
/// The store holds `BYTES` bytes: keys, values, and two more bytes for each pair.
#[derive(Debug, Default)]
pub struct MemoryKeyValue<const BYTES: usize> {
    /// Records: the lengths of key and value, the key, the value.
    records: Vec<u8, BYTES>,
}

impl<const BYTES: usize> MemoryKeyValue<BYTES> {
    /// Creates an empty store.
    pub const fn new() -> Self {
        Self {
            records: Vec::new(),
        }
    }

    /// Finds the record of `key`.
    fn find(&self, key: &str) -> Option<Range<usize>> {
        let mut start = 0;
        while let Some((found, value)) = parse(self.records.get(start..)?) {
            let end = start + LENGTHS + found.len() + value.len();
            if found == key.as_bytes() {
                return Some(start..end);
            }
            start = end;
        }
        None
    }

    fn cut(&mut self, record: Range<usize>) {
        let kept = self.records.len() - record.len();
        self.records.copy_within(record.end.., record.start);
        self.records.truncate(kept);
    }

    fn append(&mut self, parts: [&[u8]; 3]) -> Result<(), Errno> {
        for part in parts {
            let appended = self.records.extend_from_slice(part);
            appended.map_err(|_| Errno::ENOSPC)?;
        }
        Ok(())
    }
}

impl<const BYTES: usize> KeyValue for MemoryKeyValue<BYTES> {
    async fn get(&mut self, key: &str, value: &mut [u8]) -> Result<Option<usize>, Errno> {
        let record = self.find(key).and_then(|r| self.records.get(r));
        let Some((_, found)) = record.and_then(parse) else {
            return Ok(None);
        };
        let room = value.get_mut(..found.len()).ok_or(Errno::EMSGSIZE)?;
        room.copy_from_slice(found);
        Ok(Some(found.len()))
    }

    async fn set(&mut self, key: &str, value: &[u8]) -> Result<(), Errno> {
        let lengths = [length(key.as_bytes())?, length(value)?];
        let old = self.find(key);
        let freed = old.as_ref().map_or(0, Range::len);
        let kept = self.records.len() - freed;
        if kept + LENGTHS + key.len() + value.len() > BYTES {
            return Err(Errno::ENOSPC);
        }
        if let Some(old) = old {
            self.cut(old);
        }
        self.append([&lengths, key.as_bytes(), value])
    }

    async fn remove(&mut self, key: &str) -> Result<bool, Errno> {
        let record = self.find(key);
        let found = record.is_some();
        if let Some(record) = record {
            self.cut(record);
        }
        Ok(found)
    }
}

fn length(bytes: &[u8]) -> Result<u8, Errno> {
    u8::try_from(bytes.len()).map_err(|_| Errno::EINVAL)
}

/// Returns the key and the value of the first record.
fn parse(records: &[u8]) -> Option<(&[u8], &[u8])> {
    let (lengths, rest) = records.split_at_checked(LENGTHS)?;
    let (key, rest) = rest.split_at_checked(usize::from(*lengths.first()?))?;
    let value = rest.get(..usize::from(*lengths.last()?))?;
    Some((key, value))
}
