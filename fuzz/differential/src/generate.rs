//! Generates a module from a number, and adds the exports through which it is called and observed.

use super::host;
use super::module::{Shape, add_to_sections};
use super::random::Random;
use arbitrary::Unstructured;
use std::convert::Infallible;
use wasm_encoder::reencode::{self, Reencode, RoundtripReencoder};
use wasm_encoder::{
    CodeSection, ConstExpr, Encode, ExportSection, Function, GlobalType, HeapType, Instruction,
    InstructionSink, RawSection, ValType,
};
use wasm_smith::{Config, Module};
use wasmparser::{ExportSectionReader, ExternalKind, FunctionBody, Parser, Payload};

/// Export that returns a digest of the globals.
pub(super) const GLOBALS: &str = "akira:globals";
/// Maximum number of random bytes for wasm-smith, in addition to a fixed number.
const BYTES: u64 = 8_192;
/// Maximum number of calls of one module.
const CALLS: u64 = 12;
/// Maximum number of loop iterations and calls of a module that is made to terminate.
const PATIENCE: u32 = 2_000;

/// Module, and the way in which it is run.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) module: Vec<u8>,
    /// Exports to call, in this order.
    pub(super) calls: Vec<String>,
    /// Seed of the slices' lengths.
    pub(super) slices: u64,
}

/// Generates the case with this number, or returns `None` if the number yields no module.
pub(super) fn case(number: u64) -> Option<Case> {
    let mut random = Random::new(number);
    let config = config(random.next() as u32);
    let bytes = 512 + random.below(BYTES);
    let bytes: Vec<u8> = (0..bytes).map(|_| random.next() as u8).collect();
    let mut module = Module::new(config, &mut Unstructured::new(&bytes)).ok()?;
    if random.below(4) > 0 {
        module.ensure_termination(PATIENCE).ok()?;
    }
    let module = match random.below(2) {
        0 => module.to_bytes(),
        _ => selecting_by_comparisons(&module.to_bytes(), &mut random)?,
    };
    driven(&module, &mut random)
}

/// Inserts a comparison with 0 before each `select`. Engines fuse the two, and random modules
/// rarely have them.
fn selecting_by_comparisons(module: &[u8], random: &mut Random) -> Option<Vec<u8>> {
    let mut out = wasm_encoder::Module::new();
    let mut comparing = Comparing(random);
    let done = comparing.parse_core_module(&mut out, Parser::new(0), module);
    done.is_ok().then(|| out.finish())
}

struct Comparing<'a>(&'a mut Random);

impl Reencode for Comparing<'_> {
    type Error = Infallible;

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), reencode::Error<Infallible>> {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        let mut operations = body.get_operators_reader()?;
        let mut is_of_a_nan = false;
        while !operations.eof() {
            let operation = self.parse_instruction(&mut operations)?;
            let is_select = matches!(operation, Instruction::Select | Instruction::TypedSelect(_));
            if is_select && !is_of_a_nan {
                self.compare(&mut function);
            }
            // With `canonicalize_nans`, wasm-smith emits a comparison and a `select` that replace
            // NaNs. These stay unchanged.
            is_of_a_nan = matches!(operation, Instruction::F32Eq | Instruction::F64Eq);
            function.instruction(&operation);
        }
        code.function(&function);
        Ok(())
    }
}

impl Comparing<'_> {
    fn compare(&mut self, function: &mut Function) {
        let mut code = function.instructions();
        match self.0.below(4) {
            0 => code.i32_eqz(),
            1 => code.i32_const(0).i32_eq(),
            2 => code.i32_const(0).i32_ne(),
            _ => code.i32_eqz().nop(),
        };
    }
}

/// Chooses features by the bits of `choice`: those of WebAssembly 1.0, or those that wasmi
/// supports.
fn config(choice: u32) -> Config {
    let bit = |bit: u32| choice >> bit & 1 == 1;
    let later = bit(0);
    Config {
        available_imports: Some(host::available()),
        allow_start_export: choice >> 8 & 7 == 0,
        bulk_memory_enabled: later,
        canonicalize_nans: true,
        compact_imports_enabled: false,
        custom_page_sizes_enabled: bit(1) && bit(2),
        exceptions_enabled: false,
        export_everything: true,
        // Long constant expressions are refused, and with this feature many modules have one.
        extended_const_enabled: later && choice >> 16 & 7 == 0,
        gc_enabled: false,
        max_data_segments: 4,
        max_element_segments: 4,
        max_funcs: 12,
        max_globals: 12,
        max_instructions: [30, 100, 300, 1000][(choice >> 4 & 3) as usize],
        max_memories: 1,
        min_memories: u32::from(bit(3)),
        max_memory32_bytes: 1 << 18,
        max_nesting_depth: 8,
        max_table_elements: 100,
        max_tables: if later { 3 } else { 1 },
        max_types: 20,
        memory64_enabled: false,
        memory_max_size_required: true,
        min_funcs: 1,
        // Blocks with parameters are refused, and with this feature most modules have one.
        multi_value_enabled: later && choice >> 12 & 15 == 0,
        reference_types_enabled: later && bit(7),
        relaxed_simd_enabled: false,
        saturating_float_to_int_enabled: later,
        sign_extension_ops_enabled: later,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}

/// Adds exports that call the module's own exports with arguments, and one that returns a digest of
/// its globals.
fn driven(module: &[u8], random: &mut Random) -> Option<Case> {
    let module = &without_exported_imports(module)?;
    let shape = Shape::of(module)?;
    let mut functions: Vec<u32> = shape.exported_functions.values().copied().collect();
    functions.sort_unstable();
    functions.dedup();
    functions.retain(|function| *function >= shape.imported_functions);
    if functions.is_empty() {
        return None;
    }
    let mut bodies = vec![globals(&shape)];
    let mut names = vec![GLOBALS.to_owned()];
    for call in 0..CALLS.min(functions.len() as u64 * 2) {
        let function = functions[random.below(functions.len() as u64) as usize];
        bodies.push(call_of(&shape, function, random)?);
        names.push(format!("akira:{call}"));
    }
    let mut sections = [1, 3, 6, 7, 10].map(|id| (id, Vec::new()));
    sections[0].1.push(vec![0x60, 0, 1, 0x7f]);
    sections[2].1.push(kept_result());
    for (index, (body, name)) in bodies.iter().zip(&names).enumerate() {
        sections[1].1.push(encoded(&(shape.types.len() as u32)));
        let mut export = encoded(&name.as_str());
        export.push(0);
        (shape.functions() + index as u32).encode(&mut export);
        sections[3].1.push(export);
        sections[4].1.push(encoded(body));
    }
    Some(Case {
        module: add_to_sections(module, &sections)?,
        calls: names.split_off(1),
        slices: random.next(),
    })
}

/// Removes the exports of imports, which spacewasm refuses. Returns `None` if an import is the
/// start function, which it refuses too.
fn without_exported_imports(module: &[u8]) -> Option<Vec<u8>> {
    let imported = Shape::of(module)?.imported_functions;
    let mut out = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload.ok()? {
            Payload::ExportSection(section) => {
                out.section(&exports(section, imported)?);
            }
            Payload::StartSection { func, .. } if func < imported => return None,
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    let data = module.get(range.start as usize..range.end as usize)?;
                    out.section(&RawSection { id, data });
                }
            }
        }
    }
    Some(out.finish())
}

fn exports(section: ExportSectionReader<'_>, imported: u32) -> Option<ExportSection> {
    let mut exports = ExportSection::new();
    for export in section {
        let export = export.ok()?;
        if export.kind != ExternalKind::Func || export.index >= imported {
            let kind = RoundtripReencoder.export_kind(export.kind).ok()?;
            exports.export(export.name, kind, export.index);
        }
    }
    Some(exports)
}

fn encoded(part: &impl Encode) -> Vec<u8> {
    let mut bytes = Vec::new();
    part.encode(&mut bytes);
    bytes
}

/// Returns the global that holds the digest of all results.
fn kept_result() -> Vec<u8> {
    let ty = GlobalType {
        val_type: ValType::I64,
        mutable: true,
        shared: false,
    };
    let mut bytes = encoded(&ty);
    ConstExpr::i64_const(0).encode(&mut bytes);
    bytes
}

/// Creates the function that returns a digest of the globals.
fn globals(shape: &Shape) -> Function {
    let mut function = Function::new([]);
    let mut code = function.instructions();
    code.global_get(shape.globals);
    for (index, ty) in shape.global_types.iter().enumerate() {
        mix(&mut code, *ty, |code| {
            code.global_get(index as u32);
        });
    }
    fold(&mut code);
    code.end();
    function
}

/// Creates a function that calls `called` with random arguments and returns a digest of the
/// results.
fn call_of(shape: &Shape, called: u32, random: &mut Random) -> Option<Function> {
    let (params, results) = shape.signature(called)?;
    let mut function = Function::new_with_locals_types(results.iter().copied());
    let mut code = function.instructions();
    for param in params {
        push(&mut code, *param, random)?;
    }
    code.call(called);
    for local in (0..results.len() as u32).rev() {
        code.local_set(local);
    }
    code.global_get(shape.globals);
    for (local, ty) in results.iter().enumerate() {
        mix(&mut code, *ty, |code| {
            code.local_get(local as u32);
        });
    }
    code.global_set(shape.globals);
    code.global_get(shape.globals);
    fold(&mut code);
    code.end();
    Some(function)
}

/// Mixes a value into the digest on the stack.
fn mix(code: &mut InstructionSink<'_>, ty: ValType, value: impl FnOnce(&mut InstructionSink<'_>)) {
    code.i64_const(0x0100_0000_01b3).i64_mul();
    value(code);
    match ty {
        ValType::I32 => code.i64_extend_i32_u(),
        ValType::I64 => code,
        ValType::F32 => code.i32_reinterpret_f32().i64_extend_i32_u(),
        ValType::F64 => code.i64_reinterpret_f64(),
        ValType::V128 | ValType::Ref(_) => code.ref_is_null().i64_extend_i32_u(),
    };
    code.i64_xor();
}

/// Folds the digest on the stack into an i32.
fn fold(code: &mut InstructionSink<'_>) {
    code.i64_const(0x9e37_79b9_7f4a_7c15_u64 as i64).i64_mul();
    code.i64_const(32).i64_shr_u().i32_wrap_i64();
}

const NUMBERS: [u64; 12] = [
    0,
    1,
    2,
    u64::MAX,
    0x7fff_ffff,
    0x8000_0000,
    0x8000_0000_0000_0000,
    0x7fff_ffff_ffff_ffff,
    65_536,
    0x3f80_0000_3f80_0000,
    0x4330_0000_0000_0000,
    0xcf00_0000_c3e0_0000,
];

fn push(code: &mut InstructionSink<'_>, ty: ValType, random: &mut Random) -> Option<()> {
    let number = match random.below(3) {
        0 => random.below(100),
        1 => random.next(),
        _ => NUMBERS[random.below(NUMBERS.len() as u64) as usize],
    };
    match ty {
        ValType::I32 => code.i32_const(number as i32),
        ValType::I64 => code.i64_const(number as i64),
        ValType::F32 => code.f32_const(f32_of(number).into()),
        ValType::F64 => code.f64_const(f64_of(number).into()),
        ValType::Ref(ty) if ty.nullable && ty.heap_type == HeapType::FUNC => {
            code.ref_null(HeapType::FUNC)
        }
        ValType::Ref(ty) if ty.nullable && ty.heap_type == HeapType::EXTERN => {
            code.ref_null(HeapType::EXTERN)
        }
        ValType::Ref(_) | ValType::V128 => return None,
    };
    Some(())
}

/// Returns a float that is not a NaN: engines differ in the bits of NaNs.
fn f32_of(number: u64) -> f32 {
    let float = f32::from_bits(number as u32);
    if float.is_nan() { 0.5 } else { float }
}

fn f64_of(number: u64) -> f64 {
    let float = f64::from_bits(number);
    if float.is_nan() { -0.5 } else { float }
}
