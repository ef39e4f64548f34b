//! Formats, strings, text and lines on the screen.

use std::fmt::Write;

use akira::Exit;

use super::stage::{Stage, run, wasm};

/// An argument of printf.
enum Argument {
    Int(i32),
    Long(i64),
    Double(f64),
    Text(&'static str),
}

use Argument::{Double, Int, Long, Text};

/// Encodes bytes for a data segment.
fn escaped(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "\\{byte:02x}").expect("a string takes all");
        text
    })
}

/// Memory that is filled from its begin to its end.
struct Memory {
    segments: String,
    end: usize,
}

impl Memory {
    /// Places bytes at the next multiple of 8. Returns their address.
    fn put(&mut self, bytes: &[u8]) -> usize {
        let at = self.end.next_multiple_of(8);
        let bytes_text = escaped(bytes);
        writeln!(self.segments, r#"(data (i32.const {at}) "{bytes_text}")"#).expect("as above");
        self.end = at + bytes.len();
        at
    }

    /// Places a string with its NUL.
    fn put_text(&mut self, text: &str) -> usize {
        self.put(&[text.as_bytes(), &[0]].concat())
    }

    /// Lays out variadic arguments as clang does: each at a multiple of its size.
    fn put_arguments(&mut self, arguments: &[Argument]) -> usize {
        let mut list = Vec::<u8>::new();
        for argument in arguments {
            let bytes = match argument {
                Int(value) => value.to_le_bytes().to_vec(),
                Long(value) => value.to_le_bytes().to_vec(),
                Double(value) => value.to_le_bytes().to_vec(),
                Text(text) => (self.put_text(text) as i32).to_le_bytes().to_vec(),
            };
            list.resize(list.len().next_multiple_of(bytes.len()), 0);
            list.extend(bytes);
        }
        self.put(&list)
    }
}

/// A module that prints each format with its arguments, and a newline.
fn printing(lines: &[(&str, Vec<Argument>)]) -> Vec<u8> {
    let mut memory = Memory {
        segments: String::new(),
        end: 1024,
    };
    let mut calls = String::new();
    for (format, arguments) in lines {
        let (format, list) = (
            memory.put_text(&format!("{format}\n")),
            memory.put_arguments(arguments),
        );
        writeln!(
            calls,
            "(drop (call $printf (i32.const {format}) (i32.const {list})))"
        )
        .expect("a string takes all");
    }
    wasm(&format!(
        r#"(module (import "env" "printf" (func $printf (param i32 i32) (result i32)))
            (memory (export "memory") 1) {} (func (export "main") (result i32) {calls} (i32.const 0)))"#,
        memory.segments
    ))
}

/// Expected lines are those of glibc; a conversion that C does not have prints itself.
#[test]
fn sdk_printf() {
    let rows: Vec<(&str, Vec<Argument>, &str)> = vec![
        (
            "temp %.1f C, hum %d %%",
            vec![Double(21.5), Int(40)],
            "temp 21.5 C, hum 40 %",
        ),
        ("%f %d", vec![Double(1.5), Int(7)], "1.500000 7"),
        ("%+d %d", vec![Int(5), Int(6)], "+5 6"),
        ("|% d|%d", vec![Int(5), Int(6)], "| 5|6"),
        ("|%*d|%d", vec![Int(6), Int(42), Int(1)], "|    42|1"),
        ("|%-*d|%d", vec![Int(6), Int(42), Int(1)], "|42    |1"),
        (
            "%*.*f|%d",
            vec![Int(8), Int(2), Double(2.625), Int(3)],
            "    2.62|3",
        ),
        ("%.3s|%d", vec![Text("abcdef"), Int(9)], "abc|9"),
        ("|%5.2d|%d", vec![Int(3), Int(4)], "|   03|4"),
        (
            "%e|%g|%d",
            vec![Double(1.0), Double(2.0), Int(3)],
            "1.000000e+00|2|3",
        ),
        ("%a|%d", vec![Double(1.0), Int(3)], "0x1p+0|3"),
        ("%#x|%#o|%d", vec![Int(255), Int(8), Int(4)], "0xff|010|4"),
        ("%hhd|%hd|%d", vec![Int(300), Int(65_537), Int(4)], "44|1|4"),
        (
            "%lld|%d",
            vec![Long(-5_000_000_000), Int(4)],
            "-5000000000|4",
        ),
        ("%jd|%d", vec![Long(7), Int(4)], "7|4"),
        (
            "%zu|%td|%lu|%d",
            vec![Int(1), Int(-2), Int(3), Int(4)],
            "1|-2|3|4",
        ),
        ("%c%c|%d", vec![Int(97), Int(98), Int(4)], "ab|4"),
        ("%lc|%d", vec![Int(97), Int(3)], "a|3"),
        ("%y|%s", vec![Int(1), Text("node7")], "%y|node7"),
        ("%n|%s", vec![Int(0), Text("node7")], "|node7"),
        ("%s %s", vec![Int(0), Text("end")], "(null) end"),
        (
            "last: %.1f C from %s",
            vec![Double(21.3), Text("node7")],
            "last: 21.3 C from node7",
        ),
    ];
    let expected: Vec<&str> = rows.iter().map(|row| row.2).chain(["returned 0"]).collect();
    let lines: Vec<_> = rows.into_iter().map(|row| (row.0, row.1)).collect();
    let (exit, log) = run(&printing(&lines));
    assert_eq!(
        (exit, log),
        (
            Exit::Returned(0),
            expected.iter().map(ToString::to_string).collect()
        )
    );
}

/// A line is cut at 256 bytes with an ellipsis, however long the string is.
#[test]
fn long_log() {
    for (module, name, result) in [
        ("akira_log", "log_info", ""),
        ("env", "printf_native", "(result i32)"),
        ("env", "puts", "(result i32)"),
    ] {
        for length in [100, 4_095, 4_096, 4_999, 60_000] {
            let text = "x".repeat(length);
            let drop = if result.is_empty() { "" } else { "(drop)" };
            let (exit, log) = run(&wasm(&format!(
                r#"(module (import "{module}" "{name}" (func $log (param i32) {result}))
                (memory (export "memory") 1) (data (i32.const 16) "{text}\00")
                (func (export "main") (result i32) (call $log (i32.const 16)) {drop} (i32.const 0)))"#
            )));
            assert_eq!(exit, Exit::Returned(0), "{name} of {length}: {log:?}");
            assert!(log[0].starts_with("xxxx"), "{name} of {length}: {log:?}");
        }
    }
}

/// Rows of the screen, with `true` for each lit pixel.
type Shown = Vec<Vec<bool>>;

/// Draws white on black. Returns what the panel shows.
fn drawing(calls: &str) -> Shown {
    let stage = Stage::new();
    let text = |name: &str| {
        format!(r#"(import "env" "{name}" (func ${name} (param i32 i32 i32 i32) (result i32)))"#)
    };
    let texts = ["display_text", "display_text_large", "display_text_huge"]
        .map(text)
        .concat();
    let image = wasm(&format!(
        r#"(module {texts}
        (import "env" "display_line" (func $display_line (param i32 i32 i32 i32 i32) (result i32)))
        (import "env" "display_flush" (func $display_flush (result i32)))
        (memory (export "memory") 1)
        (data (i32.const 16) "MMMMMMMMMM\00") (data (i32.const 32) "M\n\tM\00") (data (i32.const 48) "M\b0M\00")
        (func (export "main") (result i32) {calls} (call $display_flush)))"#
    ));
    let name = stage.launch(&image, "");
    assert_eq!(stage.finish(&name), Exit::Returned(0));
    stage.shown()
}

/// Columns of the screen, from the left, in which a row of cells of this height is lit.
fn columns(shown: &Shown, y: usize, height: usize) -> Vec<usize> {
    let lit = |x: &usize| shown[y..y + height].iter().any(|row| row[*x]);
    (0..shown[0].len()).filter(lit).collect()
}

/// Cells advance by 8, 12 and 17 px.
#[test]
fn text() {
    for (name, advance, height) in [
        ("display_text", 8, 10),
        ("display_text_large", 12, 18),
        ("display_text_huge", 17, 26),
    ] {
        let shown = drawing(&format!(
            "(drop (call ${name} (i32.const 0) (i32.const 0) (i32.const 16) (i32.const 65535)))"
        ));
        let lit = columns(&shown, 0, height);
        let cell = |x: &usize| x / advance;
        let mut cells: Vec<usize> = lit.iter().map(cell).collect();
        cells.dedup();
        assert_eq!(cells, (0..10).collect::<Vec<_>>(), "{name}: {lit:?}");
        let first: Vec<usize> = lit.iter().filter(|x| cell(x) == 0).copied().collect();
        let tenth: Vec<usize> = lit
            .iter()
            .filter(|x| cell(x) == 9)
            .map(|x| x - 9 * advance)
            .collect();
        assert_eq!(first, tenth, "{name}: every cell looks alike");
    }
}

/// A line feed begins a line at the first x, a tab moves to a multiple of 4 cells, and a byte above 126 is a blank.
#[test]
fn text_controls() {
    let at = |y: u32, text: u32| {
        format!(
            "(drop (call $display_text (i32.const 5) (i32.const {y}) (i32.const {text}) (i32.const 65535)))"
        )
    };
    let shown = drawing(&format!("{} {}", at(0, 32), at(100, 48)));
    let lines: Vec<usize> = (0..40).filter(|y| shown[*y].contains(&true)).collect();
    let (first, second): (Vec<usize>, Vec<usize>) = lines.iter().partition(|y| **y < 12);
    let lowered: Vec<usize> = second.iter().map(|y| y - 12).collect();
    assert_eq!(first, lowered, "the second line lies 12 px lower");
    let (upper, lower) = (columns(&shown, 0, 12), columns(&shown, 12, 12));
    assert_eq!(lower[0] - upper[0], 4 * 8, "{upper:?} {lower:?}");
    let apart = columns(&shown, 100, 12);
    let second: Vec<&usize> = apart.iter().filter(|x| **x >= 5 + 16).collect();
    assert_eq!(*second[0] - apart[0], 2 * 8, "{apart:?}");
    assert!(
        !apart.iter().any(|x| (5 + 8..5 + 16).contains(x)),
        "{apart:?}"
    );
}

/// Exact halves round as AkiraOS rounds them.
#[test]
fn line() {
    let line = |[a, b, c, d]: [u32; 4]| {
        format!(
            "(drop (call $display_line (i32.const {a}) (i32.const {b}) (i32.const {c}) (i32.const {d}) (i32.const 65535)))"
        )
    };
    let shown = drawing(&[line([0, 0, 2, 1]), line([10, 0, 11, 2])].concat());
    let lit = |x: usize, y: usize| shown[y][x];
    assert!(lit(0, 0) && lit(1, 1) && lit(2, 1) && !lit(1, 0));
    assert!(lit(10, 0) && lit(11, 1) && lit(11, 2) && !lit(10, 1));
}

#[test]
fn lost_log_lines() {
    let stage = Stage::new();
    let image = wasm(
        r#"(module (import "env" "printf_native" (func $log (param i32) (result i32)))
        (memory (export "memory") 1) (data (i32.const 16) "line\00")
        (func (export "main") (result i32) (local $left i32) (local.set $left (i32.const 150))
            (loop (drop (call $log (i32.const 16)))
                (br_if 0 (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
            (i32.const 0)))"#,
    );
    let name = stage.launch(&image, "");
    assert_eq!(stage.finish(&name), Exit::Returned(0));
    let texts = stage.texts(&name);
    let shown = texts.iter().filter(|text| *text == "line").count() as u64;
    assert!(shown < 150, "more than the log takes in a burst");
    assert_eq!(shown + stage.lost(&name), 150, "{:?}", texts.last());
}
