//! Cases that are worse than the derived ones: they depend on the state of the device, or on a
//! combination of arguments.

use akira::abi::{
    NativeCall, display, fs, gpio, input, ipc, libc, lifecycle, memory, sensor, settings, storage,
    timer,
};

use crate::case::Arg::{self, N, Numbered, Result, Text};
use crate::case::Case;
use crate::layout::*;

/// Calls that end the app. They cannot be repeated.
pub(crate) const ENDS: &[&NativeCall] = &[
    &libc::EXIT,
    &libc::ABORT,
    &libc::ABORT_STACK_OVERFLOW,
    &libc::CXA_THROW,
];

/// Returns the cases of all rows.
pub(crate) fn all() -> Vec<Case> {
    [
        formats(),
        strings(),
        numbers(),
        heap(),
        shapes(),
        pictures(),
        messages(),
        files(),
        keys(),
        rest(),
    ]
    .concat()
}

const fn at(address: u32) -> Arg {
    N(address as i32)
}

/// Formats of `printf`, with the address of the arguments.
const FORMATS: &[(&str, u32)] = &[
    ("%.1074g", SMALLEST),
    ("%.1074g", RAGGED),
    ("%.1074f", RAGGED),
    ("%.1074e", RAGGED),
    ("%.800e", LARGEST),
    ("%e%e%e%e%e%e%e%e%e%e%e%e%e%e%e%e%e%e%e%e", RAGGED),
    ("%g%g%g%g%g%g%g%g%g%g%g%g%g%g%g%g%g%g%g%g", SMALLEST),
    (
        "%f%f%f%f%f%f%f%f%f%f%f%f%f%f%f%f%f%f%f%f%f%f%f%f%f%f%f%f",
        LARGEST,
    ),
    ("%.0f", LARGEST),
    (
        "%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f",
        LARGEST,
    ),
    (
        "%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f%.0f",
        SMALLEST,
    ),
    ("%.17g%.17g%.17g%.17g%.17g%.17g%.17g%.17g", RAGGED),
    ("%65000d", WORDS),
    ("%.65000d", WORDS),
    ("%-65000s", WORDS),
    ("%065000f", LARGEST),
    ("%.65000f", LARGEST),
    ("%s", WORDS),
    ("%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s", WORDS),
    (
        "%.0s%.0s%.0s%.0s%.0s%.0s%.0s%.0s%.0s%.0s%.0s%.0s%.0s%.0s%.0s%.0s%.0s%.0s%.0s",
        WORDS,
    ),
    (
        "%lld%lld%lld%lld%lld%lld%lld%lld%lld%lld%lld%lld%lld%lld%lld%lld%lld%lld%lld",
        LARGEST,
    ),
    (
        "%llo%llo%llo%llo%llo%llo%llo%llo%llo%llo%llo%llo%llo%llo%llo%llo%llo%llo%llo",
        RAGGED,
    ),
    (
        "%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n%n",
        WORDS,
    ),
    (
        "%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%",
        WORDS,
    ),
    (
        "%+-#0 +-#0 +-#0 +-#0 +-#0 +-#0 +-#0 +-#0 +-#0 +-#0 +-#0 +-#0 +-#0 +-#0 lllllllllllllld",
        WORDS,
    ),
    (
        "%99999999999999999999999999999999999999999999999999999999999999999999999999999999999",
        WORDS,
    ),
];

fn formats() -> Vec<Case> {
    let mut cases = Vec::new();
    for (format, arguments) in FORMATS {
        let (text, arguments) = (Text(format), at(*arguments));
        let name: String = format.chars().take(24).collect();
        // The variants with a `va_list` have the same handlers.
        let to = [at(BUFFER), N(64)];
        for (row, to) in [
            (&libc::PRINTF, &to[..0]),
            (&libc::SPRINTF, &to[..1]),
            (&libc::SNPRINTF, &to),
        ] {
            let args = [to, &[text, arguments]].concat();
            cases.push(Case::new(&name, row, &args));
        }
    }
    cases
}

fn strings() -> Vec<Case> {
    let (huge, twin, all) = (at(HUGE), at(TWIN), N(HUGE_BYTES as i32));
    vec![
        Case::new("equal", &libc::MEMCMP, &[huge, twin, all]),
        Case::new("overlapping", &libc::MEMMOVE, &[at(HUGE + 1), huge, all]),
        Case::new("not there", &libc::MEMCHR, &[huge, N('y' as i32), all]),
        Case::new("not there", &libc::STRCHR, &[huge, N('y' as i32)]),
        Case::new("equal", &libc::STRCMP, &[huge, twin]),
        Case::new("equal, short", &libc::STRCMP, &[at(LONG), at(ALMOST)]),
        Case::new("equal", &libc::STRNCMP, &[huge, twin, all]),
        Case::new("equal", &libc::STRNCASECMP, &[huge, twin, all]),
        Case::new("from the start", &libc::STRCPY, &[at(BUFFER), huge]),
        Case::new(
            "short, filled up",
            &libc::STRNCPY,
            &[at(BUFFER), Text("x"), all],
        ),
        Case::new("long", &libc::STRNCPY, &[at(BUFFER), huge, all]),
        Case::new("one letter", &libc::STRSPN, &[huge, Text("x")]),
        Case::new("large set", &libc::STRSPN, &[Text("x"), huge]),
        Case::new("another letter", &libc::STRCSPN, &[huge, Text("y")]),
        Case::new("large set", &libc::STRCSPN, &[Text("y"), huge]),
        Case::new("almost", &libc::STRSTR, &[huge, at(WANTED)]),
        Case::new("letter", &libc::STRSTR, &[huge, Text("y")]),
        Case::new("two letters", &libc::STRSTR, &[huge, Text("xy")]),
        Case::new("two others", &libc::STRSTR, &[huge, Text("yx")]),
        Case::new(
            "periodic",
            &libc::STRSTR,
            &[huge, Text("xxxxxxxxxxxxyxxxxxxxxxxxx")],
        ),
    ]
}

fn numbers() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, text) in [("digits", DIGITS), ("blanks", BLANKS)] {
        cases.push(Case::new(name, &libc::ATOI, &[at(text)]));
        for row in [&libc::STRTOL, &libc::STRTOUL] {
            cases.push(Case::new(name, row, &[at(text), at(SMALL), N(0)]));
        }
    }
    cases
}

fn heap() -> Vec<Case> {
    let many = |case: Case| case.after(1_020, &libc::MALLOC, &[N(16)]);
    vec![
        many(Case::new("many blocks", &libc::MALLOC, &[N(32)])),
        many(Case::new("many blocks", &libc::CALLOC, &[N(4), N(8)])),
        many(Case::new("many blocks", &memory::MEM_ALLOC, &[N(32)])),
        many(Case::new("many blocks", &libc::FREE, &[Result])).each_after(&libc::MALLOC, &[N(16)]),
        many(Case::new("many blocks", &memory::MEM_FREE, &[Result]))
            .each_after(&libc::MALLOC, &[N(16)]),
        many(Case::new("many blocks", &libc::REALLOC, &[Result, N(64)])),
        Case::new("all", &libc::CALLOC, &[N(60_000), N(1)]),
        Case::new("all, over and over", &libc::FREE, &[Result])
            .each_after(&libc::CALLOC, &[N(60_000), N(1)]),
        Case::new("moved", &libc::REALLOC, &[Result, N(30_000)])
            .after(1, &libc::MALLOC, &[N(30_000)])
            .each_after(&libc::MALLOC, &[N(20_000)]),
        Case::new("short", &libc::STRDUP, &[at(LONG)])
            .after(1, &libc::STRDUP, &[at(LONG)])
            .each_after(&libc::FREE, &[Result]),
    ]
}

/// Shapes with corners and centres far outside the screen, so that the visible part is the middle
/// of a huge shape.
fn shapes() -> Vec<Case> {
    let (far, near) = (N(i32::MAX), N(i32::MIN));
    let half = N(1 << 30);
    let minus = N(-(1 << 30));
    let white = N(0xFFFF);
    let corners = [near, N(0), far, near, far, far];
    let slim = [N(0), near, N(319), N(120), N(0), far];
    let steep = [near, minus, far, half, N(160), N(120)];
    let mut cases = Vec::new();
    for (name, corners) in [("huge", corners), ("slim", slim), ("steep", steep)] {
        let args = [&corners[..], &[white]].concat();
        cases.push(Case::new(name, &display::DISPLAY_TRIANGLE, &args));
        cases.push(Case::new(name, &display::DISPLAY_TRIANGLE_FILL, &args));
    }
    for (name, x, y, radius) in [
        ("arc from the left", minus, N(120), half),
        ("arc from above", N(160), minus, half),
        ("arc of a corner", N(-200), N(-200), N(400)),
        ("on the screen", N(160), N(120), N(119)),
        ("around the screen", N(160), N(120), N(200)),
        ("about as large", N(160), N(120), N(160)),
        ("small", N(160), N(120), N(1)),
    ] {
        let args = [x, y, radius, white];
        cases.push(Case::new(name, &display::DISPLAY_CIRCLE, &args));
        cases.push(Case::new(name, &display::DISPLAY_CIRCLE_FILL, &args));
    }
    for (name, rect) in [
        ("screen", [N(0), N(0), N(320), N(240)]),
        ("column", [N(160), N(0), N(1), N(240)]),
        ("two columns", [N(160), N(0), N(2), N(240)]),
        ("all but a column", [N(0), N(0), N(319), N(240)]),
    ] {
        cases.push(Case::new(
            name,
            &display::DISPLAY_RECT,
            &[&rect[..], &[white]].concat(),
        ));
        cases.push(Case::new(
            name,
            &display::DISPLAY_RECT_OUTLINE,
            &[&rect[..], &[white]].concat(),
        ));
        for row in [
            &display::DISPLAY_ROUNDED_RECT,
            &display::DISPLAY_ROUNDED_RECT_FILL,
        ] {
            cases.push(Case::new(
                name,
                row,
                &[&rect[..], &[N(120), white]].concat(),
            ));
        }
        let bar = [&rect[..], &[N(1), N(2), white, N(0)]].concat();
        cases.push(Case::new(name, &display::DISPLAY_PROGRESS_BAR, &bar));
    }
    for (name, args) in [
        ("across", [N(0), N(0), N(319), N(239)]),
        ("far", [near, near, far, N(i32::MAX - 1)]),
        ("steep", [N(0), near, N(319), far]),
    ] {
        cases.push(Case::new(
            name,
            &display::DISPLAY_LINE,
            &[&args[..], &[white]].concat(),
        ));
    }
    cases
}

fn pictures() -> Vec<Case> {
    let white = N(0xFFFF);
    let screen = [N(0), N(0), N(320), N(240), at(BUFFER), N(320 * 240 * 2)];
    let narrow = [N(0), N(0), N(319), N(240), at(BUFFER), N(320 * 240 * 2)];
    let column = [N(0), N(0), N(1), N(240), at(BUFFER), N(320 * 240 * 2)];
    let mut cases = Vec::new();
    for (name, picture) in [("screen", screen), ("narrow", narrow), ("column", column)] {
        cases.push(Case::new(name, &display::DISPLAY_BITMAP, &picture));
        let keyed = [&picture[..], &[N(1)]].concat();
        cases.push(Case::new(
            name,
            &display::DISPLAY_BITMAP_TRANSPARENT,
            &keyed,
        ));
        cases.push(Case::new(name, &display::DISPLAY_RAW_WRITE, &picture));
        cases.push(Case::new(name, &display::DISPLAY_RAW_WRITE_ASYNC, &picture));
    }
    let clear = |case: Case| case.each_after(&display::DISPLAY_CLEAR, &[white]);
    cases.push(clear(Case::new(
        "whole screen",
        &display::DISPLAY_FLUSH,
        &[],
    )));
    for row in [
        &display::DISPLAY_TEXT,
        &display::DISPLAY_TEXT_LARGE,
        &display::DISPLAY_TEXT_HUGE,
    ] {
        for (name, text) in [
            ("words", "MW#@&%$MW#@&%$MW#@&%$MW#@&%$MW#@&%$MW#@&%$MW#@"),
            ("one letter", "#"),
        ] {
            cases.push(Case::new(name, row, &[N(0), N(0), Text(text), white]));
        }
        cases.push(Case::new(
            "a row of it",
            row,
            &[N(0), N(-9), at(LONG), white],
        ));
        cases.push(Case::new("below", row, &[N(0), N(239), at(LONG), white]));
    }
    cases.push(Case::new(
        "on the screen",
        &display::DISPLAY_NUMBER,
        &[N(0), N(0), N(i32::MIN), white],
    ));
    cases
}

const TOPICS: [&str; 8] = ["t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7"];

/// Subscribes to the maximum number of topics and fills the queue with the smallest messages of the
/// first topic.
fn full(case: Case) -> Case {
    let case = TOPICS.iter().fold(case, |case, topic| {
        case.after(1, &ipc::MSG_SUBSCRIBE, &[Text(topic)])
    });
    case.after(1_100, &ipc::MSG_PUBLISH, &[Text("t0"), at(BUFFER), N(1)])
}

fn messages() -> Vec<Case> {
    let last = Text("t7");
    let payload = [at(BUFFER), N(256)];
    let publish =
        |name, topic, len| Case::new(name, &ipc::MSG_PUBLISH, &[Text(topic), at(BUFFER), N(len)]);
    vec![
        full(Case::new("full queue", &ipc::MSG_PENDING, &[last])),
        full(Case::new(
            "full queue, first",
            &ipc::MSG_PENDING,
            &[Text("t0")],
        )),
        full(Case::new(
            "full queue",
            &ipc::MSG_TRY_RECV,
            &[last, payload[0], payload[1]],
        )),
        full(Case::new(
            "full queue, first",
            &ipc::MSG_TRY_RECV,
            &[Text("t0"), payload[0], payload[1]],
        )),
        full(Case::new(
            "full queue",
            &ipc::MSG_RECV,
            &[last, payload[0], payload[1], N(0)],
        )),
        full(Case::new(
            "full queue, one ms",
            &ipc::MSG_RECV,
            &[last, payload[0], payload[1], N(1)],
        )),
        full(publish("full queue", "t7", 1)),
        full(Case::new("full queue", &ipc::MSG_UNSUBSCRIBE, &[last]))
            .each_after(&ipc::MSG_SUBSCRIBE, &[last]),
        full(Case::new("full queue", &ipc::MSG_SUBSCRIBE, &[last])),
        publish("to many, 1 byte", "crowd", 1),
        publish("to many, 256 bytes", "crowd", 256),
        publish("to nobody", "desert", 256),
    ]
}

/// Creates directories up to the limit of an app's entries.
fn crowded(case: Case) -> Case {
    case.after(700, &fs::FS_MKDIR, &[Numbered])
}

/// Writes a file of 256 KiB and opens it.
fn large(case: Case, row: &'static NativeCall, flags: i32) -> Case {
    case.after(1, &storage::STORAGE_OPEN, &[Text("large"), N(1)])
        .after(
            1,
            &storage::STORAGE_WRITE,
            &[Result, at(HUGE), N(256 << 10)],
        )
        .after(1, &storage::STORAGE_CLOSE, &[N(0)])
        .after(1, row, &[Text("large"), N(flags)])
}

fn files() -> Vec<Case> {
    let buffer = [at(BUFFER), N(BUFFER_BYTES as i32)];
    let missing = Text("missing");
    let deep = Text("aaaaaaaaaaaaaa/bbbbbbbbbbbbbbb/ccccccccccccccc/ddddddddddddddd");
    let mut cases = Vec::new();
    for (name, path) in [
        ("missing", missing),
        ("missing, deep", deep),
        ("folder", Text(".")),
    ] {
        cases.push(crowded(Case::new(name, &fs::FS_STAT, &[path, buffer[0]])));
        cases.push(crowded(Case::new(name, &fs::FS_UNLINK, &[path])));
        cases.push(crowded(Case::new(name, &storage::STORAGE_DELETE, &[path])));
        cases.push(crowded(Case::new(
            name,
            &storage::STORAGE_OPEN,
            &[path, N(0)],
        )));
        cases.push(crowded(Case::new(name, &fs::FS_OPEN, &[path, N(0)])));
        cases.push(crowded(Case::new(name, &fs::FS_MKDIR, &[path])));
        cases.push(crowded(Case::new(
            name,
            &storage::STORAGE_LIST,
            &[path, buffer[0], buffer[1]],
        )));
        cases.push(crowded(Case::new(
            name,
            &fs::FS_READDIR,
            &[path, buffer[0], buffer[1]],
        )));
    }
    cases.push(crowded(Case::new(
        "one name",
        &storage::STORAGE_LIST,
        &[Text("/"), buffer[0], N(1)],
    )));
    cases.push(crowded(Case::new(
        "empty folder",
        &storage::STORAGE_LIST,
        &[Text("baaa"), buffer[0], N(64)],
    )));
    cases.push(crowded(Case::new(
        "empty folder",
        &fs::FS_READDIR,
        &[Text("baaa"), buffer[0], N(64)],
    )));
    cases.push(crowded(
        Case::new("made and removed", &fs::FS_UNLINK, &[Text("x")])
            .each_after(&fs::FS_MKDIR, &[Text("x")]),
    ));
    for (name, length) in [("all of it", 256 << 10), ("a byte", 1)] {
        let args = [Result, buffer[0], N(length)];
        cases.push(large(
            Case::new(name, &storage::STORAGE_READ, &args),
            &storage::STORAGE_OPEN,
            0,
        ));
        cases.push(large(Case::new(name, &fs::FS_READ, &args), &fs::FS_OPEN, 0));
        let args = [Result, at(HUGE), N(length)];
        cases.push(large(
            Case::new(name, &storage::STORAGE_WRITE, &args),
            &storage::STORAGE_OPEN,
            2,
        ));
        cases.push(large(
            Case::new(name, &fs::FS_WRITE, &args),
            &fs::FS_OPEN,
            2,
        ));
    }
    let end = [Result, at(BUFFER), N(64)];
    cases.push(large(
        Case::new("at the end", &fs::FS_READ, &end).after(1, &fs::FS_SEEK, &[N(0), N(0), N(2)]),
        &fs::FS_OPEN,
        0,
    ));
    cases
}

fn keys() -> Vec<Case> {
    let long = Text("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk");
    let value = Text(
        "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv",
    );
    let many = |case: Case| case.after(200, &settings::SETTINGS_SET, &[Numbered, value]);
    vec![
        many(Case::new(
            "missing",
            &settings::SETTINGS_GET,
            &[long, at(BUFFER), N(256)],
        )),
        many(Case::new("missing", &settings::SETTINGS_DELETE, &[long])),
        many(Case::new(
            "another",
            &settings::SETTINGS_SET,
            &[long, value],
        )),
        many(Case::new(
            "there",
            &settings::SETTINGS_GET,
            &[Text("baaa"), at(BUFFER), N(BUFFER_BYTES as i32)],
        )),
        many(
            Case::new("set and deleted", &settings::SETTINGS_DELETE, &[long])
                .each_after(&settings::SETTINGS_SET, &[long, value]),
        ),
    ]
}

fn rest() -> Vec<Case> {
    let timers = |case: Case| case.after(8, &timer::TIMER_CREATE, &[]);
    vec![
        timers(Case::new("all there are", &timer::TIMER_CREATE, &[])),
        timers(Case::new("the last", &timer::TIMER_START, &[Result])),
        timers(Case::new("the last", &timer::TIMER_STOP, &[Result])),
        timers(Case::new("the last", &timer::TIMER_ELAPSED, &[Result])),
        Case::new("made and freed", &timer::TIMER_FREE, &[Result])
            .each_after(&timer::TIMER_CREATE, &[]),
        Case::new("the light", &gpio::GPIO_CONFIGURE, &[N(42), N(2)]),
        Case::new("the light", &gpio::GPIO_WRITE, &[N(42), N(1)]).after(
            1,
            &gpio::GPIO_CONFIGURE,
            &[N(42), N(2)],
        ),
        Case::new("the light", &gpio::GPIO_READ, &[N(42)]),
        Case::new("8 bytes", &input::INPUT_POLL_EVENT, &[at(SMALL), N(8)]),
        Case::new("there", &sensor::SENSOR_READ, &[N(13)]),
        Case::new(
            "many apps",
            &lifecycle::APP_LIST,
            &[at(BUFFER), N(BUFFER_BYTES as i32)],
        ),
        Case::new("itself", &lifecycle::APP_GET_STATUS, &[Text("case")]),
        Case::new("itself", &lifecycle::APP_START, &[Text("case")]),
        Case::new("itself", &lifecycle::APP_STOP, &[Text("case")]),
        Case::new("itself", &lifecycle::APP_SWITCH, &[Text("case")]),
        // The target already runs: the start of an app would be charged to that app.
        Case::new(
            "another",
            &lifecycle::APP_SWITCH,
            &[Text("crowd-05-with-a-name-as-long-as")],
        ),
        Case::new(
            "the last",
            &lifecycle::APP_GET_STATUS,
            &[Text("crowd-24-with-a-name-as-long-as")],
        ),
    ]
}
