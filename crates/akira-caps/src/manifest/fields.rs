//! The fields of AkiraOS's manifest.

use super::{Capabilities, Manifest, Restart, resources, value};
use crate::error::Failure;
use crate::json::Cursor;
use crate::{AbiVersion, AppName, Version};

/// All known fields.
pub(super) const FIELDS: [&str; 19] = [
    "name",
    "version",
    "description",
    "author",
    "entry",
    "capabilities",
    "abi",
    "min_akiraos_version",
    "commands",
    "autostart",
    "priority",
    "restart",
    "memory_quota",
    "exec_timeout_ms",
    "heap_kb",
    "stack_kb",
    "network_policy",
    "resources",
    "icon",
];

/// Fields that must not be repeated, because the second would be ignored.
pub(super) const LIMITS: [&str; 2] = ["network_policy", "resources"];

impl<'a> Manifest<'a> {
    /// Reads the value of one of [`FIELDS`].
    pub(super) fn read_field(
        &mut self,
        field: &'static str,
        at: &mut Cursor<'a>,
    ) -> Result<(), Failure> {
        if at.take_null() {
            return Ok(());
        }
        let quotas = &mut self.quotas;
        match field {
            "name" => {
                self.name = Some(value::parsed::<31, _>(
                    at,
                    field,
                    AppName::RULE,
                    AppName::new,
                )?)
            }
            "version" => self.version = value::line(at, field)?,
            "description" => self.description = value::string(at, field)?,
            "author" => self.author = value::string(at, field)?,
            "entry" => self.entry = Some(value::line(at, field)?),
            "capabilities" => self.capabilities = capabilities(at, field)?,
            "abi" => {
                self.abi = Some(value::parsed::<15, _>(
                    at,
                    field,
                    "\"major.minor\"",
                    AbiVersion::parse,
                )?)
            }
            "min_akiraos_version" => {
                let version =
                    value::parsed::<31, _>(at, field, "\"major.minor.patch\"", Version::parse)?;
                self.min_akiraos_version = Some(version);
            }
            "commands" => self.commands = Some(verbatim(at, field)?),
            "autostart" => self.autostart = value::boolean(at, field)?,
            "priority" => self.priority = Some(value::byte(at, field, 0, u8::MAX)?),
            "restart" => self.restart = restart(at, field)?,
            "memory_quota" => quotas.memory = value::number(at, field, 0, u32::MAX)?,
            "exec_timeout_ms" => quotas.exec_timeout_ms = value::number(at, field, 0, u32::MAX)?,
            "heap_kb" => quotas.heap_kb = value::word16(at, field)?,
            "stack_kb" => quotas.stack_kb = value::word16(at, field)?,
            "network_policy" => resources::network(&mut self.scopes, at, field)?,
            "resources" => resources::read(&mut self.scopes, &mut self.vendor_limits, quotas, at)?,
            _ => at.skip().map(drop)?,
        }
        Ok(())
    }
}

fn capabilities<'a>(at: &mut Cursor<'a>, field: &'static str) -> Result<Capabilities<'a>, Failure> {
    let mut ahead = *at;
    value::array(&mut ahead, field, &mut |at| {
        value::string(at, field).map(drop)
    })?;
    at.skip().map(|array| Capabilities { array })
}

fn verbatim<'a>(at: &mut Cursor<'a>, field: &'static str) -> Result<&'a str, Failure> {
    match at.peek() {
        Some(b'[') => at.skip(),
        _ => Err(value::wrong_type(at, field, "an array")),
    }
}

/// Reads `true`, `false`, or an object with the fields of [`Restart`].
fn restart(at: &mut Cursor<'_>, field: &'static str) -> Result<Restart, Failure> {
    let mut restart = Restart::default();
    if at.peek() != Some(b'{') {
        restart.enabled = value::boolean(at, field)?;
        return Ok(restart);
    }
    value::object(at, field, &mut |at, key| {
        if key.is("enabled") {
            restart.enabled = value::boolean(at, "restart.enabled")?;
        } else if key.is("max_retries") {
            restart.max_retries = value::byte(at, "restart.max_retries", 0, u8::MAX)?;
        } else if key.is("delay_ms") {
            restart.delay_ms = value::number(at, "restart.delay_ms", 0, u32::MAX)?;
        } else {
            at.skip()?;
        }
        Ok(())
    })?;
    Ok(restart)
}
