//! The log bridge: what an app writes is clean, bounded and within its rate.

use akira_abi::{AppId, Clock, Errno, Instant};
use akira_bridge_log::{Config, Counters, Level, Log, LogSink, MAX_TEXT, Record, WriteSink};
use std::cell::{Cell, RefCell};
use std::task::Waker;

const APP: AppId = AppId::new(1);
const OTHER: AppId = AppId::new(2);

#[derive(Default)]
struct FakeClock(Cell<u64>);

impl FakeClock {
    fn advance_ms(&self, ms: u64) {
        self.0.set(self.0.get() + ms * 1_000);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Instant {
        Instant::from_micros(self.0.get())
    }

    fn wake_at(&self, _: Instant, _: &Waker) {}
}

#[derive(Default)]
struct Lines(RefCell<Vec<(String, String, u32)>>);

impl LogSink for Lines {
    fn write(&self, record: &Record<'_>) {
        let line = (record.name.into(), record.text.into(), record.dropped);
        self.0.borrow_mut().push(line);
    }
}

impl Lines {
    fn last(&self) -> (String, String, u32) {
        self.0.borrow().last().cloned().expect("a line was written")
    }
}

fn cleaned(text: &[u8]) -> String {
    let lines = Lines::default();
    let log = Log::<_, _, 1>::new(&lines, FakeClock::default(), Config::default());
    log.line(APP, "app", Level::Info, text).expect("a slot");
    lines.last().1
}

#[test]
fn passes_ordinary_text_unchanged() {
    assert_eq!(cleaned("Grüße, 世界 🙂".as_bytes()), "Grüße, 世界 🙂");
    assert_eq!(cleaned(b""), "");
}

#[test]
fn hands_over_app_level_and_time() {
    struct Check;
    impl LogSink for Check {
        fn write(&self, record: &Record<'_>) {
            assert_eq!(record.app, APP);
            assert_eq!(record.level, Level::Warn);
            assert_eq!(record.time, Instant::from_micros(7_000));
        }
    }
    let clock = FakeClock::default();
    clock.advance_ms(7);
    let log = Log::<_, _, 1>::new(Check, clock, Config::default());
    log.line(APP, "app", Level::Warn, b"x").expect("a slot");
    assert_eq!(log.counters(APP).expect("known").written, 1);
}

#[test]
fn drops_one_line_break_at_the_end_and_turns_others_into_blanks() {
    assert_eq!(cleaned(b"a\n"), "a");
    assert_eq!(cleaned(b"a\r\n"), "a");
    assert_eq!(cleaned(b"a\nb\tc\r\n\n"), "a b c  ");
}

#[test]
fn replaces_control_characters() {
    for hostile in ["\x1b", "\0", "\x07", "\x08", "\x7f", "\u{9b}", "\u{85}"] {
        let text = cleaned(format!("a{hostile}[31mb").as_bytes());
        assert_eq!(text, "a\u{fffd}[31mb", "{hostile:?}");
    }
}

#[test]
fn replaces_what_breaks_lines_or_turns_the_direction_of_text() {
    for hostile in [
        '\u{2028}', '\u{2029}', '\u{202e}', '\u{2066}', '\u{200f}', '\u{61c}',
    ] {
        assert_eq!(cleaned(hostile.to_string().as_bytes()), "\u{fffd}");
    }
}

#[test]
fn no_byte_sequence_yields_a_control_character() {
    for first in 0..=255u8 {
        for second in 0..=255u8 {
            let text = cleaned(&[b'a', first, second, b'b']);
            assert!(!text.contains(char::is_control), "{first:x} {second:x}");
        }
    }
}

#[test]
fn replaces_what_is_not_utf8() {
    assert_eq!(cleaned(b"a\xffb\xc3"), "a\u{fffd}b\u{fffd}");
    assert_eq!(cleaned(b"\xed\xa0\x80"), "\u{fffd}\u{fffd}\u{fffd}");
}

#[test]
fn cuts_at_a_character_and_says_so() {
    assert_eq!(cleaned(&[b'x'; 256]), "x".repeat(MAX_TEXT));
    assert_eq!(cleaned(&[b'x'; 300]), "x".repeat(MAX_TEXT - 3) + "…");
    assert_eq!(cleaned("€".repeat(300).as_bytes()), "€".repeat(84) + "…");
    assert_eq!(cleaned(&[0xff; 100_000]).len(), 255);
    let odd = format!("{}{}", "x".repeat(254), "€");
    assert_eq!(cleaned(odd.as_bytes()), "x".repeat(253) + "…");
    let fits = format!("{}{}", "x".repeat(252), "🙂");
    assert_eq!(cleaned(fits.as_bytes()), fits);
}

#[test]
fn cleans_and_cuts_the_name() {
    let lines = Lines::default();
    let log = Log::<_, _, 1>::new(&lines, FakeClock::default(), Config::default());
    let name = format!("evil\x1b{}", "n".repeat(40));
    log.line(APP, &name, Level::Info, b"").expect("a slot");
    assert_eq!(lines.last().0, format!("evil\u{fffd}{}…", "n".repeat(22)));
}

#[test]
fn drops_what_is_over_the_burst_and_reports_it_once() {
    let (lines, clock) = (Lines::default(), FakeClock::default());
    let log = Log::<_, _, 1>::new(&lines, &clock, Config::default());
    for _ in 0..130 {
        log.line(APP, "app", Level::Info, b"x").expect("a slot");
    }
    assert_eq!(lines.0.borrow().len(), 100);
    clock.advance_ms(20);
    for _ in 0..2 {
        log.line(APP, "app", Level::Info, b"y").expect("a slot");
    }
    assert_eq!(lines.0.borrow().len(), 101);
    assert_eq!(lines.last().2, 30);
    clock.advance_ms(40);
    for _ in 0..2 {
        log.line(APP, "app", Level::Info, b"z").expect("a slot");
    }
    let reported: Vec<u32> = lines.0.borrow()[101..].iter().map(|l| l.2).collect();
    assert_eq!(reported, [1, 0]);
    let counters = log.counters(APP).expect("known");
    assert_eq!((counters.written, counters.dropped), (103, 31));
}

#[test]
fn lines_lost_at_last_are_counted_when_the_app_ends() {
    let lines = Lines::default();
    let config = Config::default().with_burst(100);
    let log = Log::<_, _, 2>::new(&lines, FakeClock::default(), config);
    for _ in 0..150 {
        log.line(APP, "app", Level::Info, b"x").expect("a slot");
    }
    log.line(OTHER, "other", Level::Info, b"y").expect("a slot");
    log.release(OTHER).expect("known");
    log.note_end(OTHER, "other", Level::Info, format_args!("ended"));
    assert_eq!(lines.last(), ("other".into(), "ended".into(), 0));
    log.release(APP).expect("known");
    log.note_end(OTHER, "other", Level::Info, format_args!("ended"));
    assert_eq!(lines.last().2, 0, "another's");
    for _ in 0..150 {
        log.line(APP, "app", Level::Info, b"x").expect("a slot");
    }
    log.release(APP).expect("known");
    log.note_end(APP, "app", Level::Info, format_args!("ended"));
    assert_eq!(lines.last(), ("app".into(), "ended".into(), 50));
    log.note_end(APP, "app", Level::Info, format_args!("ended"));
    assert_eq!(lines.last().2, 0, "told once");
}

#[test]
fn passes_the_configured_rate_in_the_long_run() {
    let (lines, clock) = (Lines::default(), FakeClock::default());
    let config = Config::default().with_lines_per_second(10).with_burst(5);
    let log = Log::<_, _, 1>::new(&lines, &clock, config);
    for _ in 0..10_000 {
        log.line(APP, "app", Level::Info, b"x").expect("a slot");
        clock.advance_ms(1);
    }
    assert_eq!(lines.0.borrow().len(), 100 + 4);
}

#[test]
fn a_silence_refills_the_burst_and_no_more() {
    let (lines, clock) = (Lines::default(), FakeClock::default());
    let log = Log::<_, _, 1>::new(&lines, &clock, Config::default().with_burst(3));
    clock.advance_ms(1_000_000);
    for _ in 0..10 {
        log.line(APP, "app", Level::Info, b"x").expect("a slot");
    }
    assert_eq!(lines.0.borrow().len(), 3);
}

#[test]
fn takes_a_rate_and_a_burst_of_zero_as_one() {
    let (lines, clock) = (Lines::default(), FakeClock::default());
    let config = Config::default().with_lines_per_second(0).with_burst(0);
    let log = Log::<_, _, 1>::new(&lines, &clock, config);
    for _ in 0..5 {
        log.line(APP, "app", Level::Info, b"x").expect("a slot");
        clock.advance_ms(500);
    }
    assert_eq!(lines.0.borrow().len(), 3);
}

#[test]
fn one_app_does_not_use_up_the_rate_of_another() {
    let lines = Lines::default();
    let log = Log::<_, _, 2>::new(&lines, FakeClock::default(), Config::default());
    for _ in 0..1_000 {
        log.line(APP, "app", Level::Info, b"x").expect("a slot");
    }
    log.line(OTHER, "other", Level::Info, b"y").expect("a slot");
    assert_eq!(lines.last(), ("other".into(), "y".into(), 0));
}

#[test]
fn refuses_more_apps_than_it_remembers_until_one_is_released() {
    let log = Log::<_, _, 1>::new(Lines::default(), FakeClock::default(), Config::default());
    log.line(APP, "a", Level::Info, b"x").expect("a slot");
    let refused = log.line(OTHER, "b", Level::Info, b"x");
    assert_eq!(refused, Err(Errno::ENOMEM));
    let counters = log.release(APP).expect("known");
    assert_eq!(counters.written, 1);
    assert_eq!(log.line(OTHER, "b", Level::Info, b"x"), Ok(()));
    assert_eq!(log.counters(APP), None::<Counters>);
    assert_eq!(log.release(APP), None);
}

#[test]
fn a_sink_may_log() {
    struct Echo<'a>(
        &'a RefCell<Option<&'a Log<Self, FakeClock, 2>>>,
        &'a Cell<u32>,
    );
    impl LogSink for Echo<'_> {
        fn write(&self, _: &Record<'_>) {
            self.1.set(self.1.get() + 1);
            if let Some(log) = self.0.take() {
                log.line(OTHER, "sink", Level::Debug, b"seen")
                    .expect("a slot");
            }
        }
    }
    let (back, count) = (RefCell::new(None), Cell::new(0));
    let log = Log::new(Echo(&back, &count), FakeClock::default(), Config::default());
    back.replace(Some(&log));
    log.line(APP, "app", Level::Info, b"x").expect("a slot");
    assert_eq!(count.get(), 2);
}

#[test]
fn numbers_levels_as_the_old_log_call() {
    assert_eq!(Level::from_number(1), Ok(Level::Error));
    assert_eq!(Level::from_number(2), Ok(Level::Warn));
    assert_eq!(Level::from_number(3), Ok(Level::Info));
    assert_eq!(Level::from_number(4), Ok(Level::Debug));
    for bad in [0, 5, -1, i32::MIN, i32::MAX] {
        assert_eq!(Level::from_number(bad), Err(Errno::EINVAL));
    }
    assert_eq!(format!("{:>6}", Level::Warn), "  warn");
}

#[test]
fn a_note_of_the_device_is_clean_cut_and_costs_no_app_its_lines() {
    let lines = Lines::default();
    let config = Config::default().with_burst(1);
    let log = Log::<_, _, 1>::new(&lines, FakeClock::default(), config);
    let long = "ü".repeat(MAX_TEXT);
    for _ in 0..3 {
        log.note("app", Level::Error, format_args!("\u{1b}[2J{long}"));
    }
    let (name, text, dropped) = lines.last();
    assert_eq!((name.as_str(), dropped), ("app", 0));
    assert!(text.starts_with("\u{fffd}[2Jü"), "{text}");
    assert!((MAX_TEXT - 1..=MAX_TEXT).contains(&text.len()));
    assert_eq!(log.counters(APP), None);
    log.line(APP, "app", Level::Info, b"mine").expect("a slot");
    assert_eq!(lines.last(), ("app".into(), "mine".into(), 0));
}

#[test]
fn a_writer_gets_each_line_with_its_time_and_what_was_lost_before() {
    let config = Config::default().with_burst(1).with_lines_per_second(1);
    let clock = FakeClock::default();
    let log = Log::<_, _, 1>::new(WriteSink::new(String::new()), &clock, config);
    for text in ["first", "lost", "lost"] {
        log.line(APP, "app", Level::Info, text.as_bytes())
            .expect("a slot");
    }
    clock.advance_ms(1_000);
    log.line(APP, "app", Level::Info, b"last").expect("a slot");
    let expected =
        "         0  app: first\r\n            app: (2 lines lost)\r\n      1000  app: last\r\n";
    assert_eq!(log.into_sink().release(), expected);
}
