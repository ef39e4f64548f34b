//! Standard output: bytes are collected into lines, separately for each app.

use akira_abi::AppId;
use akira_bridge_libc::{MAX_LINE, Stdout};

const APP: AppId = AppId::new(1);
const OTHER: AppId = AppId::new(2);

fn print(stdout: &Stdout, app: AppId, bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut lines = Vec::new();
    stdout.print(app, "app", bytes, |line| lines.push(line.to_vec()));
    lines
}

#[test]
fn a_line_is_complete_at_its_newline() {
    let stdout = Stdout::new();
    assert!(print(&stdout, APP, b"one").is_empty());
    assert_eq!(
        print(&stdout, APP, b" two\nthree\n\nfo"),
        [b"one two".as_slice(), b"three", b""]
    );
    assert_eq!(print(&stdout, APP, b"ur\n"), [b"four"]);
}

#[test]
fn a_long_line_is_cut_into_several() {
    let lines = print(&Stdout::new(), APP, &[b'x'; 2 * MAX_LINE + 1]);
    assert_eq!(lines, [vec![b'x'; MAX_LINE], vec![b'x'; MAX_LINE]]);
}

#[test]
fn each_app_has_its_own_line() {
    let stdout = Stdout::new();
    print(&stdout, APP, b"a");
    print(&stdout, OTHER, b"b");
    assert_eq!(print(&stdout, APP, b"\n"), [b"a"]);
    assert_eq!(print(&stdout, OTHER, b"\n"), [b"b"]);
}

#[test]
fn release_hands_over_what_is_unfinished_once() {
    let stdout = Stdout::new();
    print(&stdout, APP, b"bye");
    let mut left = Vec::new();
    for _ in 0..2 {
        stdout.release(APP, |name, line| {
            left.push((name.to_owned(), line.to_vec()))
        });
    }
    assert_eq!(left, [("app".to_owned(), b"bye".to_vec())]);
}
