mod fields;
mod resources;
mod value;
mod warnings;

use crate::error::{ErrorKind, Failure, ManifestError};
use crate::json::{Cursor, JsonText};
use crate::{AbiVersion, AppName, Quotas, Scopes, Text, Version};

pub use resources::VendorLimits;
pub use warnings::{Warning, Warnings};

/// Description and requests of an app: AkiraOS's manifest with our `resources`.
///
/// [`Default`] is the manifest of an app that contains none: no capability at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manifest<'a> {
    /// Name of the app; if there is none, the installer uses the file's.
    pub name: Option<AppName>,
    /// Version of the app itself, for people.
    pub version: Text<15>,
    /// Purpose of the app, for people.
    pub description: JsonText<'a>,
    /// Author of the app, for people.
    pub author: JsonText<'a>,
    /// Entry export, if it is not one of the defaults.
    pub entry: Option<Text<63>>,
    /// Requested capabilities.
    pub capabilities: Capabilities<'a>,
    /// ABI that the app was built for.
    pub abi: Option<AbiVersion>,
    /// Oldest AkiraOS that the app runs on.
    pub min_akiraos_version: Option<Version>,
    /// Commands that the app understands, as the source text of a JSON array, for a dashboard; this crate does not
    /// interpret it.
    pub commands: Option<&'a str>,
    /// Whether the app starts with the device.
    pub autostart: bool,
    /// Priority, if the manifest sets one: among apps that are ready after a wait, the one with the higher number runs
    /// first. Apps that compute take turns regardless of priority.
    pub priority: Option<u8>,
    /// Restart behaviour after a trap.
    pub restart: Restart,
    /// Limits on pins, buses, channels and hosts, from `network_policy` and `resources`.
    pub scopes: Scopes,
    /// Limits on vendors' capabilities, from `resources`.
    pub vendor_limits: VendorLimits<'a>,
    /// `memory_quota`, `exec_timeout_ms`, `heap_kb`, `stack_kb` and the amounts in `resources`.
    pub quotas: Quotas,
    text: &'a str,
}

/// Restart behaviour of an app after a trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restart {
    /// Whether the app is started again.
    pub enabled: bool,
    /// Maximum number of restarts in a row.
    pub max_retries: u8,
    /// Delay before a restart, in milliseconds.
    pub delay_ms: u32,
}

impl Default for Restart {
    /// AkiraOS's defaults: off; if on, 3 times and 1 s apart.
    fn default() -> Self {
        Self {
            enabled: false,
            max_retries: 3,
            delay_ms: 1_000,
        }
    }
}

impl<'a> Manifest<'a> {
    /// Maximum size of a manifest in bytes.
    pub const MAX_BYTES: usize = 8_192;

    /// Reads a manifest: the custom section `.akira.manifest` or the JSON file beside the app.
    ///
    /// The parser is as lenient as AkiraOS: it accepts trailing commas, unknown fields, a missing last brace, a byte
    /// order mark and NUL padding. The first of repeated fields counts, and a `null` field counts as absent;
    /// [`warnings`](Self::warnings) lists the ignored faults. Limits (`network_policy`, `resources`) are read strictly,
    /// because an ignored limit would let the app do more than its author declared.
    ///
    /// # Errors
    ///
    /// [`ManifestError`] with the position, for invalid JSON and for a field of a wrong type or value.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ManifestError> {
        let text = check(bytes).map_err(|failure| failure.locate(bytes))?;
        Self::read(text).map_err(|failure| failure.locate(bytes))
    }

    fn read(text: &'a str) -> Result<Self, Failure> {
        let mut manifest = Self {
            text,
            ..Self::default()
        };
        let mut members = Members::open(text)?;
        while let Some(member) = members.next()? {
            match member.field {
                Some(field) if !member.repeated => {
                    manifest.read_field(field, &mut members.cursor)?
                }
                Some(field) if fields::LIMITS.contains(&field) => {
                    return Err(members.cursor.failure(ErrorKind::Repeated { field }));
                }
                _ => members.cursor.skip().map(drop)?,
            }
        }
        Ok(manifest)
    }

    /// Returns whether the app contains a manifest; an app without one has [`Default`].
    pub const fn is_present(&self) -> bool {
        !self.text.is_empty()
    }

    /// Lists the faults that [`parse`](Self::parse) ignored.
    pub fn warnings(&self) -> Warnings<'a> {
        Warnings::new(self.text)
    }
}

fn check(bytes: &[u8]) -> Result<&str, Failure> {
    let failure = |kind, at| Failure { kind, at };
    if bytes.len() > Manifest::MAX_BYTES {
        return Err(failure(ErrorKind::TooLong, Manifest::MAX_BYTES));
    }
    core::str::from_utf8(bytes).map_err(|e| failure(ErrorKind::NotUtf8, e.valid_up_to()))
}

/// The capability strings of a manifest.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Capabilities<'a> {
    array: &'a str,
}

impl<'a> Capabilities<'a> {
    /// Lists the strings.
    pub fn iter(&self) -> CapabilityNames<'a> {
        let mut cursor = Cursor::new(self.array);
        cursor.take(b'[');
        CapabilityNames {
            cursor,
            first: true,
        }
    }
}

impl<'a> IntoIterator for &Capabilities<'a> {
    type Item = JsonText<'a>;
    type IntoIter = CapabilityNames<'a>;

    fn into_iter(self) -> CapabilityNames<'a> {
        self.iter()
    }
}

impl core::fmt::Debug for Capabilities<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

/// Iterator over the strings of [`Capabilities`].
#[derive(Clone, Debug)]
pub struct CapabilityNames<'a> {
    cursor: Cursor<'a>,
    first: bool,
}

impl<'a> Iterator for CapabilityNames<'a> {
    type Item = JsonText<'a>;

    fn next(&mut self) -> Option<JsonText<'a>> {
        // `parse` has already read the array once, so only the empty default can fail here.
        if !self.cursor.next_element(&mut self.first).ok()? {
            return None;
        }
        self.cursor.string("").ok()
    }
}

/// Iterator over the members of the manifest's own object.
#[derive(Clone, Debug)]
struct Members<'a> {
    cursor: Cursor<'a>,
    first: bool,
    closed: bool,
    seen: u32,
}

/// A member whose value is read next.
struct Member<'a> {
    key: JsonText<'a>,
    field: Option<&'static str>,
    repeated: bool,
}

impl<'a> Members<'a> {
    fn open(text: &'a str) -> Result<Self, Failure> {
        let mut cursor = Cursor::new(text);
        cursor.expect(b'{', "'{'")?;
        Ok(Self {
            cursor,
            first: true,
            closed: false,
            seen: 0,
        })
    }

    /// Moves to the next member, or past the closing brace, which may be missing.
    fn next(&mut self) -> Result<Option<Member<'a>>, Failure> {
        if self.closed || self.at_end() {
            return Ok(None);
        }
        let key = self.cursor.next_key(&mut self.first)?;
        self.closed = key.is_none();
        Ok(key.map(|key| self.member(key)))
    }

    fn member(&mut self, key: JsonText<'a>) -> Member<'a> {
        let index = fields::FIELDS.iter().position(|field| key.is(field));
        let bit = index.map_or(0, |i| 1 << i);
        let repeated = self.seen & bit != 0;
        self.seen |= bit;
        Member {
            key,
            field: index.and_then(|i| fields::FIELDS.get(i).copied()),
            repeated,
        }
    }

    /// Returns whether at most a comma is left.
    fn at_end(&mut self) -> bool {
        let mut ahead = self.cursor;
        if !self.first {
            ahead.take(b',');
        }
        ahead.peek().is_none()
    }
}
