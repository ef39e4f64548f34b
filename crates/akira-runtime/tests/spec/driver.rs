//! Adds one export to a module, which makes the calls of a script in order and compares their
//! results.
//!
//! The engine trait calls only exports without arguments that return an i32. Each call of a script
//! therefore becomes a function, which pushes the arguments, calls the export, and returns whether
//! the results are as expected. The export [`STEP`] counts its own calls and runs the function with
//! that number.

use crate::module::{Shape, add_to_sections};
use wasm_encoder::{BlockType, ConstExpr, Encode, Function, GlobalType, HeapType, ValType};

/// Export that makes the next call.
pub(crate) const STEP: &str = "akira-step";

/// Call of a script.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Name of the export that is called or read.
    pub(crate) export: String,
    /// Arguments; `None` reads a global.
    pub(crate) arguments: Option<Vec<Argument>>,
    /// Expected results; `None` if the call traps, or if any result is accepted.
    pub(crate) results: Option<Vec<Expected>>,
}

/// Argument of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Argument {
    I32(i32),
    I64(i64),
    F32(u32),
    F64(u64),
    NullFunction,
    NullExtern,
}

/// Expected result. Floats are compared by their bits.
#[derive(Clone, Debug)]
pub(crate) enum Expected {
    I32(i32),
    I64(i64),
    /// Bits of a float that must be equal, after the mask is applied.
    F32 {
        mask: u32,
        bits: u32,
    },
    F64 {
        mask: u64,
        bits: u64,
    },
    Null,
    NotNull,
    Either(Vec<Expected>),
}

/// Returns the module with the export [`STEP`], or `None` if a call names an export that the module
/// lacks.
pub(crate) fn drive(module: &[u8], calls: &[Call]) -> Option<Vec<u8>> {
    let shape = Shape::of(module)?;
    let bodies = calls.iter().map(|call| body(&shape, call));
    let mut bodies = bodies.collect::<Option<Vec<_>>>()?;
    bodies.push(dispatch(
        shape.functions(),
        calls.len() as u32,
        shape.globals,
    ));
    let own_type = shape.types.len() as u32;
    let mut additions = Additions::default();
    additions.types.push(encoded_type());
    for body in &bodies {
        additions.functions.push(encoded(&own_type));
        additions.code.push(encoded(body));
    }
    additions.globals.push(counter());
    let step = shape.functions() + calls.len() as u32;
    additions.exports.push(exported(step));
    add_to_sections(module, &additions.sections())
}

#[derive(Default)]
struct Additions {
    types: Vec<Vec<u8>>,
    functions: Vec<Vec<u8>>,
    globals: Vec<Vec<u8>>,
    exports: Vec<Vec<u8>>,
    code: Vec<Vec<u8>>,
}

impl Additions {
    fn sections(self) -> [(u8, Vec<Vec<u8>>); 5] {
        [
            (1, self.types),
            (3, self.functions),
            (6, self.globals),
            (7, self.exports),
            (10, self.code),
        ]
    }
}

fn encoded(part: &impl Encode) -> Vec<u8> {
    let mut bytes = Vec::new();
    part.encode(&mut bytes);
    bytes
}

/// Type of all added functions: no parameter, one i32 result.
fn encoded_type() -> Vec<u8> {
    vec![0x60, 0, 1, 0x7f]
}

fn exported(function: u32) -> Vec<u8> {
    let mut bytes = encoded(&STEP);
    bytes.push(0);
    function.encode(&mut bytes);
    bytes
}

/// Global that counts the calls.
fn counter() -> Vec<u8> {
    let ty = GlobalType {
        val_type: ValType::I32,
        mutable: true,
        shared: false,
    };
    let mut bytes = encoded(&ty);
    ConstExpr::i32_const(0).encode(&mut bytes);
    bytes
}

/// Creates the function that makes one call.
fn body(shape: &Shape, call: &Call) -> Option<Function> {
    let results = match &call.arguments {
        Some(_) => shape.signature(shape.function(&call.export)?)?.1.clone(),
        None => vec![shape.global(&call.export)?.1],
    };
    let mut function = Function::new_with_locals_types(results.iter().copied());
    let mut code = function.instructions();
    match &call.arguments {
        Some(arguments) => {
            for argument in arguments {
                push(&mut code, *argument);
            }
            code.call(shape.function(&call.export)?);
        }
        None => {
            code.global_get(shape.global(&call.export)?.0);
        }
    }
    for local in (0..results.len() as u32).rev() {
        code.local_set(local);
    }
    code.i32_const(1);
    let expected = call.results.as_deref().unwrap_or(&[]);
    for (local, expected) in expected.iter().enumerate() {
        compare(&mut code, local as u32, expected);
        code.i32_and();
    }
    if call.results.is_some() && expected.len() != results.len() {
        code.drop().i32_const(0);
    }
    code.end();
    Some(function)
}

fn push(code: &mut wasm_encoder::InstructionSink<'_>, argument: Argument) {
    match argument {
        Argument::I32(value) => code.i32_const(value),
        Argument::I64(value) => code.i64_const(value),
        Argument::F32(bits) => code.f32_const(wasm_encoder::Ieee32::new(bits)),
        Argument::F64(bits) => code.f64_const(wasm_encoder::Ieee64::new(bits)),
        Argument::NullFunction => code.ref_null(HeapType::FUNC),
        Argument::NullExtern => code.ref_null(HeapType::EXTERN),
    };
}

/// Pushes whether a local has the expected value.
fn compare(code: &mut wasm_encoder::InstructionSink<'_>, local: u32, expected: &Expected) {
    match expected {
        Expected::I32(value) => code.local_get(local).i32_const(*value).i32_eq(),
        Expected::I64(value) => code.local_get(local).i64_const(*value).i64_eq(),
        Expected::F32 { mask, bits } => code
            .local_get(local)
            .i32_reinterpret_f32()
            .i32_const(*mask as i32)
            .i32_and()
            .i32_const(*bits as i32)
            .i32_eq(),
        Expected::F64 { mask, bits } => code
            .local_get(local)
            .i64_reinterpret_f64()
            .i64_const(*mask as i64)
            .i64_and()
            .i64_const(*bits as i64)
            .i64_eq(),
        Expected::Null => code.local_get(local).ref_is_null(),
        Expected::NotNull => code.local_get(local).ref_is_null().i32_eqz(),
        Expected::Either(choices) => {
            code.i32_const(0);
            for choice in choices {
                compare(code, local, choice);
                code.i32_or();
            }
            code
        }
    };
}

/// Creates the function that increments the counter and runs the call with that number, which it
/// finds by binary search.
fn dispatch(first: u32, calls: u32, counter: u32) -> Function {
    let mut function = Function::new([(1, ValType::I32)]);
    let mut code = function.instructions();
    code.global_get(counter).local_tee(0);
    code.i32_const(1).i32_add().global_set(counter);
    branch(&mut code, first, 0..calls);
    code.unreachable().end();
    function
}

fn branch(code: &mut wasm_encoder::InstructionSink<'_>, first: u32, calls: std::ops::Range<u32>) {
    match calls.len() {
        0 => {}
        1 => {
            code.call(first + calls.start).return_();
        }
        length => {
            let middle = calls.start + length as u32 / 2;
            code.local_get(0).i32_const(middle as i32).i32_lt_u();
            code.if_(BlockType::Empty);
            branch(code, first, calls.start..middle);
            code.else_();
            branch(code, first, middle..calls.end);
            code.end();
        }
    }
}
