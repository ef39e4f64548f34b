mod fields;
mod resources;
mod value;
mod warnings;

use crate::error::{ErrorKind, Failure, ManifestError};
use crate::json::{Cursor, JsonText};
use crate::{AbiVersion, AppName, Quotas, Scopes, Text, Version};

pub use resources::VendorLimits;
pub use warnings::{Warning, Warnings};

/// Manifest of an app: its description, and the capabilities, scopes and quotas that it requests.
/// The format is that of AkiraOS, with the additional field `resources`.
///
/// [`Default`] is the manifest of an app without one: it requests no capability.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manifest<'a> {
    /// Name of the app; `None` if the manifest has none, in which case the installer uses the file
    /// name.
    pub name: Option<AppName>,
    /// Version string of the app, for display; empty if the manifest has none.
    pub version: Text<15>,
    /// Purpose of the app, for display.
    pub description: JsonText<'a>,
    /// Author of the app, for display.
    pub author: JsonText<'a>,
    /// Name of the app's entry export; `None` if it is one of the defaults, such as `main`.
    pub entry: Option<Text<63>>,
    /// Strings by which the app requests capabilities.
    pub capabilities: Capabilities<'a>,
    /// Version of the ABI that the app was built for; `None` stands for 1.0.
    pub abi: Option<AbiVersion>,
    /// Oldest version of AkiraOS that the app runs on; `None` if it runs on every version.
    pub min_akiraos_version: Option<Version>,
    /// Commands that the app understands, as the source text of a JSON array. A dashboard may
    /// display them; this crate does not interpret them.
    pub commands: Option<&'a str>,
    /// Whether the app starts with the device.
    pub autostart: bool,
    /// Priority of the app, 0-255. Among apps that are ready after a wait, the app with the highest
    /// number runs first. Apps that compute take turns regardless of priority. `None` if the
    /// manifest sets no priority.
    pub priority: Option<u8>,
    /// Restart policy of the app after a crash.
    pub restart: Restart,
    /// Limits on the pins, buses, channels and hosts that the app may use, from `network_policy`
    /// and `resources`.
    pub scopes: Scopes,
    /// Limits on the channels of vendors' capabilities, from `resources`.
    pub vendor_limits: VendorLimits<'a>,
    /// Requested quotas: `memory_quota`, `exec_timeout_ms`, `heap_kb`, `stack_kb` and the amounts
    /// in `resources`.
    pub quotas: Quotas,
    text: &'a str,
}

/// Restart policy of an app after a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restart {
    /// Whether the runtime restarts the app after a crash.
    pub enabled: bool,
    /// Maximum number of restarts in a row.
    pub max_retries: u8,
    /// Delay before the first restart in a row, in milliseconds.
    pub delay_ms: u32,
}

impl Default for Restart {
    /// Returns AkiraOS's defaults: no restart, and if a manifest enables restarts, at most 3 in a
    /// row and a delay of 1 s.
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

    /// Parses a manifest from the custom section `.akira.manifest` or from a JSON file.
    ///
    /// The parser is as lenient as AkiraOS. It accepts trailing commas, unknown fields, a missing
    /// last brace, a byte order mark and NUL padding. The first of repeated fields counts, and a
    /// field with the value `null` counts as absent. [`warnings`](Self::warnings) lists the ignored
    /// faults. The limits in `network_policy` and `resources` are parsed strictly, because an
    /// ignored limit would let the app do more than its author declared.
    ///
    /// # Errors
    ///
    /// [`ManifestError`] with the position of the error, for invalid JSON and for a field with a
    /// wrong type or value.
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

    /// Returns whether the app has a manifest. An app without one has the [`Default`] manifest.
    pub const fn is_present(&self) -> bool {
        !self.text.is_empty()
    }

    /// Iterates over the faults that [`parse`](Self::parse) ignored.
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

/// Strings by which a manifest requests capabilities: names, aliases and wildcards.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Capabilities<'a> {
    array: &'a str,
}

impl<'a> Capabilities<'a> {
    /// Iterates over the strings, in the order of the manifest.
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
