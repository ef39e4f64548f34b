//! The memory log: the newest lines can be read back.

use akira_abi::{AppId, Instant};
use akira_bridge_log::{Level, LogSink, MemoryLog, Record};

fn record(text: &str) -> Record<'_> {
    Record {
        app: AppId::new(0xdead_beef),
        name: "snake",
        level: Level::Warn,
        time: Instant::from_micros(1 << 40),
        text,
        dropped: 70_000,
    }
}

fn texts<const BYTES: usize>(log: &MemoryLog<BYTES>) -> Vec<(u64, String)> {
    let mut texts = Vec::new();
    let mut number = 0;
    while let Some(line) = log.line(number) {
        number = line.number + 1;
        texts.push((line.number, line.text.as_str().into()));
    }
    texts
}

#[test]
fn gives_back_every_field() {
    let log = MemoryLog::<128>::new();
    log.write(&record("game over"));
    let line = log.line(0).expect("one line");
    assert_eq!(line.number, 0);
    assert_eq!(line.app, AppId::new(0xdead_beef));
    assert_eq!(line.name.as_str(), "snake");
    assert_eq!(line.level, Level::Warn);
    assert_eq!(line.time, Instant::from_micros(1 << 40));
    assert_eq!(line.text.as_str(), "game over");
    assert_eq!(line.dropped, 70_000);
    assert_eq!(log.line(1), None);
    assert_eq!(log.next_number(), 1);
}

#[test]
fn keeps_the_newest_lines_that_fit() {
    // Each line takes 20 + 5 + 5 bytes.
    let log = MemoryLog::<90>::new();
    for n in 0..100 {
        log.write(&record(&format!("{n:05}")));
    }
    let kept = [97, 98, 99].map(|n| (n, format!("{n:05}")));
    assert_eq!(texts(&log), kept);
}

#[test]
fn makes_room_for_lines_of_any_length() {
    let log = MemoryLog::<700>::new();
    for n in 0..1_000usize {
        let text = "x".repeat(n * 37 % 257);
        log.write(&record(&text));
        let newest = texts(&log).pop().expect("the newest is kept");
        assert_eq!(newest, (n as u64, text));
    }
}

#[test]
fn loses_a_line_that_is_longer_than_the_ring() {
    let log = MemoryLog::<64>::new();
    log.write(&record("a"));
    log.write(&record(&"x".repeat(64)));
    assert_eq!(log.line(0), None);
    log.write(&record("b"));
    assert_eq!(texts(&log), [(2, "b".into())]);
}

#[test]
fn any_number_is_a_valid_question() {
    let log = MemoryLog::<64>::new();
    assert_eq!(log.line(0), None);
    log.write(&record("a"));
    assert_eq!(log.line(u64::MAX), None);
}

#[test]
fn clear_forgets_lines_but_not_their_numbers() {
    let log = MemoryLog::<128>::new();
    log.write(&record("a"));
    log.clear();
    assert_eq!(log.line(0), None);
    log.write(&record("b"));
    assert_eq!(texts(&log), [(1, "b".into())]);
}

#[test]
fn a_pair_of_sinks_writes_to_both() {
    let (a, b) = (MemoryLog::<64>::new(), MemoryLog::<64>::new());
    (&a, &b).write(&record("x"));
    assert_eq!(a.line(0), b.line(0));
    assert!(a.line(0).is_some());
}
