//! Generator of valid modules that are expensive to process.

mod body;
mod operations;

use crate::Choices;
use body::Body;
use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, DataCountSection, DataSection, ElementSection, Elements,
    EntityType, ExportKind, ExportSection, Function, FunctionSection, GlobalSection, GlobalType,
    ImportSection, MemorySection, MemoryType, Module, RefType, TableSection, TableType,
    TypeSection, ValType,
};

/// Numbers of parameters that function types have.
const PARAMS: [u32; 4] = [0, 1, 8, 32];
/// Numbers of results that function types have.
const RESULTS: [u32; 4] = [0, 1, 2, 8];
/// Types of the globals that code may use: one global of each number type.
const GLOBALS: [ValType; 4] = [ValType::I32, ValType::I64, ValType::F32, ValType::F64];
/// Number of passive segments that code may use.
const SEGMENTS: u32 = 1;

/// Properties of a module that several of its sections depend on.
#[derive(Clone, Debug)]
struct Shape {
    /// Index of the type of each defined function.
    functions: Vec<u32>,
    imports: u32,
    has_memory: bool,
    has_table: bool,
    /// Whether the module uses only features of WebAssembly 1.0.
    first_version: bool,
}

/// Returns the index of a type. `params` and `results` are positions in [`PARAMS`] and [`RESULTS`].
fn type_index(params: usize, results: usize) -> u32 {
    (params * RESULTS.len() + results) as u32
}

fn params_of(ty: u32) -> u32 {
    PARAMS[ty as usize / RESULTS.len() % PARAMS.len()]
}

fn results_of(ty: u32) -> u32 {
    RESULTS[ty as usize % RESULTS.len()]
}

/// Generates a module of about `bytes` bytes. It exports `main` and up to 1,000 other functions.
pub fn module(choices: &mut Choices<'_>, bytes: usize) -> Vec<u8> {
    let shape = shape(choices, bytes);
    let mut module = Module::new();
    // Most modules are mainly code; in half of them the other sections may be as large.
    let rest = if choices.one_in(2) { bytes / 8 } else { bytes };
    module.section(&types(choices, rest, &shape));
    module.section(&imports(choices, &shape));
    let mut functions = FunctionSection::new();
    functions.function(type_index(0, 0));
    for ty in &shape.functions {
        functions.function(*ty);
    }
    module.section(&functions);
    if shape.has_table {
        module.section(&table(choices));
    }
    if shape.has_memory {
        module.section(&memory(choices));
    }
    module.section(&globals(choices, rest, &shape));
    module.section(&exports(choices, rest, &shape));
    if shape.has_table {
        module.section(&elements(choices, rest, &shape));
    }
    if shape.has_memory && !shape.first_version {
        module.section(&DataCountSection { count: SEGMENTS });
    }
    module.section(&code(choices, bytes, &shape));
    if shape.has_memory {
        module.section(&data(choices, rest, &shape));
    }
    if choices.one_in(4) {
        let data = vec![0; choices.count(rest)];
        module.section(&CustomSection {
            name: "name".into(),
            data: data.as_slice().into(),
        });
    }
    module.finish()
}

fn shape(choices: &mut Choices<'_>, bytes: usize) -> Shape {
    let first_version = choices.one_in(3);
    let functions = match choices.below(4) {
        0 => 1,
        1 => choices.count((bytes / 4).min(20_000)),
        _ => choices.count((bytes / 64).min(1_000)),
    };
    let ty = |choices: &mut Choices<'_>| {
        let results = choices.below(if first_version { 2 } else { RESULTS.len() });
        type_index(choices.below(PARAMS.len()), results)
    };
    Shape {
        functions: (0..functions).map(|_| ty(choices)).collect(),
        imports: choices.below(4) as u32,
        has_memory: !choices.one_in(4),
        has_table: !choices.one_in(4),
        first_version,
    }
}

fn types(choices: &mut Choices<'_>, bytes: usize, shape: &Shape) -> TypeSection {
    let mut types = TypeSection::new();
    for params in PARAMS {
        for results in RESULTS {
            let results = if shape.first_version {
                results.min(1)
            } else {
                results
            };
            let values = |count| std::iter::repeat_n(ValType::I32, count as usize);
            types.ty().function(values(params), values(results));
        }
    }
    if choices.one_in(3) {
        let kinds = GLOBALS;
        for _ in 0..choices.count((bytes / 8).min(1_000)) {
            let params = choices.count(32);
            let params: Vec<_> = (0..params).map(|_| choices.one_of(&kinds)).collect();
            types.ty().function(params, []);
        }
    }
    types
}

fn imports(choices: &mut Choices<'_>, shape: &Shape) -> ImportSection {
    let mut imports = ImportSection::new();
    let long = "n".repeat(choices.count(400));
    for index in 0..shape.imports {
        let ty = type_index(choices.below(3), choices.below(2));
        imports.import("env", &format!("{long}{index}"), EntityType::Function(ty));
    }
    imports
}

fn table(choices: &mut Choices<'_>) -> TableSection {
    let minimum = choices.count(10_000) as u64;
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        minimum: minimum.max(1),
        maximum: choices.one_in(2).then_some(minimum.max(1) + 100),
        table64: false,
        shared: false,
    });
    tables
}

fn memory(choices: &mut Choices<'_>) -> MemorySection {
    let byte_pages = choices.one_in(2);
    let minimum = if byte_pages {
        choices.count(70_000) as u64
    } else {
        choices.below(3) as u64
    };
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum,
        maximum: choices.one_in(2).then_some(minimum * 2),
        memory64: false,
        shared: false,
        page_size_log2: byte_pages.then_some(0),
    });
    memories
}

fn globals(choices: &mut Choices<'_>, bytes: usize, shape: &Shape) -> GlobalSection {
    let mut globals = GlobalSection::new();
    let mut global = |ty, value: &ConstExpr| {
        let ty = GlobalType {
            val_type: ty,
            mutable: true,
            shared: false,
        };
        globals.global(ty, value);
    };
    global(ValType::I32, &ConstExpr::i32_const(0));
    global(ValType::I64, &ConstExpr::i64_const(0));
    global(ValType::F32, &ConstExpr::f32_const(0.0_f32.into()));
    global(ValType::F64, &ConstExpr::f64_const(0.0_f64.into()));
    if choices.one_in(3) {
        for _ in 0..choices.count((bytes / 8).min(4_000)) {
            let operations = if shape.first_version {
                0
            } else {
                choices.below(8)
            };
            let value = (0..operations).fold(ConstExpr::i32_const(1), |value, _| {
                value.with_i32_const(2).with_i32_add()
            });
            global(ValType::I32, &value);
        }
    }
    globals
}

fn exports(choices: &mut Choices<'_>, bytes: usize, shape: &Shape) -> ExportSection {
    let mut exports = ExportSection::new();
    exports.export("main", ExportKind::Func, shape.imports);
    let count = shape.functions.len().min(1_000);
    let length = choices.count(bytes / count.max(1)).min(2_000);
    let long = "e".repeat(length);
    for index in 0..count {
        let function = shape.imports + 1 + index as u32;
        exports.export(&format!("{long}{index}"), ExportKind::Func, function);
    }
    exports
}

fn elements(choices: &mut Choices<'_>, bytes: usize, shape: &Shape) -> ElementSection {
    let mut elements = ElementSection::new();
    let functions = vec![shape.imports; choices.below(2)];
    elements.active(
        None,
        &ConstExpr::i32_const(0),
        Elements::Functions(functions.into()),
    );
    if !shape.first_version {
        elements.declared(Elements::Functions([shape.imports][..].into()));
        for _ in 0..choices.count((bytes / 64).min(500)) {
            let count = choices.count((bytes / 8).min(100));
            if choices.one_in(2) {
                elements.passive(Elements::Functions(vec![shape.imports; count].into()));
            } else {
                let values = vec![ConstExpr::ref_func(shape.imports); count];
                elements.passive(Elements::Expressions(RefType::FUNCREF, values.into()));
            }
        }
    }
    elements
}

/// Creates one passive segment, or active empty segments in a module of WebAssembly 1.0: its memory
/// may have no page.
fn data(choices: &mut Choices<'_>, bytes: usize, shape: &Shape) -> DataSection {
    let mut data = DataSection::new();
    if shape.first_version {
        for _ in 0..choices.count((bytes / 5).min(8_000)) {
            data.active(0, &ConstExpr::i32_const(0), []);
        }
    } else {
        data.passive(vec![7; choices.count(bytes)]);
    }
    data
}

fn code(choices: &mut Choices<'_>, bytes: usize, shape: &Shape) -> CodeSection {
    let mut code = CodeSection::new();
    let mut main = Function::new([]);
    main.raw([0x0b]);
    code.function(&main);
    let (mut left, count) = (bytes, shape.functions.len());
    for (index, ty) in shape.functions.iter().enumerate() {
        let share = left / (count - index).max(1);
        // One function sometimes takes nearly all of the remaining bytes.
        let most = if choices.one_in(count) { left } else { share };
        let body = Body::new(choices, shape, *ty).of_bytes(most);
        left = left.saturating_sub(body.byte_len());
        code.function(&body);
    }
    code
}
