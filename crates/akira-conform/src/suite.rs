//! Generation of the apps: every row of the tables is called with arguments of every kind that the
//! row accepts.

use akira_abi::caps::VendorCapability;
use akira_abi::{Access, CallTable, Length, NativeCall, OnFault, ParamKind, Support, libc, time};
use akira_pack::embed_manifest;
use anyhow::{Result, ensure};

use crate::guest::{self, Argument, Step};

/// Maximum size of an app in bytes, so that it fits the RAM of the smallest board.
const MOST_BYTES: usize = 4_000;

/// Maximum number of calls in an app, below the burst of `akira_bridge_log::Config`: each call logs
/// a line.
const MOST_LINES: usize = 80;

/// Number that has no meaning for any call: it is neither a single flag nor a pin nor a handle.
const NUMBER: i32 = 3;

/// Calls that end the app. Each gets an app of its own.
const ENDS: &[&NativeCall] = &[
    &libc::EXIT,
    &libc::ABORT,
    &libc::ABORT_PLAIN,
    &libc::ABORT_STACK_OVERFLOW,
    &libc::CXA_THROW,
];

/// Conformance app.
#[derive(Clone, Debug)]
pub struct App {
    /// Name of the app.
    pub name: String,
    /// Native module of its calls; `None` for calls that no board implements.
    pub module_of: Option<&'static str>,
    /// Module with a manifest that asks for the capabilities of its calls.
    pub module: Vec<u8>,
}

impl App {
    /// Returns the app's image with a manifest that requests no capability, so that none is
    /// granted.
    ///
    /// # Errors
    ///
    /// If the app's name is not valid in a manifest, which no app of a suite has.
    pub fn denied(&self) -> Result<Vec<u8>> {
        let manifest = format!("{{\"name\": \"{}\"}}", self.name);
        Ok(embed_manifest(&self.module, manifest.as_bytes())?)
    }
}

/// Generates the apps for these tables.
///
/// `vendors` gives the names of a vendor's capabilities for the manifests. `script` returns a
/// sequence of related calls for a native module; the apps make it before the calls that are
/// generated from each row. Use [`Board::script`](crate::Board::script) for Akira's own modules,
/// and an empty one for a vendor without a script.
///
/// # Errors
///
/// If a call of a script has arguments that do not match its row, or an app with a single call is
/// too large.
pub fn apps(
    tables: &[CallTable],
    vendors: &[VendorCapability],
    script: impl Fn(&str) -> Vec<Step>,
) -> Result<Vec<App>> {
    let mut apps = Vec::new();
    let (mut planned, mut ends) = (Vec::new(), Vec::new());
    for table in tables {
        let (offered, missing): (Vec<_>, Vec<_>) =
            table.calls.iter().copied().partition(|row| is_offered(row));
        planned.extend(missing.into_iter().flat_map(vectors));
        let is_end = |row: &&NativeCall| is_one_of(row, ENDS);
        ends.extend(
            offered
                .iter()
                .copied()
                .filter(is_end)
                .map(|row| (table.name, row)),
        );
        let rows = offered.into_iter().filter(|row| !is_one_of(row, ENDS));
        let mut steps = script(table.name);
        for step in rows.clone().flat_map(vectors) {
            if !steps.contains(&step) {
                steps.push(step);
            }
        }
        if !steps.is_empty() {
            let end = rows.into_iter().find_map(attack);
            pack(
                (&mut apps, vendors),
                table.name,
                Some(table.name),
                &steps,
                end,
            )?;
        }
    }
    if !planned.is_empty() {
        pack((&mut apps, vendors), "planned", None, &planned, None)?;
    }
    for (index, (module, row)) in ends.iter().copied().enumerate() {
        let step = Step {
            ends: true,
            ..Step::new(row, numbers(row, NUMBER))
        };
        let earlier = ends.iter().take(index);
        let again = earlier.filter(|(_, known)| known.name == row.name).count();
        let name = row.name.trim_start_matches('_');
        let name = match again {
            0 => name.to_owned(),
            again => format!("{name}_{}", again + 1),
        };
        pack((&mut apps, vendors), &name, Some(module), &[], Some(step))?;
    }
    Ok(apps)
}

/// Splits calls into apps that are small enough. `end` follows the last call.
fn pack(
    (apps, vendors): (&mut Vec<App>, &[VendorCapability]),
    name: &str,
    module_of: Option<&'static str>,
    steps: &[Step],
    end: Option<Step>,
) -> Result<()> {
    let mut rest = steps;
    for part in 1.. {
        let name = match part {
            1 => format!("conform_{name}"),
            _ => format!("conform_{name}_{part}"),
        };
        let (count, module) = largest(&name, rest, end.as_ref(), vendors)?;
        rest = &rest[count..];
        apps.push(App {
            name,
            module_of,
            module,
        });
        if rest.is_empty() {
            break;
        }
    }
    Ok(())
}

/// Generates an app with as many calls as fit. Returns their number and the app.
fn largest(
    name: &str,
    steps: &[Step],
    end: Option<&Step>,
    vendors: &[VendorCapability],
) -> Result<(usize, Vec<u8>)> {
    let mut count = steps.len().min(MOST_LINES);
    loop {
        let last = end.filter(|_| count == steps.len()).cloned();
        let steps: Vec<Step> = steps[..count].iter().cloned().chain(last).collect();
        let module = guest::module(name, &steps, vendors)?;
        if module.len() <= MOST_BYTES {
            return Ok((count, module));
        }
        ensure!(
            count > 1,
            "{name} is too large: {} bytes with a single call",
            module.len()
        );
        count = (count * MOST_BYTES / module.len()).clamp(1, count - 1);
    }
}

fn is_offered(row: &NativeCall) -> bool {
    matches!(row.support, Support::Offered | Support::Alternate)
}

fn is_one_of(row: &NativeCall, rows: &[&NativeCall]) -> bool {
    rows.iter().any(|known| std::ptr::eq(*known, row))
}

/// Returns calls of a row with typical and edge arguments.
fn vectors(row: &'static NativeCall) -> Vec<Step> {
    let sound = numbers(row, NUMBER);
    let mut vectors = vec![sound.clone(), empty(row, &sound)];
    // `delay` would wait for more than half an hour with these arguments.
    if !std::ptr::eq(row, &time::DELAY) {
        vectors.push(numbers(row, -1));
        vectors.push(numbers(row, i32::MAX));
    }
    for (index, param) in row.params.iter().enumerate() {
        if let ParamKind::Bytes {
            fault: OnFault::Errno,
            ..
        } = param.kind
        {
            let mut outside = sound.clone();
            outside[index] = Argument::Outside;
            vectors.push(outside);
        }
    }
    if !is_offered(row) {
        // An unsupported call does not examine its arguments.
        vectors.truncate(1);
    }
    let mut steps: Vec<Step> = Vec::new();
    for arguments in vectors {
        let step = Step::new(row, arguments);
        if !steps.contains(&step) {
            steps.push(step);
        }
    }
    steps
}

/// Returns valid arguments; each number is `number`.
fn numbers(row: &NativeCall, number: i32) -> Vec<Argument> {
    let mut buffers = 0;
    let argument = |kind| match kind {
        ParamKind::Str | ParamKind::Text => Argument::Text("text"),
        ParamKind::Bytes {
            access: Access::Read,
            length: Length::Param(_),
            ..
        } => Argument::Text("0123456789abcdef"),
        ParamKind::Bytes { .. } | ParamKind::Address => {
            buffers += 1;
            Argument::Buffer(buffers - 1)
        }
        ParamKind::Len => Argument::Number(if counts_items(row) { 0 } else { 16 }),
        // All other parameters are numbers.
        _ => Argument::Number(number),
    };
    row.params
        .iter()
        .map(|param| param.kind)
        .map(argument)
        .collect()
}

fn counts_items(row: &NativeCall) -> bool {
    let is_items = |kind| {
        matches!(
            kind,
            ParamKind::Bytes {
                length: Length::Items { .. },
                ..
            }
        )
    };
    row.params.iter().any(|param| is_items(param.kind))
}

/// Returns the arguments with every text empty and every length 0.
fn empty(row: &NativeCall, sound: &[Argument]) -> Vec<Argument> {
    let params = row.params.iter().zip(sound);
    let emptied = params.map(|(param, sound)| match param.kind {
        ParamKind::Str | ParamKind::Text => Argument::Text(""),
        ParamKind::Len => Argument::Number(0),
        _ => *sound,
    });
    emptied.collect()
}

/// Returns a call with an invalid address that ends the app, if the row has a parameter whose fault
/// is a trap.
fn attack(row: &'static NativeCall) -> Option<Step> {
    let traps = |kind| match kind {
        ParamKind::Str | ParamKind::Text => true,
        ParamKind::Bytes { fault, .. } => fault == OnFault::Trap,
        _ => false,
    };
    let index = row.params.iter().position(|param| traps(param.kind))?;
    let mut arguments = numbers(row, NUMBER);
    arguments[index] = Argument::Outside;
    Some(Step {
        ends: true,
        ..Step::new(row, arguments)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmparser::{Parser, Payload, Validator, WasmFeatures};

    #[test]
    fn every_row_of_the_table_is_called_by_an_app_that_is_valid_and_small() {
        let mut called = Vec::new();
        let script = |module: &str| crate::Board::new().with_output(42).script(module);
        for app in apps(akira_abi::MODULES, &[], script).expect("the apps are made") {
            assert!(app.module.len() <= 4_096, "{} is too large", app.name);
            let features = WasmFeatures::WASM1 | WasmFeatures::CUSTOM_PAGE_SIZES;
            Validator::new_with_features(features)
                .validate_all(&app.module)
                .expect("the smallest engine takes it");
            called.extend(imports(&app.module));
        }
        for row in akira_abi::all() {
            let name = format!("{}.{}", row.module, row.name);
            assert!(called.contains(&name), "no app calls {name}");
        }
    }

    fn imports(module: &[u8]) -> Vec<String> {
        let mut names = Vec::new();
        for payload in Parser::new(0).parse_all(module) {
            if let Ok(Payload::ImportSection(imports)) = payload {
                let imports = imports.into_imports().map(|import| import.expect("valid"));
                names.extend(imports.map(|import| format!("{}.{}", import.module, import.name)));
            }
        }
        names
    }
}
