//! Expected results for each compiler's module: the single source of the step and of the book's
//! page.

use anyhow::Result;
use xshell::Shell;

use super::expected::Expected;
use crate::toolchain::Compiler;

const ASSEMBLYSCRIPT: &str = "0.28.20";
const ZIG: &str = "0.17.1";

/// Compiler.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tool {
    Clang,
    ClangCpp,
    Rustc,
    AssemblyScript,
    Zig,
    Emscripten,
}

/// Compiler with a target or a library, and the results of its hello world.
pub(super) struct Row {
    /// Name on the command line, and heading on the page.
    pub(super) name: &'static str,
    pub(super) tool: Tool,
    /// Short description.
    pub(super) about: &'static str,
    /// Builds: the first with default flags, each further one with the flags that the previous
    /// refusal names. The last one runs.
    pub(super) attempts: &'static [Attempt],
    /// Additional information for users.
    pub(super) note: &'static str,
}

/// Build with its expected result.
pub(super) struct Attempt {
    /// Command, to be run in the root of the repository.
    pub(super) command: &'static str,
    pub(super) expected: Expected,
}

pub(super) const ROWS: &[Row] = &[
    Row {
        name: "clang",
        tool: Tool::Clang,
        about: "C without a C library",
        attempts: &[
            Attempt {
                command: "clang --target=wasm32 -nostdlib -Wl,--no-entry,--allow-undefined \
                          -I crates/akira-sdk/include tests/toolchains/c/hello.c -o hello.wasm",
                expected: Expected::Refused {
                    why: NO_ENTRY,
                    flags: &["-Wl,--export=main"],
                },
            },
            Attempt {
                command: "clang --target=wasm32 -nostdlib -Wl,--no-entry,--allow-undefined -Wl,--export=main \
                          -I crates/akira-sdk/include tests/toolchains/c/hello.c -o hello.wasm",
                expected: Expected::Runs(&["hello from C, 42"]),
            },
        ],
        note: "Without `-Wl,--no-entry,--allow-undefined` the linker itself refuses.",
    },
    Row {
        name: "clang-wasi-libc",
        tool: Tool::Clang,
        about: "C with wasi-libc",
        attempts: &[
            Attempt {
                command: "clang --target=wasm32-wasi tests/toolchains/c/hello.c -o hello.wasm",
                expected: Expected::Refused {
                    why: NO_WASI,
                    flags: &[CLANG_FLAGS],
                },
            },
            Attempt {
                command: CLANG_RUNS,
                expected: Expected::Runs(&["hello from C, 42"]),
            },
        ],
        note: "The source includes `<stdio.h>` where there is one, and else `akira_api.h`, whose `printf` is a native call. \
               Newer clangs call the target `wasm32-wasip1`.",
    },
    Row {
        name: "clang-cpp",
        tool: Tool::ClangCpp,
        about: "C++ without a C++ library, with a global constructor",
        attempts: &[
            Attempt {
                command: "clang++ --target=wasm32 -nostdlib -Wl,--no-entry,--allow-undefined \
                          -I crates/akira-sdk/include tests/toolchains/cpp/hello.cpp -o hello.wasm",
                expected: Expected::Refused {
                    why: NO_ENTRY,
                    flags: &["-Wl,--export=main"],
                },
            },
            Attempt {
                command: "clang++ --target=wasm32 -nostdlib -Wl,--no-entry,--allow-undefined -Wl,--export=main \
                          -I crates/akira-sdk/include tests/toolchains/cpp/hello.cpp -o hello.wasm",
                expected: Expected::Runs(&["constructed", "hello from C++, 42"]),
            },
        ],
        note: "The constructor runs once, before `main`.",
    },
    Row {
        name: "clang-libcpp",
        tool: Tool::ClangCpp,
        about: "C++ with wasi-libc and libc++, with a global constructor",
        attempts: &[
            Attempt {
                command: "clang++ --target=wasm32-wasi tests/toolchains/cpp/hello.cpp -o hello.wasm",
                expected: Expected::Refused {
                    why: NO_WASI,
                    flags: &[CLANG_FLAGS],
                },
            },
            Attempt {
                command: CLANG_CPP_RUNS,
                expected: Expected::Runs(&["constructed", "hello from C++, 42"]),
            },
        ],
        note: "",
    },
    Row {
        name: "rustc",
        tool: Tool::Rustc,
        about: "Rust for wasm32-unknown-unknown",
        attempts: &[Attempt {
            command: RUSTC_RUNS,
            expected: Expected::Runs(&["hello from Rust, 42"]),
        }],
        note: "The standard library has nowhere to print on this target: the source's `println!` writes nothing, on any host. \
               What is logged is the native call `puts`; `akira-sdk` has all of them.",
    },
    Row {
        name: "rustc-wasip1",
        tool: Tool::Rustc,
        about: "Rust for wasm32-wasip1",
        attempts: &[
            Attempt {
                command: "rustc --target wasm32-wasip1 tests/toolchains/rust/hello.rs",
                expected: Expected::Refused {
                    why: NO_WASI,
                    flags: &["--target wasm32-unknown-unknown"],
                },
            },
            Attempt {
                command: RUSTC_RUNS,
                expected: Expected::Runs(&["hello from Rust, 42"]),
            },
        ],
        note: "",
    },
    Row {
        name: "assemblyscript",
        tool: Tool::AssemblyScript,
        about: "AssemblyScript with its console",
        attempts: &[
            Attempt {
                command: "asc tests/toolchains/assemblyscript/hello.ts -o hello.wasm",
                expected: Expected::Refused {
                    why: NO_CONSOLE,
                    flags: &["akira.ts", "--use console=akira"],
                },
            },
            Attempt {
                command: "asc tests/toolchains/assemblyscript/hello.ts crates/akira-sdk/assemblyscript/akira.ts \
                          --use console=akira -o hello.wasm",
                expected: Expected::Runs(&["hello from AssemblyScript, 42"]),
            },
        ],
        note: "",
    },
    Row {
        name: "assemblyscript-imports",
        tool: Tool::AssemblyScript,
        about: "AssemblyScript with a native call",
        attempts: &[Attempt {
            command: "asc tests/toolchains/assemblyscript/imports.ts -o hello.wasm",
            expected: Expected::Runs(&["hello from AssemblyScript, 42"]),
        }],
        note: "Its `abort`, of four parameters, ends the app: the log names it.",
    },
    Row {
        name: "zig",
        tool: Tool::Zig,
        about: "Zig without an operating system",
        attempts: &[
            Attempt {
                command: "zig build-exe -target wasm32-freestanding -fno-entry tests/toolchains/zig/hello.zig",
                expected: Expected::Refused {
                    why: NO_ENTRY,
                    flags: &["-rdynamic"],
                },
            },
            Attempt {
                command: ZIG_RUNS,
                expected: Expected::Runs(&["hello from Zig, 42"]),
            },
        ],
        note: "Without `-fno-entry` the linker itself refuses.",
    },
    Row {
        name: "zig-wasi",
        tool: Tool::Zig,
        about: "Zig for WASI",
        attempts: &[
            Attempt {
                command: "zig build-exe -target wasm32-wasi tests/toolchains/zig/hello.zig",
                expected: Expected::Refused {
                    why: NO_WASI,
                    flags: &["-target wasm32-freestanding -fno-entry -rdynamic"],
                },
            },
            Attempt {
                command: ZIG_RUNS,
                expected: Expected::Runs(&["hello from Zig, 42"]),
            },
        ],
        note: "`std.debug.print` needs an operating system; without one the source calls `puts`.",
    },
    Row {
        name: "emscripten",
        tool: Tool::Emscripten,
        about: "C with Emscripten's library, for JavaScript",
        attempts: &[
            Attempt {
                command: "emcc tests/toolchains/c/hello.c -o hello.js",
                expected: Expected::Refused {
                    why: NO_JAVASCRIPT,
                    flags: &[EMCC_FLAGS],
                },
            },
            EMCC_WITHOUT_LIBRARY,
            Attempt {
                command: EMCC_RUNS,
                expected: Expected::Runs(&["hello from C, 42"]),
            },
        ],
        note: "Its default is 16 MiB of memory, of which 5 MiB are stack.",
    },
    Row {
        name: "emscripten-standalone",
        tool: Tool::Emscripten,
        about: "C with Emscripten's library, without JavaScript",
        attempts: &[
            Attempt {
                command: "emcc tests/toolchains/c/hello.c -o hello.wasm",
                expected: Expected::Refused {
                    why: NO_WASI,
                    flags: &[EMCC_FLAGS, ".js"],
                },
            },
            EMCC_WITHOUT_LIBRARY,
            Attempt {
                command: EMCC_RUNS,
                expected: Expected::Runs(&["hello from C, 42"]),
            },
        ],
        note: "The module is beside the JavaScript, which is of no use here.",
    },
];

const CLANG_FLAGS: &str =
    "--target=wasm32 -nostdlib -Wl,--no-entry,--export=main,--allow-undefined";
const CLANG_RUNS: &str = "clang --target=wasm32 -nostdlib -Wl,--no-entry,--export=main,--allow-undefined \
                          -I crates/akira-sdk/include tests/toolchains/c/hello.c -o hello.wasm";
const CLANG_CPP_RUNS: &str = "clang++ --target=wasm32 -nostdlib -Wl,--no-entry,--export=main,--allow-undefined \
                              -I crates/akira-sdk/include tests/toolchains/cpp/hello.cpp -o hello.wasm";
const RUSTC_RUNS: &str = "rustc --target wasm32-unknown-unknown tests/toolchains/rust/hello.rs";
const ZIG_RUNS: &str =
    "zig build-exe -target wasm32-freestanding -fno-entry -rdynamic tests/toolchains/zig/hello.zig";
const EMCC_FLAGS: &str = "-nostdlib -sERROR_ON_UNDEFINED_SYMBOLS=0";
const EMCC_WITHOUT_LIBRARY: Attempt = Attempt {
    command: "emcc -nostdlib -sERROR_ON_UNDEFINED_SYMBOLS=0 tests/toolchains/c/hello.c -o hello.js",
    expected: Expected::Refused {
        why: TOO_LARGE,
        flags: &["-sTOTAL_STACK=", "-sINITIAL_MEMORY="],
    },
};
const EMCC_RUNS: &str = "emcc -nostdlib -sERROR_ON_UNDEFINED_SYMBOLS=0 -sTOTAL_STACK=16384 -sINITIAL_MEMORY=131072 \
                         tests/toolchains/c/hello.c -o hello.js";

const NO_ENTRY: &str = "the module exports no `main`, `_start` or the manifest's `entry`; add -Wl,--export=main \
                        (or =__main_argc_argv, for main(int, char **)), for zig -rdynamic";
const NO_WASI: &str = "the app imports wasi_snapshot_preview1.…, which this device does not have; it has no WASI: build with \
                       clang --target=wasm32 -nostdlib -Wl,--no-entry,--export=main,--allow-undefined, rustc --target wasm32-unknown-unknown, \
                       zig -target wasm32-freestanding -fno-entry -rdynamic or emcc -nostdlib -sERROR_ON_UNDEFINED_SYMBOLS=0 -o X.js";
const NO_CONSOLE: &str = "the app imports env.console.log, which this device does not have; compile akira.ts of the SDK with the \
                          app and add --use console=akira";
const NO_JAVASCRIPT: &str = "the app imports env.…, which this device does not have; it has no JavaScript: build with emcc \
                             -nostdlib -sERROR_ON_UNDEFINED_SYMBOLS=0";
const TOO_LARGE: &str = "the app needs up to … KiB of RAM and this device has … KiB for apps. It needs … KiB of RAM (… its own, … engine, \
                         … runtime): less memory (--initial-memory, --max-memory; emcc -sINITIAL_MEMORY=N), less stack in it \
                         (-z stack-size=N; zig --stack N; emcc -sTOTAL_STACK=N), pages of 1 byte, or a smaller heap_kb or \
                         memory_quota would take less";

impl Tool {
    /// Finds or installs the compiler.
    pub(super) fn find(self, shell: &Shell) -> Result<Compiler> {
        match self {
            Self::Clang => Compiler::clang(shell),
            Self::ClangCpp => Compiler::clang_cpp(shell),
            Self::Rustc => Compiler::rustc(shell),
            Self::AssemblyScript => Compiler::assemblyscript(shell, ASSEMBLYSCRIPT),
            Self::Zig => Compiler::zig(shell, ZIG),
            Self::Emscripten => Compiler::emscripten(shell),
        }
    }

    /// Returns the name of the command.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Clang => "clang",
            Self::ClangCpp => "clang++",
            Self::Rustc => "rustc",
            Self::AssemblyScript => "asc",
            Self::Zig => "zig",
            Self::Emscripten => "emcc",
        }
    }

    /// Returns the version with which the commands were tried.
    pub(super) fn version(self) -> &'static str {
        match self {
            Self::Clang | Self::ClangCpp => "22.1",
            Self::Rustc => "1.96",
            Self::AssemblyScript => ASSEMBLYSCRIPT,
            Self::Zig => ZIG,
            Self::Emscripten => "3.1.6",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks that refusals name exactly the flags that the attempts use.
    #[test]
    fn each_refusal_names_the_flags_that_the_next_attempt_adds_and_the_last_attempt_runs() {
        for row in ROWS {
            for pair in row.attempts.windows(2) {
                let [before, after] = pair else { continue };
                let Expected::Refused { why, flags } = before.expected else {
                    panic!("{}: only the last attempt runs", row.name);
                };
                for flag in flags {
                    assert!(why.contains(flag), "{}: {flag} is not named", row.name);
                    assert!(
                        after.command.contains(flag),
                        "{}: {flag} is not tried",
                        row.name
                    );
                    assert!(
                        !before.command.contains(&format!(" {flag} ")),
                        "{}: {flag} was there",
                        row.name
                    );
                }
            }
            let last = row.attempts.last().map(|attempt| &attempt.expected);
            assert!(matches!(last, Some(Expected::Runs(_))), "{}", row.name);
        }
    }

    #[test]
    fn every_command_begins_with_its_compiler() {
        for row in ROWS {
            for attempt in row.attempts {
                assert_eq!(
                    attempt.command.split_whitespace().next(),
                    Some(row.tool.name())
                );
            }
        }
    }
}
