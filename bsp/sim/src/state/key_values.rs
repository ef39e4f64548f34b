use std::collections::BTreeMap;
use std::io::{self, ErrorKind};

use akira_abi::Errno;
use akira_bridge_settings::{KeyValue, MAX_KEY, MAX_VALUE};
use serde::{Deserialize, Serialize};

use super::files::errno;
use super::folder::Folder;
use super::host;

const FILE: &str = "settings.json";
/// The room for settings, in bytes: keys, values, and two more for each pair.
const CAPACITY: usize = 16 << 10;
/// The most that is read of the file. JSON takes at most six bytes for one, and a line for each pair.
const MAX_FILE: u64 = 16 * CAPACITY as u64;

/// The settings of a console, in a file of the host or in memory.
#[derive(Debug)]
pub struct KeyValues {
    folder: Option<Folder>,
    values: Values,
}

type Values = BTreeMap<String, Value>;

/// A value as it stands in the file: a string if it can, else numbers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Bytes(Vec<u8>),
}

impl KeyValues {
    pub(super) fn new(folder: Option<Folder>) -> io::Result<Self> {
        let values = folder.as_ref().map(load).transpose()?.unwrap_or_default();
        Ok(Self { folder, values })
    }

    /// Makes `values` the settings, once they are on the disk.
    fn keep(&mut self, values: Values) -> Result<(), Errno> {
        if let Some(folder) = &self.folder {
            let json = serde_json::to_vec_pretty(&values).map_err(|_| Errno::EIO)?;
            folder.replace(&folder.path(FILE), &json).map_err(errno)?;
        }
        self.values = values;
        Ok(())
    }
}

impl KeyValue for KeyValues {
    async fn get(&mut self, key: &str, value: &mut [u8]) -> Result<Option<usize>, Errno> {
        let Some(found) = self.values.get(key).map(Value::as_bytes) else {
            return Ok(None);
        };
        let room = value.get_mut(..found.len()).ok_or(Errno::EMSGSIZE)?;
        room.copy_from_slice(found);
        Ok(Some(found.len()))
    }

    async fn set(&mut self, key: &str, value: &[u8]) -> Result<(), Errno> {
        let mut values = self.values.clone();
        values.insert(key.to_owned(), Value::new(value));
        if size(&values) > CAPACITY {
            return Err(Errno::ENOSPC);
        }
        self.keep(values)
    }

    async fn remove(&mut self, key: &str) -> Result<bool, Errno> {
        let mut values = self.values.clone();
        if values.remove(key).is_none() {
            return Ok(false);
        }
        self.keep(values).map(|()| true)
    }
}

impl Value {
    fn new(bytes: &[u8]) -> Self {
        match str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Bytes(bytes.to_owned()),
        }
    }

    fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

fn load(folder: &Folder) -> io::Result<Values> {
    let path = folder.path(FILE);
    let Some(json) = host::read(&path, MAX_FILE)? else {
        return Ok(Values::new());
    };
    parse(&json).map_err(|why| {
        let what = format!("not settings: {why}; mend it, or remove it to begin without any");
        host::fault(&path, ErrorKind::InvalidData, what)
    })
}

fn parse(json: &[u8]) -> Result<Values, String> {
    let values: Values = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    if let Some((key, _)) = values.iter().find(|(key, value)| !is_sound(key, value)) {
        return Err(format!(
            "{key:?} is not a key of 1-{MAX_KEY} printable ASCII characters with a value of 0-{MAX_VALUE} bytes"
        ));
    }
    match size(&values) {
        size if size > CAPACITY => Err(format!("they take {size} bytes, more than {CAPACITY}")),
        _ => Ok(values),
    }
}

fn is_sound(key: &str, value: &Value) -> bool {
    let printable = key.bytes().all(|b| matches!(b, b' '..=b'~'));
    let value = value.as_bytes();
    printable && (1..=MAX_KEY).contains(&key.len()) && value.len() <= MAX_VALUE
}

fn size(values: &Values) -> usize {
    let sizes = values.iter().map(|(k, v)| k.len() + v.as_bytes().len() + 2);
    sizes.sum()
}
