//! Fuzzes every native call with words that no compiler would pass.
//!
//! Each row of the call table is called `AKIRA_FUZZ_VECTORS` times; the default is 300. For a
//! longer run:
//!
//! ```text
//! AKIRA_FUZZ_VECTORS=100000 AKIRA_FUZZ_SEED=7 cargo test --release -p akira-tests --test console fuzz
//! ```

use akira::abi::{NativeCall, ParamKind, Ret, all};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, ImportSection, MemorySection, MemoryType, Module, TypeSection, ValType,
};

use crate::apps::start_metronome;
use crate::device::Console;

/// Maximum number of calls of one app; a trap ends it earlier.
const CALLS_PER_APP: usize = 25;

/// Maximum run time of an app, in ms. All calls that do not wait finish within it.
const RUN_MS: u64 = 20;

/// Xorshift generator. It returns the same words for the same seed on every machine.
struct Words(u64);

impl Words {
    /// Creates the generator for one row.
    fn new(seed: u64, row: usize) -> Self {
        let mixed = ((seed << 32) | (row as u64 + 1)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self(mixed.max(1))
    }

    fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as u32
    }

    fn below(&mut self, bound: u32) -> u32 {
        self.next() % bound
    }

    /// Returns a word of a kind that finds faults: a boundary, a small number, an address in
    /// memory, or any word.
    fn word(&mut self) -> u32 {
        const EDGES: [u32; 12] = [
            0,
            1,
            2,
            0x7fff_ffff,
            0x8000_0000,
            0xffff_ffff,
            0xffff,
            0x1_0000,
            0x1_0001,
            0xffff_fff0,
            255,
            256,
        ];
        match self.below(8) {
            0 | 1 => EDGES[self.below(EDGES.len() as u32) as usize],
            2 | 3 => self.below(64),
            4 => self.below(0x1_0000),
            5 => TEXTS[self.below(TEXTS.len() as u32) as usize].0,
            6 => 0xff00 + self.below(0x200),
            _ => self.next(),
        }
    }
}

/// Content of a guest's memory by address. All other bytes are `0xAA`, so no NUL follows.
const TEXTS: [(u32, &[u8]); 8] = [
    (16, b"launcher\0"),
    (32, b"akira.lifecycle\0"),
    (64, b"a.txt\0"),
    (80, b"dir/../../x\0"),
    (96, b"%s%n%*d%.999f%c%lld\0"),
    (128, b"system/key\0"),
    (160, b"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
    (256, &[0xff; 64]),
];

fn setting(name: &str, default: usize) -> usize {
    let text = std::env::var(name).unwrap_or_default();
    if text.is_empty() {
        return default;
    }
    text.parse()
        .unwrap_or_else(|_| panic!("{name} is no number: {text}"))
}

fn types(call: &NativeCall) -> (Vec<ValType>, Vec<ValType>) {
    let param = |kind| match kind {
        ParamKind::I64 => ValType::I64,
        _ => ValType::I32,
    };
    let result = match call.result {
        Ret::Void => vec![],
        Ret::I64 => vec![ValType::I64],
        _ => vec![ValType::I32],
    };
    let params = call.params.iter().map(|known| param(known.kind));
    (params.collect(), result)
}

/// Creates an app that calls one row with each of these lists of words.
fn guest(call: &NativeCall, vectors: &[Vec<u32>]) -> Vec<u8> {
    let (params, results) = types(call);
    let mut main = Function::new([]);
    for vector in vectors {
        let mut code = main.instructions();
        for (word, ty) in vector.iter().zip(&params) {
            match ty {
                ValType::I64 => code.i64_const(i64::from(*word as i32) << 13),
                _ => code.i32_const(*word as i32),
            };
        }
        code.call(0);
        for _ in &results {
            code.drop();
        }
    }
    main.instructions().end();
    assemble(call, (params, results), &main)
}

fn assemble(
    call: &NativeCall,
    (params, results): (Vec<ValType>, Vec<ValType>),
    main: &Function,
) -> Vec<u8> {
    let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
    types.ty().function(params, results);
    types.ty().function([], []);
    imports.import(call.module.name(), call.name, EntityType::Function(0));
    let (mut functions, mut memories) = (FunctionSection::new(), MemorySection::new());
    functions.function(1);
    memories.memory(MemoryType {
        minimum: 1,
        maximum: Some(1),
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let (mut exports, mut code) = (ExportSection::new(), CodeSection::new());
    exports.export("memory", ExportKind::Memory, 0);
    exports.export("main", ExportKind::Func, 1);
    code.function(main);
    let mut module = Module::new();
    module
        .section(&types)
        .section(&imports)
        .section(&functions)
        .section(&memories)
        .section(&exports)
        .section(&code)
        .section(&data());
    module.finish()
}

fn data() -> DataSection {
    let mut data = DataSection::new();
    let mut put = |at: u32, bytes: &[u8]| {
        data.active(0, &ConstExpr::i32_const(at as i32), bytes.iter().copied());
    };
    put(0xfc00, &[0xAA; 0x400]);
    for (at, bytes) in TEXTS {
        put(at, bytes);
    }
    data
}

/// Runs a guest to its end or for [`RUN_MS`], and uninstalls it.
fn run(console: &Console, image: &[u8]) {
    console.install_trusted("fuzz", image);
    console.start("fuzz");
    console.run_ms(1);
    if console.is_running("fuzz") {
        console.run_ms(RUN_MS);
    }
    let stopped = console.device.runtime().stop("fuzz");
    stopped.expect("the app is installed");
}

/// Fuzzes every `step`th row, starting with `first`, beside a metronome.
fn fuzz(first: usize, step: usize) {
    let vectors = setting("AKIRA_FUZZ_VECTORS", 300);
    let seed = setting("AKIRA_FUZZ_SEED", 1) as u64;
    let console = Console::bare();
    start_metronome(&console, "metronome");
    let beating = console.info("metronome").run.expect("it runs").id;
    for (number, call) in all().enumerate().skip(first).step_by(step) {
        let mut words = Words::new(seed, number);
        let mut vector = || call.params.iter().map(|_| words.word()).collect::<Vec<_>>();
        let vectors: Vec<_> = (0..vectors).map(|_| vector()).collect();
        // Rows with pointers trap in most calls, so each of their calls gets its own app.
        let may_trap = call.params.iter().any(|param| param.kind.is_pointer());
        let chunk = if may_trap { 1 } else { CALLS_PER_APP };
        for vectors in vectors.chunks(chunk) {
            run(&console, &guest(call, vectors));
        }
        let metronome = console.info("metronome").run;
        let metronome = metronome.unwrap_or_else(|| panic!("{} ended the metronome", call.name));
        assert_eq!(metronome.id, beating, "{}", call.name);
    }
    let stopped = console.device.runtime().stop("metronome");
    stopped.expect("the app is installed");
    crate::leaks::assert_nothing_is_held(&console);
}

#[test]
fn no_words_in_an_even_row_harm_the_console() {
    fuzz(0, 2);
}

#[test]
fn no_words_in_an_odd_row_harm_the_console() {
    fuzz(1, 2);
}

#[test]
fn a_fuzzed_app_reaches_the_call_that_it_is_made_for() {
    let console = Console::bare();
    let row = akira::abi::find("env", "printf_native")
        .next()
        .expect("it is in the table");
    run(&console, &guest(row, &[vec![16], vec![64]]));
    assert_eq!(console.texts("fuzz"), ["launcher", "a.txt", "returned 0"]);
}
