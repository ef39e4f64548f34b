//! Lists the parts of the specification that devices refuse by design.

pub(crate) const IMPORTS: &str =
    "imports of tables, memories and globals: a board offers functions";
pub(crate) const OTHERS: &str = "imports of other modules: an app is one module";
pub(crate) const SHARED: &str = "state that is shared with another module, which is refused";
pub(crate) const REGISTER: &str = "register: an app is one module";
pub(crate) const INSTANCES: &str = "several instances of a module";
pub(crate) const UNLINKABLE: &str =
    "linking: any function may be imported, and a call of an unknown one traps";
pub(crate) const REFERENCES: &str = "references and vectors that the host passes or gets";
pub(crate) const TEXT: &str = "text format: devices read the binary format";
pub(crate) const CUSTOM: &str = "custom sections that are no manifest: not looked at";
pub(crate) const EXCEPTIONS: &str = "exceptions";
pub(crate) const THREADS: &str = "threads and shared memory";

const SIMD: &str = "SIMD";
const BLOCK_PARAMETERS: &str = "blocks with parameters: wasmi 2.0.0 reads wrong values below them";
const LIMITS: &str = "more parameters, results or targets than a device takes";
const IMPORTED_START: &str = "an imported start function: it could not pause where it is called";
const GC: &str = "garbage-collected types";
const FUNCTION_REFERENCES: &str = "typed function references";
const TAIL_CALLS: &str = "tail calls";
const MEMORIES: &str = "several memories";
const MEMORY64: &str = "memories with 64-bit addresses";
const LARGE_TABLE: &str = "a table whose maximum is over what the engine keeps (small engine)";
const UNREACHED: &str = "br_table in unreachable code with results of several types (small engine)";
const WIDE: &str = "wide arithmetic";
const CONSTANTS: &str = "constants that read the module's own globals";
const BULK: &str = "bulk memory and saturating conversions (small engine)";
const REFERENCE_TYPES: &str = "reference types (small engine)";
const SIGN: &str = "sign extension (small engine)";
const MULTI_VALUE: &str = "several results (small engine)";
const EXTENDED: &str = "computed constants (small engine)";
const EXPORTED_IMPORT: &str = "exports of imports (small engine)";

/// For each refusal by design: a part of the test's place, a part of the message, and the reason.
const REFUSALS: &[(&str, &str, &str)] = &[
    ("", IMPORTS, IMPORTS),
    ("", OTHERS, OTHERS),
    ("", "SIMD", SIMD),
    ("", "vector operations", SIMD),
    ("", "blocks with parameters", BLOCK_PARAMETERS),
    ("", "parameters in a function type", LIMITS),
    ("", "results in a function type", LIMITS),
    ("", "targets in a br_table", LIMITS),
    ("", "imported start function", IMPORTED_START),
    ("", "rec group", GC),
    ("", "gc proposal", GC),
    ("", "gc feature", GC),
    ("/type-", "malformed at byte", GC),
    ("/type-", "its type section is not valid", GC),
    ("", "function references", FUNCTION_REFERENCES),
    ("", "function-references", FUNCTION_REFERENCES),
    ("/call_ref.wast", "unknown operation", FUNCTION_REFERENCES),
    ("latest/", "typed references", FUNCTION_REFERENCES),
    ("latest/", "malformed at byte", FUNCTION_REFERENCES),
    ("", "tail calls", TAIL_CALLS),
    ("", "multiple memories", MEMORIES),
    ("", "several memories", MEMORIES),
    ("", "two memories", MEMORIES),
    ("memory64/", "malformed at byte", MEMORY64),
    ("", "(memory64)", MEMORY64),
    ("", "memory64 must be enabled", MEMORY64),
    ("", "more than 4 tables", LIMITS),
    ("", "exception", EXCEPTIONS),
    ("exceptions/", "malformed at byte", EXCEPTIONS),
    ("exceptions/", "its type section is not valid", EXCEPTIONS),
    ("", "threads", THREADS),
    ("", "shared memory", THREADS),
    ("threads/", "malformed at byte", THREADS),
    ("", "wide arithmetic", WIDE),
    ("wide-arithmetic/", "malformed at byte", WIDE),
    ("exceptions/", "typed references", EXCEPTIONS),
    ("", "global.get of locally defined global", CONSTANTS),
    ("", "computed constants", EXTENDED),
    (
        "latest/elem.wast:1",
        "its element section is not valid",
        CONSTANTS,
    ),
    (
        "latest/global.wast",
        "its global section is not valid",
        CONSTANTS,
    ),
    ("", "bulk memory", BULK),
    ("", "reference types", REFERENCE_TYPES),
    ("", "sign-extension", SIGN),
    ("", "several results", MULTI_VALUE),
    ("", "exports of imports", EXPORTED_IMPORT),
    ("/table.wast", "exceeds a limit: its table", LARGE_TABLE),
    (
        "/unreached-valid.wast",
        "its code section is not valid",
        UNREACHED,
    ),
];

/// Returns the reason why a module of the suite is refused by design, or `None` if it should be
/// accepted.
pub(crate) fn refusal(place: &str, error: &str) -> Option<&'static str> {
    let mut refusals = REFUSALS.iter();
    let found = refusals.find(|(at, says, _)| place.contains(at) && error.contains(says));
    found.map(|(_, _, why)| *why)
}

/// Files with modules that devices accept although the suite expects a refusal.
const ACCEPTED: &[(&str, &str)] = &[
    (
        "/exports.wast",
        "duplicate exports: the first counts, as on AkiraOS",
    ),
    (
        "threads/imports.wast",
        "several tables, which the proposal's text did not have",
    ),
];

pub(crate) fn accepted(place: &str) -> Option<&'static str> {
    ACCEPTED
        .iter()
        .find(|(file, _)| place.contains(file))
        .map(|(_, why)| *why)
}

const NO_GROWTH: &str = "table.grow: tables keep the size that they begin with";

/// Files with calls whose results differ from the suite's: those that grow tables, and those that
/// depend on a host reference in a table.
const DEVIATIONS: &[(&str, &str)] = &[
    ("/table_grow.wast", NO_GROWTH),
    ("/table_size.wast", NO_GROWTH),
    ("/ref_is_null.wast", REFERENCES),
    ("/table_get.wast", REFERENCES),
];

pub(crate) fn deviation(place: &str) -> Option<&'static str> {
    DEVIATIONS
        .iter()
        .find(|(file, _)| place.contains(file))
        .map(|(_, why)| *why)
}

/// Returns whether an error corresponds to a trap message of the suite.
pub(crate) fn finds(error: &str, message: &str) -> bool {
    error.contains(message)
        || match message {
            "out of bounds memory access" => {
                error.contains("data lies outside its memory") || error.contains("data segment")
            }
            "out of bounds table access" => {
                error.contains("its element section is not valid")
                    || error.contains("element segment")
            }
            _ => false,
        }
}
