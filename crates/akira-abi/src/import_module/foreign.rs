//! Imports that the libraries of compilers expect from other hosts, and the compiler flags that
//! avoid them.

/// A group of imports of another host, and the compiler flags that build an app without them.
///
/// ```
/// use akira_abi::FOREIGN_IMPORTS;
///
/// let foreign = FOREIGN_IMPORTS.iter().find(|known| known.covers("env", "console.log"));
/// assert!(foreign.is_some_and(|known| known.fix.contains("--use console=akira")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ForeignImport {
    /// Module of the imports.
    pub module: &'static str,
    /// Prefix of the names of the imports; empty if the group covers the whole module.
    pub prefix: &'static str,
    /// Advice on how to build an app without these imports: the missing feature and the flags, as
    /// the second half of a sentence.
    pub fix: &'static str,
}

/// Groups of imports that a default build with clang and wasi-libc, rustc, Zig, AssemblyScript or
/// Emscripten contains, and that no device of Akira offers.
///
/// An app with one of these imports was built for another host, and probably calls the import
/// sooner or later.
pub static FOREIGN_IMPORTS: &[ForeignImport] = &[
    ForeignImport::new("wasi_snapshot_preview1", "", WASI),
    ForeignImport::new("wasi_unstable", "", WASI),
    ForeignImport::new("env", "console.", CONSOLE),
    ForeignImport::new("env", "emscripten_", EMSCRIPTEN),
    ForeignImport::new("env", "_emscripten_", EMSCRIPTEN),
    ForeignImport::new("env", "__syscall_", EMSCRIPTEN),
    ForeignImport::new("env", "setTempRet0", EMSCRIPTEN),
    // Emscripten's optimiser shortens all module names to `a`.
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

    /// Returns whether the group contains the import with this module and name.
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
