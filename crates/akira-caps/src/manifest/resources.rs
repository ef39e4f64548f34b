//! Limits in a manifest: `network_policy` of AkiraOS, and Akira's own `resources`. The parser is
//! strict here: each entry must be known, and may occur only once.

use super::value;
use crate::error::{ErrorKind, Failure};
use crate::json::{Cursor, JsonText};
use crate::{ChannelScope, HostScope, I2cScope, List, PinScope, Quotas, Scopes, SpiScope};

type Read<T> = Result<T, Failure>;

/// All entries of `resources`, by the paths that error messages use.
const RESOURCES: [&str; 12] = [
    "resources.gpio",
    "resources.i2c",
    "resources.spi",
    "resources.uart",
    "resources.adc",
    "resources.pwm",
    "resources.network",
    "resources.storage",
    "resources.cpu_share",
    "resources.handles",
    "resources.queue",
    "resources.flash_kb_per_hour",
];

/// Limits on vendors' capabilities in the `resources` of a manifest: the name of the capability and
/// its channels.
pub type VendorLimits<'a> = List<(JsonText<'a>, ChannelScope), 4>;

pub(super) fn read<'a>(
    scopes: &mut Scopes,
    vendors: &mut VendorLimits<'a>,
    quotas: &mut Quotas,
    at: &mut Cursor<'a>,
) -> Read<()> {
    let mut seen = 0_u32;
    value::object(at, "resources", &mut |at, key| {
        if is_of_vendor(&key) {
            let channels = channels(at, "resources")?;
            return push(vendors, (key, channels), at, "resources");
        }
        let is_key = |path: &str| {
            path.strip_prefix("resources.")
                .is_some_and(|name| key.is(name))
        };
        let index = RESOURCES.iter().position(|path| is_key(path));
        let field = index
            .and_then(|i| RESOURCES.get(i).copied())
            .ok_or(unknown(at, "resources"))?;
        let bit = index.map_or(0, |i| 1 << i);
        if seen & bit != 0 {
            return Err(at.failure(ErrorKind::Repeated { field }));
        }
        seen |= bit;
        resource(scopes, quotas, at, field)
    })
}

/// Returns whether the key names a vendor's capability: such a name contains a `.`, unlike the
/// entries of AkiraOS and Akira.
fn is_of_vendor(key: &JsonText<'_>) -> bool {
    key.chars().any(|c| c == '.')
}

fn resource(
    scopes: &mut Scopes,
    quotas: &mut Quotas,
    at: &mut Cursor<'_>,
    field: &'static str,
) -> Read<()> {
    match field {
        "resources.gpio" => scopes.pins = Some(pins(at, field)?),
        "resources.i2c" => scopes.i2c = Some(i2c(at, field)?),
        "resources.spi" => scopes.spi = Some(spi(at, field)?),
        "resources.uart" => scopes.uart = Some(channels(at, field)?),
        "resources.adc" => scopes.adc = Some(channels(at, field)?),
        "resources.pwm" => scopes.pwm = Some(channels(at, field)?),
        "resources.network" => network(scopes, at, field)?,
        "resources.storage" => quotas.storage = value::number(at, field, 0, u32::MAX)?,
        "resources.cpu_share" => quotas.cpu_share = value::byte(at, field, 0, 100)?,
        "resources.handles" => quotas.handles = value::word16(at, field)?,
        "resources.queue" => quotas.queue = value::word16(at, field)?,
        "resources.flash_kb_per_hour" => quotas.flash_kb_per_hour = value::word16(at, field)?,
        _ => return Err(unknown(at, "resources")),
    }
    Ok(())
}

fn unknown(at: &mut Cursor<'_>, field: &'static str) -> Failure {
    at.peek();
    at.failure(ErrorKind::UnknownLimit { field })
}

/// Sets a value that is not set yet; fails if it is already set.
fn set_once<T>(slot: &mut Option<T>, value: T, at: &Cursor<'_>, field: &'static str) -> Read<()> {
    match slot.replace(value) {
        Some(_) => Err(at.failure(ErrorKind::Repeated { field })),
        None => Ok(()),
    }
}

/// Reads `{"in": [pin, …], "out": [pin, …]}`.
fn pins(at: &mut Cursor<'_>, field: &'static str) -> Read<PinScope> {
    let (mut inputs, mut outputs) = (None, None);
    value::object(at, field, &mut |at, key| match key {
        key if key.is("in") => set_once(&mut inputs, bits(at, field, 63)?, at, field),
        key if key.is("out") => set_once(&mut outputs, bits(at, field, 63)?, at, field),
        _ => Err(unknown(at, field)),
    })?;
    Ok(PinScope {
        inputs: inputs.unwrap_or(0),
        outputs: outputs.unwrap_or(0),
    })
}

/// Reads an array of numbers up to `max` (at most 63) as the bits of a word.
fn bits(at: &mut Cursor<'_>, field: &'static str, max: u8) -> Read<u64> {
    let mut bits = 0;
    value::array(at, field, &mut |at| {
        bits |= 1_u64 << value::byte(at, field, 0, max)?;
        Ok(())
    })?;
    Ok(bits)
}

fn channels(at: &mut Cursor<'_>, field: &'static str) -> Read<ChannelScope> {
    // Channels up to 31 fit into 32 bits.
    bits(at, field, 31).map(|bits| ChannelScope(bits as u32))
}

/// Reads `[{"bus": 0, "addresses": [72, "0x49"]}, …]`.
fn i2c(at: &mut Cursor<'_>, field: &'static str) -> Read<List<I2cScope, 16>> {
    let mut list = List::new();
    buses(at, field, "addresses", &mut |at, bus| {
        let address = address(at, field)?;
        push(&mut list, I2cScope { bus, address }, at, field)
    })?;
    Ok(list)
}

/// Reads `[{"bus": 0, "chip_selects": [1]}, …]`.
fn spi(at: &mut Cursor<'_>, field: &'static str) -> Read<List<SpiScope, 8>> {
    let mut list = List::new();
    buses(at, field, "chip_selects", &mut |at, bus| {
        let chip_select = value::byte(at, field, 0, u8::MAX)?;
        push(&mut list, SpiScope { bus, chip_select }, at, field)
    })?;
    Ok(list)
}

fn push<T: Copy + Default, const N: usize>(
    list: &mut List<T, N>,
    item: T,
    at: &Cursor<'_>,
    field: &'static str,
) -> Read<()> {
    let too_many = at.failure(ErrorKind::TooMany { field, max: N });
    list.push(item).map_err(|_| too_many)
}

/// Reads an array of buses, each with an array `devices` whose elements `device` reads.
fn buses<'a>(
    at: &mut Cursor<'a>,
    field: &'static str,
    devices: &'static str,
    device: &mut dyn FnMut(&mut Cursor<'a>, u8) -> Read<()>,
) -> Read<()> {
    value::array(at, field, &mut |at| {
        let (mut bus, mut array) = (None, None);
        value::object(at, field, &mut |at, key| match key {
            key if key.is("bus") => {
                set_once(&mut bus, value::byte(at, field, 0, u8::MAX)?, at, field)
            }
            key if key.is(devices) => set_once(&mut array, skipped(at)?, at, field),
            _ => Err(unknown(at, field)),
        })?;
        let missing = |part| at.failure(ErrorKind::Missing { field, part });
        let bus = bus.ok_or(missing("bus"))?;
        let mut array = array.ok_or(missing(devices))?;
        value::array(&mut array, field, &mut |at| device(at, bus))
    })
}

/// Skips a value and returns the position where it begins.
fn skipped<'a>(at: &mut Cursor<'a>) -> Read<Cursor<'a>> {
    let start = *at;
    at.skip()?;
    Ok(start)
}

/// Reads a 7-bit address: a number, or a string in hexadecimal such as `"0x48"`.
fn address(at: &mut Cursor<'_>, field: &'static str) -> Read<u8> {
    if at.peek() != Some(b'"') {
        return value::byte(at, field, 0, 0x7F);
    }
    value::parsed::<4, _>(
        at,
        field,
        "addresses from 0 to 127 or \"0x00\" to \"0x7f\"",
        |text| {
            let digits = text.strip_prefix("0x")?;
            u8::from_str_radix(digits, 16).ok().filter(|&a| a <= 0x7F)
        },
    )
}

/// Reads AkiraOS's `{"deny_all": true}` or `{"allowed_hosts": […], "allowed_ports": […]}`;
/// `resources.network` has the same form.
pub(super) fn network(scopes: &mut Scopes, at: &mut Cursor<'_>, field: &'static str) -> Read<()> {
    if scopes.hosts.is_some() || scopes.ports.is_some() {
        return Err(at.failure(ErrorKind::Repeated { field }));
    }
    let mut deny_all = None;
    value::object(at, field, &mut |at, key| match key {
        key if key.is("deny_all") => set_once(&mut deny_all, value::boolean(at, field)?, at, field),
        key if key.is("allowed_hosts") => {
            let hosts = value::list(at, field, |at| host(at, field))?;
            set_once(&mut scopes.hosts, hosts, at, field)
        }
        key if key.is("allowed_ports") => {
            let ports = value::list(at, field, |at| value::word16(at, field))?;
            set_once(&mut scopes.ports, ports, at, field)
        }
        _ => Err(unknown(at, field)),
    })?;
    if deny_all == Some(true) {
        (scopes.hosts, scopes.ports) = (Some(List::new()), Some(List::new()));
    }
    Ok(())
}

fn host(at: &mut Cursor<'_>, field: &'static str) -> Read<HostScope> {
    value::parsed::<71, _>(
        at,
        field,
        "hosts such as \"example.com\", \"*.example.com\", \"example.com:443\"",
        HostScope::parse,
    )
}
