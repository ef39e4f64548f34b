//! Static analysis of an app's code: finds faults that occur in every run.

mod flow;

use std::collections::BTreeSet;

use akira::abi::{Mode, NativeCall, ParamKind, all};
use akira_pack::embedded_manifest;
use wasmparser::{ExternalKind, KnownCustom, Name, Operator, Parser, Payload, TypeRef};

use akira::abi::caps::Manifest;
use flow::Flow;

/// Default entry exports of an app, in the order of preference.
const ENTRIES: [&str; 4] = ["main", "__main_argc_argv", "_main", "_start"];

/// Native calls that never return to the app.
const ENDS: [&str; 3] = ["abort", "abortStackOverflow", "__cxa_throw"];

/// Returns a warning for each fault that the analysis finds in a module. `manifest` is the sidecar
/// manifest; the embedded one is used without it. `memory` is the maximum size of the linear
/// memory in bytes.
pub(super) fn warnings(module: &[u8], manifest: Option<&[u8]>, memory: u32) -> Vec<String> {
    let program = Program::of(module, memory);
    let manifest = manifest.or_else(|| embedded_manifest(module).ok().flatten());
    let manifest = manifest.and_then(|text| Manifest::parse(text).ok());
    let manifest = manifest.unwrap_or_default();
    let mut warnings = program.duplicates();
    let wanted = manifest.entry.as_ref().map(|entry| entry.as_str());
    if let Some((name, entry)) = program.entry(wanted) {
        warnings.extend(program.outcome(name, entry, manifest.restart.enabled));
        warnings.extend(program.recursion(entry));
        warnings.extend(program.faults(entry, memory));
    }
    warnings
}

/// Functions of a module.
#[derive(Default)]
struct Program<'a> {
    /// Imported functions. Their indices come before those of the module's own functions.
    imports: Vec<Import<'a>>,
    exports: Vec<(&'a str, u32)>,
    flows: Vec<Flow>,
    names: Vec<(u32, &'a str)>,
}

struct Import<'a> {
    name: &'a str,
    call: Option<&'static NativeCall>,
}

impl Import<'_> {
    /// Returns whether the call can wait for long enough that the app uses no CPU. Calls that only
    /// access the flash complete too soon for that.
    fn rests(&self) -> bool {
        let soon = ["fs_", "storage_", "settings_"];
        let waits = self.call.is_some_and(|call| call.mode == Mode::Suspending);
        waits && !soon.iter().any(|kind| self.name.starts_with(kind))
    }

    fn ends(&self) -> bool {
        self.exits() || self.call.is_none() || ENDS.contains(&self.name)
    }

    fn exits(&self) -> bool {
        ["exit", "proc_exit"].contains(&self.name)
    }
}

impl<'a> Program<'a> {
    /// Reads a module that was admitted. Sections that cannot be read are skipped.
    fn of(module: &'a [u8], memory: u32) -> Self {
        let mut program = Self::default();
        let mut bodies = Vec::new();
        for payload in Parser::new(0).parse_all(module).map_while(Result::ok) {
            match payload {
                Payload::ImportSection(imports) => {
                    let imports = imports.into_imports().map_while(Result::ok);
                    let functions = imports.filter(|it| matches!(it.ty, TypeRef::Func(_)));
                    program.imports.extend(functions.map(|import| Import {
                        name: import.name,
                        call: all().find(|call| {
                            call.name == import.name && call.module.name() == import.module
                        }),
                    }));
                }
                Payload::ExportSection(exports) => {
                    let exports = exports.into_iter().map_while(Result::ok);
                    let functions = exports.filter(|it| it.kind == ExternalKind::Func);
                    program.exports = functions.map(|it| (it.name, it.index)).collect();
                }
                Payload::CodeSectionEntry(body) => bodies.push(body),
                Payload::CustomSection(custom) => {
                    if let KnownCustom::Name(names) = custom.as_known() {
                        let names = names.into_iter().map_while(Result::ok);
                        let functions = names.filter_map(|name| match name {
                            Name::Function(names) => Some(names),
                            _ => None,
                        });
                        let each =
                            functions.flat_map(|names| names.into_iter().map_while(Result::ok));
                        program.names = each.map(|name| (name.index, name.name)).collect();
                    }
                }
                _ => {}
            }
        }
        let code: Vec<Vec<Operator<'_>>> = bodies
            .iter()
            .map(|body| body.get_operators_reader())
            .map(|code| code.into_iter().flatten().map_while(Result::ok).collect())
            .collect();
        program.flows = program.settle(&code, memory);
        program
    }

    /// Analyses all functions, repeatedly, until the set of functions that never return no longer
    /// changes.
    fn settle(&self, code: &[Vec<Operator<'_>>], memory: u32) -> Vec<Flow> {
        let imported = self.imports.iter().map(Import::ends);
        let mut ends: Vec<bool> = imported.chain(code.iter().map(|_| false)).collect();
        loop {
            let follow = |code: &Vec<Operator<'_>>| {
                Flow::of(code, &ends, |callee, arguments| {
                    self.is_astray(callee, arguments, memory)
                })
            };
            let flows: Vec<Flow> = code.iter().map(follow).collect();
            let own = self.imports.len()..;
            let before = ends.clone();
            for (flow, ends) in flows.iter().zip(&mut ends[own]) {
                *ends = !flow.returns;
            }
            if ends == before {
                return flows;
            }
        }
    }

    /// Returns whether a call of an import has a constant address argument that lies outside the
    /// app's memory, even at its maximum size.
    fn is_astray(&self, callee: u32, arguments: &[i32], memory: u32) -> bool {
        let import = self.imports.get(callee as usize);
        let Some(params) = import
            .and_then(|import| import.call)
            .map(|call| call.params)
        else {
            return false;
        };
        let Some(first) = arguments.len().checked_sub(params.len()) else {
            return false;
        };
        let mut given = params.iter().zip(&arguments[first..]);
        given.any(|(param, argument)| {
            let is_address = matches!(
                param.kind,
                ParamKind::Str | ParamKind::Text | ParamKind::Bytes { .. } | ParamKind::Address
            );
            is_address && argument.cast_unsigned() >= memory
        })
    }

    fn flow(&self, function: u32) -> Option<&Flow> {
        let own = (function as usize).checked_sub(self.imports.len())?;
        self.flows.get(own)
    }

    /// Returns the name of a function, or its index if it has none.
    fn name(&self, function: u32) -> String {
        let import = self.imports.get(function as usize);
        let named = self.names.iter().find(|(index, _)| *index == function);
        let exported = self.exports.iter().find(|(_, index)| *index == function);
        let name = import.map(|import| import.name);
        let name = name.or(named.map(|(_, name)| *name));
        let name = name.or(exported.map(|(name, _)| *name));
        name.map_or_else(|| format!("function {function}"), str::to_owned)
    }

    fn entry(&self, wanted: Option<&'a str>) -> Option<(&'a str, u32)> {
        let names = wanted.into_iter().chain(ENTRIES);
        let exported = |name| self.exports.iter().find(|(export, _)| *export == name);
        names.filter_map(exported).copied().next()
    }

    /// Returns the functions that a function can call directly or indirectly, and itself.
    fn reach(&self, from: u32) -> BTreeSet<u32> {
        let (mut reached, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(function) = next.pop() {
            if reached.insert(function) {
                let callees = self.flow(function).map(|flow| flow.callees.clone());
                next.extend(callees.unwrap_or_default());
            }
        }
        reached
    }

    /// Returns whether any of these functions has an indirect call, whose target is unknown.
    fn is_open(&self, reached: &BTreeSet<u32>) -> bool {
        let mut flows = reached.iter().filter_map(|function| self.flow(*function));
        flows.any(|flow| flow.indirect)
    }

    fn outcome(&self, name: &str, entry: u32, restarts: bool) -> Option<String> {
        let reached = self.reach(entry);
        let mut imports = reached
            .iter()
            .filter_map(|it| self.imports.get(*it as usize));
        let ends = self.flow(entry).is_some_and(|flow| flow.returns)
            || imports.any(|import| import.exits() || import.rests())
            || self.is_open(&reached);
        if ends {
            return None;
        }
        let mut flows = reached.iter().filter_map(|function| self.flow(*function));
        if flows.any(|flow| flow.repeats) {
            return Some(format!(
                "its `{name}` never returns and never waits in a call such as sleep_ms: it is stopped when its CPU budget is used up"
            ));
        }
        let again = if restarts {
            ", and its manifest asks for a restart each time"
        } else {
            ""
        };
        Some(format!(
            "its `{name}` can only end in a trap: it crashes on every run{again}"
        ))
    }

    /// Returns a warning if functions call themselves, directly or through others.
    fn recursion(&self, entry: u32) -> Option<String> {
        let calls_itself = |function: &u32| {
            let flow = self.flow(*function)?;
            let mut callees = flow.callees.iter();
            callees
                .any(|callee| self.reach(*callee).contains(function))
                .then_some((*function, flow.frame))
        };
        let reached = self.reach(entry);
        let found: Vec<_> = reached.iter().filter_map(calls_itself).collect();
        let (function, _) = *found.first()?;
        let more = match found.len() {
            1 => String::new(),
            most => format!(", together with {} other functions,", most - 1),
        };
        let frame: u32 = found.iter().map(|(_, frame)| frame).sum();
        let bound = match frame {
            0 => String::from("the engine's stack limits the depth"),
            frame => format!("each level takes {frame} bytes of the app's own stack"),
        };
        Some(format!(
            "{}{more} may call itself: {bound}, and the app is stopped when that is used up",
            self.name(function)
        ))
    }

    /// Returns a warning if calls have an address argument outside the app's memory.
    fn faults(&self, entry: u32, memory: u32) -> Option<String> {
        let reached = self.reach(entry);
        let flows = reached.iter().filter_map(|function| self.flow(*function));
        let astray: Vec<u32> = flows.flat_map(|flow| flow.astray.iter().copied()).collect();
        let first = astray.first()?;
        Some(format!(
            "{} of its calls pass an address outside its memory of at most {} KiB, for example a call of {}: such a call fails with -EFAULT or ends the app",
            astray.len(),
            memory / 1024,
            self.name(*first)
        ))
    }

    /// Returns a warning for each export name that occurs more than once.
    fn duplicates(&self) -> Vec<String> {
        let repeated = |(index, (name, _)): (usize, &(&str, u32))| {
            let earlier = self.exports.iter().take(index);
            let times = earlier.filter(|(export, _)| export == name).count();
            (times == 1).then(|| {
                format!("it exports `{name}` more than once, which WebAssembly forbids: only the first export is used")
            })
        };
        self.exports
            .iter()
            .enumerate()
            .filter_map(repeated)
            .collect()
    }
}
