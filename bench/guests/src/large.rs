//! Generates modules of any size, with functions similar to compiled code: loops, loads and stores,
//! branches, and calls.

use wasm_encoder::{
    BlockType, CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection,
    ImportSection, MemArg, MemArgTarget, MemorySection, MemoryType, Module, TypeSection, ValType,
};

/// Sizes of the loaded modules, in bytes, with their names.
pub const SIZES: &[(usize, &str)] = &[
    (1 << 10, "1 KB"),
    (10 << 10, "10 KB"),
    (100 << 10, "100 KB"),
    (1 << 20, "1 MB"),
];

/// Assembles a module of about `bytes` bytes. Its `main` waits and returns.
pub fn large_module(bytes: usize) -> Vec<u8> {
    let probe = 100;
    let per_function = module_of(probe).len() / probe as usize;
    module_of((bytes / per_function) as u32)
}

/// Index of the first generated function, after the import and `main`.
const FIRST: u32 = 2;

fn module_of(functions: u32) -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], []);
    types.ty().function([], [ValType::I32]);
    types.ty().function([ValType::I32; 2], [ValType::I32]);
    let mut imports = ImportSection::new();
    imports.import("akira_time", "sleep_ms", EntityType::Function(0));
    let mut declared = FunctionSection::new();
    declared.function(1);
    (0..functions).for_each(|_| {
        declared.function(2);
    });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: Some(1),
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0);
    exports.export("main", ExportKind::Func, 1);
    let mut code = CodeSection::new();
    code.function(&main());
    (0..functions).for_each(|index| {
        code.function(&function(index));
    });
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&declared);
    module.section(&memories).section(&exports).section(&code);
    module.finish()
}

fn main() -> Function {
    let mut main = Function::new([]);
    let mut code = main.instructions();
    code.i32_const(1).call(0).i32_const(0).end();
    main
}

/// Generates a function that sums `COUNT` words at `DATA`. Depending on a word, it calls another
/// function or stores a word.
fn function(index: u32) -> Function {
    const DATA: u32 = 0;
    const COUNT: u32 = 1;
    const SUM: u32 = 2;
    const VALUE: u32 = 3;
    const END: u32 = 4;
    let seed = (u64::from(index) * 2_654_435 % 100_003) as i32;
    let word = MemArg {
        offset: u64::from(index % 512 * 8),
        align: 2,
        target: MemArgTarget::Memory(0),
        ordering: None,
    };
    let mut function = Function::new([(3, ValType::I32)]);
    let mut code = function.instructions();
    code.i32_const(seed).local_set(SUM);
    code.local_get(DATA).local_get(COUNT).i32_const(2).i32_shl();
    code.i32_add().local_set(END);
    code.local_get(COUNT).i32_eqz().if_(BlockType::Empty);
    code.local_get(SUM).return_().end();
    code.loop_(BlockType::Empty);
    code.local_get(DATA).i32_load(word).local_set(VALUE);
    code.local_get(SUM).i32_const(31).i32_mul();
    code.local_get(VALUE).i32_add().local_set(SUM);
    code.local_get(VALUE).i32_const(seed).i32_gt_s();
    code.if_(BlockType::Empty);
    code.local_get(SUM).i32_const(0).call(FIRST + index / 2);
    code.local_set(SUM).else_();
    code.local_get(DATA).local_get(SUM).local_get(VALUE);
    code.i32_const(7).i32_rotl().i32_xor().i32_store(word).end();
    code.local_get(DATA).i32_const(4).i32_add().local_tee(DATA);
    code.local_get(END).i32_lt_u().br_if(0).end();
    code.local_get(SUM).end();
    function
}
