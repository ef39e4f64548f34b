//! Notes on numbers: attempted optimisations, their results, and the floor.

const NOTES: &[(&str, &str)] = &[
    (
        "m4/compute-coremark/akira",
        "small or fast is the board's choice. `akira-fast` takes half the instructions for 201 KB more flash \
         (`--profile fast --features fast` in `bsp/qemu-mps2`), and three quarters of those that wasm3 takes. At level z the \
         crates `wasmi_core` and `wasmi_ir` are larger and slower than at level 3, where they are now in both: 12 KB and \
         9 % less. The floor is wasmi without fuel.",
    ),
    (
        "m4/load-100k/akira",
        "wasmi's validation, most of it at level z, which is what the board has flash for; `akira-fast` meets the target. \
         `wasmparser` at level s takes a seventh off for 29 KB more flash, which was not done: this board takes apps of 64 KB at most. An \
         app's module is validated once when it is installed, before anything is changed, and once at each start, since \
         flash is not trusted; a function is translated when it is first called.",
    ),
    (
        "m4/call-immediate/akira",
        "the test of the capability is 6 of the instructions that the runtime adds to the bare call; the rest finds the handler, \
         hands the arguments over and looks at the answer. A call of numbers alone does not look for the linear memory.",
    ),
    (
        "m4/call-suspending/akira",
        "half of it is wasmi's: it boxes an error and moves the paused call, 96 bytes, five times. Divisions of 64 bits for the \
         app's share of the CPU took 700 more and are gone where it has all of it.",
    ),
    (
        "m4/memory-console/akira",
        "this is the firmware with everything: 10 KB are for apps on flash (the store's index of 256 records, what comes in \
         pieces), 5 KB for the shell, 4 KB for the log. Without apps on flash it is 17.7 KB; the runtime by itself takes less \
         than 1 KB.",
    ),
    (
        "rv32/compute-coremark/akira",
        "wasmi's operands lie where they come, not aligned. Where the compiler may load such words, as on this machine and as \
         wasm3 does anyway, the target is met; byte by byte (`akira-aligned`) the work takes 1.8 times as much. The floor is \
         wasmi without fuel.",
    ),
];

/// Returns the note of a metric.
pub(super) fn of(id: &str) -> Option<&'static str> {
    let note = NOTES.iter().find(|(noted, _)| *noted == id);
    note.map(|(_, text)| *text)
}

/// Lists the metrics that have a note.
#[cfg(test)]
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    NOTES.iter().map(|(id, _)| *id)
}
