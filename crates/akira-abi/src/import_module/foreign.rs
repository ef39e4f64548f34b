//! Imports that compilers' own libraries make of other hosts, and how to build an app without them.

/// Imports of another host, and the compiler's flags that build an app without them.
///
/// ```
/// use akira_abi::FOREIGN_IMPORTS;
///
/// let foreign = FOREIGN_IMPORTS.iter().find(|known| known.covers("env", "console.log"));
/// assert!(foreign.is_some_and(|known| known.fix.contains("--use console=akira")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForeignImport {
    /// The import module.
    pub module: &'static str,
    /// The beginning of the import names; empty for all of the module.
    pub prefix: &'static str,
    /// How to build without: what is missing and the flags, as the second half of a sentence.
    pub fix: &'static str,
}

/// The imports that a default build of clang with wasi-libc, rustc, Zig, AssemblyScript or Emscripten makes and no device has.
///
/// An app that imports one of them was built for another host: sooner or later it calls one.
pub static FOREIGN_IMPORTS: &[ForeignImport] = &[
    ForeignImport::new("wasi_snapshot_preview1", "", WASI),
    ForeignImport::new("wasi_unstable", "", WASI),
    ForeignImport::new("env", "console.", CONSOLE),
    ForeignImport::new("env", "emscripten_", EMSCRIPTEN),
    ForeignImport::new("env", "_emscripten_", EMSCRIPTEN),
    ForeignImport::new("env", "__syscall_", EMSCRIPTEN),
    ForeignImport::new("env", "setTempRet0", EMSCRIPTEN),
    // What Emscripten's optimiser shortens all module names to.
    ForeignImport::new("a", "", EMSCRIPTEN),
];

const WASI: &str = "it has no WASI: build with clang --target=wasm32 -nostdlib -Wl,--no-entry,--export=main,--allow-undefined, \
                    rustc --target wasm32-unknown-unknown, zig -target wasm32-freestanding -fno-entry -rdynamic or \
                    emcc -nostdlib -sERROR_ON_UNDEFINED_SYMBOLS=0 -o X.js";
const CONSOLE: &str = "compile akira.ts of the SDK with the app and add --use console=akira";
const EMSCRIPTEN: &str =
    "it has no JavaScript: build with emcc -nostdlib -sERROR_ON_UNDEFINED_SYMBOLS=0";

impl ForeignImport {
    const fn new(module: &'static str, prefix: &'static str, fix: &'static str) -> Self {
        Self {
            module,
            prefix,
            fix,
        }
    }

    /// Returns whether the import of this module and name is one of these.
    pub fn covers(&self, module: &str, name: &str) -> bool {
        module == self.module && name.starts_with(self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fix(module: &str, name: &str) -> Option<&'static str> {
        let known = FOREIGN_IMPORTS
            .iter()
            .find(|known| known.covers(module, name));
        known.map(|known| known.fix)
    }

    #[test]
    fn covers_a_whole_module_or_names_with_a_prefix() {
        assert_eq!(fix("wasi_snapshot_preview1", "proc_exit"), Some(WASI));
        assert_eq!(fix("env", "console.log"), Some(CONSOLE));
        assert_eq!(fix("env", "emscripten_resize_heap"), Some(EMSCRIPTEN));
        assert_eq!(fix("env", "of_the_future"), None);
        assert_eq!(fix("acme", "console.log"), None);
    }
}
