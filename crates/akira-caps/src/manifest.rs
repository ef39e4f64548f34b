mod fields;
mod resources;
mod value;
mod warnings;

use crate::error::{ErrorKind, Failure, ManifestError};
use crate::json::{Cursor, JsonText};
use crate::{AbiVersion, AppName, Quotas, Scopes, Text, Version};

pub use resources::VendorLimits;
pub use warnings::{Warning, Warnings};

/// What an app says about itself and asks for: AkiraOS's manifest with our `resources`.
///
/// [`Default`] is what an app without a manifest gets: no capability at all.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manifest<'a> {
    /// The name; without one the installer takes the file's.
    pub name: Option<AppName>,
    /// The app's own version, for people.
    pub version: Text<15>,
    /// What it does, for people.
    pub description: JsonText<'a>,
    /// Who made it, for people.
    pub author: JsonText<'a>,
    /// The export to start at, if the usual ones are not meant.
    pub entry: Option<Text<63>>,
    /// What it asks for.
    pub capabilities: Capabilities<'a>,
    /// The ABI that it was built for.
    pub abi: Option<AbiVersion>,
    /// The oldest AkiraOS that it runs on.
    pub min_akiraos_version: Option<Version>,
    /// The commands that it understands: a JSON array as it stands, for a dashboard; nothing here reads it.
    pub commands: Option<&'a str>,
    /// Whether it starts with the device.
    pub autostart: bool,
    /// Its priority, where it names one: of apps whose waits are over the one with the higher number goes first. Those
    /// that compute take turns whatever they name.
    pub priority: Option<u8>,
    /// What happens when it traps.
    pub restart: Restart,
    /// `network_policy` and what `resources` says of pins, buses, channels and hosts.
    pub scopes: Scopes,
    /// What `resources` says of capabilities of vendors.
    pub vendor_limits: VendorLimits<'a>,
    /// `memory_quota`, `exec_timeout_ms`, `heap_kb`, `stack_kb` and what `resources` says of amounts.
    pub quotas: Quotas,
    text: &'a str,
}

/// What happens when an app traps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restart {
    /// Whether it is started again.
    pub enabled: bool,
    /// How often in a row at most.
    pub max_retries: u8,
    /// How long it waits before, in milliseconds.
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
    /// The longest manifest that is read, in bytes.
    pub const MAX_BYTES: usize = 8_192;

    /// Reads a manifest: the custom section `.akira.manifest` or the JSON file beside the app.
    ///
    /// As lenient as AkiraOS: trailing commas, unknown fields, a missing last brace, a byte order mark and NUL padding
    /// pass, of a repeated field the first counts, `null` is as if the field were absent;
    /// [`warnings`](Self::warnings) lists what was passed over. Limits (`network_policy`, `resources`) are read
    /// strictly, because one that is passed over would let the app do more than its author declared.
    ///
    /// # Errors
    ///
    /// [`ManifestError`] with the place, for what is not JSON and for a field of a wrong type or value.
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

    /// Says whether there is one: of an app without, this is [`Default`].
    pub const fn is_present(&self) -> bool {
        !self.text.is_empty()
    }

    /// Lists what [`parse`](Self::parse) passed over.
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

/// The capabilities that a manifest asks for, by the strings it uses.
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

/// Lists the strings of [`Capabilities`].
#[derive(Clone, Debug)]
pub struct CapabilityNames<'a> {
    cursor: Cursor<'a>,
    first: bool,
}

impl<'a> Iterator for CapabilityNames<'a> {
    type Item = JsonText<'a>;

    fn next(&mut self) -> Option<JsonText<'a>> {
        // The array was read once by `parse`, so nothing fails here but the empty default.
        if !self.cursor.next_element(&mut self.first).ok()? {
            return None;
        }
        self.cursor.string("").ok()
    }
}

/// The members of the manifest's own object.
#[derive(Clone, Debug)]
struct Members<'a> {
    cursor: Cursor<'a>,
    first: bool,
    closed: bool,
    seen: u32,
}

/// One member, whose value comes next.
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

    /// Says whether only a comma, at most, is left.
    fn at_end(&mut self) -> bool {
        let mut ahead = self.cursor;
        if !self.first {
            ahead.take(b',');
        }
        ahead.peek().is_none()
    }
}
