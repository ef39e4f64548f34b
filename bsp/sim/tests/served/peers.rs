//! Peers that are slow, silent or greedy in each phase of a connection. They must not lock other
//! peers out, and none may occupy a place for ever.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use crate::console::{Console, Desk};
use crate::guests::app;

/// Time that a test waits for the console, long enough for a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Options of a console that waits half a second for peers instead of the default five.
const IMPATIENT: [&str; 3] = ["--ephemeral", "--patience", "500"];

/// Options of a console that waits for peers longer than any test takes. A new peer then gets a
/// place only by displacing another.
const PATIENT: [&str; 3] = ["--ephemeral", "--patience", "600000"];

/// Number of peers that exceeds the console's places.
const CROWD: usize = 300;

fn connect(console: &Console, sent: &str) -> TcpStream {
    let mut stream = TcpStream::connect(&console.address).expect("the console listens");
    stream
        .set_read_timeout(Some(PATIENCE))
        .expect("it is not zero");
    stream
        .set_write_timeout(Some(PATIENCE))
        .expect("it is not zero");
    // An error is ignored: the console may already have displaced this peer.
    let _ = stream.write_all(sent.as_bytes());
    stream
}

fn head(console: &Console, request: &str, lines: &str) -> String {
    format!(
        "{request} HTTP/1.1\r\nHost: {}\r\n{lines}\r\n",
        console.address
    )
}

/// Reads until the console closes the connection. Panics if it keeps the connection open.
fn hear(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if is_late(&error) => panic!("the console keeps the connection: {answer:?}"),
        _ => String::from_utf8_lossy(&answer).into_owned(),
    }
}

fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

/// Sends a fragment repeatedly until the console answers or closes the connection.
fn drip(stream: &mut TcpStream, bit: &str) {
    let begun = Instant::now();
    // The read timeout is the pause between two fragments.
    let pause = Duration::from_millis(50);
    stream
        .set_read_timeout(Some(pause))
        .expect("it is not zero");
    while let Err(error) = stream.read(&mut [0; 64]) {
        if !is_late(&error) || stream.write_all(bit.as_bytes()).is_err() {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "the console reads for ever");
    }
}

fn small() -> Vec<u8> {
    let source = r#"(module (memory (export "memory") 1)
        (func (export "main") (result i32) (i32.const 0)))"#;
    app(source, r#"{"name": "small", "version": "1.0"}"#)
}

/// Checks that the console answers and installs an app.
fn serves(console: &Console) {
    console.call("GET", "/api/v1/status", b"").done();
    console.install("small", &small()).done();
}

#[test]
fn a_head_that_does_not_end_is_waited_for_only_so_long() {
    let console = Desk::new().start(&IMPATIENT);
    for sent in ["", "G", "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"] {
        hear(&mut connect(&console, sent));
    }
    drip(&mut connect(&console, "GET / HTTP/1.1\r\n"), "X: y\r\n");
    drip(&mut connect(&console, ""), "\r\n");
    serves(&console);
}

#[test]
fn a_kept_connection_is_closed_when_nothing_follows() {
    let console = Desk::new().start(&IMPATIENT);
    let request = head(&console, "GET /api/v1/info", "");
    let answers = hear(&mut connect(&console, &request.repeat(3)));
    assert_eq!(answers.matches("HTTP/1.1 200").count(), 3, "{answers}");
}

#[test]
fn a_body_has_to_keep_the_lowest_rate() {
    let console = Desk::new().start(&IMPATIENT);
    let bodies = [
        ("Content-Length: 100000\r\n", ""),
        ("Content-Length: 100000\r\n", "x"),
        ("Transfer-Encoding: chunked\r\n", "1\r\nx\r\n"),
        ("Transfer-Encoding: chunked\r\n", "1;a=b"),
    ];
    thread::scope(|scope| {
        for (lines, bit) in bodies {
            for path in ["apps/install?name=small", "apps/install", "v1/apps/inspect"] {
                let request = head(&console, &format!("POST /api/{path}"), lines);
                let mut stream = connect(&console, &request);
                scope.spawn(move || drip(&mut stream, bit));
            }
        }
    });
    let request = head(&console, "POST /api/apps/install", "Content-Length: 9\r\n");
    let answer = hear(&mut connect(&console, &request));
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("bytes a second"), "{answer}");
    serves(&console);
}

#[test]
fn a_crowd_that_does_nothing_keeps_nobody_out() {
    let console = Desk::new().start(&PATIENT);
    let upload = |path: &str| head(&console, path, "Content-Length: 4000000\r\n");
    for sent in [
        String::new(),
        "GET / HTTP/1.1\r\n".into(),
        upload("POST /api/apps/install?name=small"),
        upload("POST /api/v1/apps/inspect"),
        upload("POST /api/v1/apps/stop?name=launcher"),
        head(&console, "GET /api/v1/info", ""),
    ] {
        let crowd: Vec<TcpStream> = (0..CROWD).map(|_| connect(&console, &sent)).collect();
        serves(&console);
        drop(crowd);
    }
}

#[test]
fn uploads_that_stall_hold_up_no_other() {
    let console = Desk::new().start(&PATIENT);
    let request = head(
        &console,
        "POST /api/apps/install?name=small",
        "Content-Length: 4000000\r\n",
    );
    let stalled: Vec<TcpStream> = (0..16).map(|_| connect(&console, &request)).collect();
    for mut stream in &stalled {
        stream.write_all(&[0; 1000]).expect("it reads");
    }
    serves(&console);
    let other = head(
        &console,
        "POST /api/v1/apps/inspect",
        "Content-Length: 9\r\n",
    );
    drop(connect(&console, &other));
    serves(&console);
}

#[test]
fn answers_that_nobody_reads_are_not_waited_for() {
    let console = Desk::new().start(&IMPATIENT);
    let mut stream = connect(&console, "");
    let request = head(&console, "GET /", "").repeat(100);
    let end = loop {
        if let Err(error) = stream.write_all(request.as_bytes()) {
            break error;
        }
    };
    assert!(!is_late(&end), "the console keeps the connection: {end}");
    serves(&console);
}

#[test]
fn who_sends_no_more_still_gets_the_answer() {
    let console = Desk::new().start(&IMPATIENT);
    let mut stream = connect(&console, &head(&console, "GET /api/v1/info", ""));
    stream.shutdown(Shutdown::Write).expect("it is open");
    assert!(hear(&mut stream).starts_with("HTTP/1.1 200"));
    let request = head(&console, "POST /api/apps/install", "Content-Length: 9\r\n");
    let mut stream = connect(&console, &request);
    stream.shutdown(Shutdown::Write).expect("it is open");
    hear(&mut stream);
}

#[test]
fn everything_but_the_body_is_checked_before_the_body() {
    let console = Desk::new().start(&PATIENT);
    let long = "x".repeat(3_000);
    for (request, lines, status) in [
        (
            "POST /api/apps/install?name=..",
            "Transfer-Encoding: chunked\r\n",
            "422",
        ),
        (
            "POST /api/apps/install?name=..",
            "Content-Length: 9\r\n",
            "422",
        ),
        (
            "POST /api/v1/apps/inspect?name=a%2Fb",
            "Transfer-Encoding: chunked\r\n",
            "422",
        ),
        (
            "POST /api/v1/apps/inspect?name=a&name=b",
            "Transfer-Encoding: chunked\r\n",
            "400",
        ),
        (
            "POST /api/apps/install",
            "Transfer-Encoding: chunked\r\nAkira-Signature: !\r\n",
            "400",
        ),
        (
            "POST /api/apps/install?name=a",
            "Content-Length: 4194305\r\n",
            "413",
        ),
        ("POST /api/v1/trust", "Content-Length: 4194304\r\n", "413"),
        (
            &format!("POST /api/apps/install?x={long}"),
            "Content-Length: 9\r\n",
            "414",
        ),
        (
            "POST /api/apps/install",
            &format!("X: {}\r\n", long.repeat(8)),
            "431",
        ),
        ("POST /api/apps/install", &"X: y\r\n".repeat(100), "431"),
        (
            "POST /api/apps/install",
            "Content-Length: 9\r\nContent-Length: 10\r\n",
            "400",
        ),
        ("POST /api/apps/install", "Content-Length: +9\r\n", "400"),
        ("POST /api/apps/install", "Transfer-Encoding: x\r\n", "400"),
    ] {
        let lines = format!("Connection: close\r\n{lines}");
        let mut stream = connect(&console, &head(&console, request, &lines));
        let mut begin = [0; 12];
        let read = stream.read_exact(&mut begin);
        let begin = String::from_utf8_lossy(&begin);
        assert!(
            read.is_ok() && begin.ends_with(status),
            "{request}: {begin}"
        );
    }
    serves(&console);
}

#[test]
fn a_chunk_may_have_few_words_beside_its_length() {
    let console = Desk::new().start(&PATIENT);
    let request = head(
        &console,
        "POST /api/apps/install",
        "Transfer-Encoding: chunked\r\n",
    );
    let mut stream = connect(&console, &request);
    let extension = format!("1;{}\r\nx\r\n", "a".repeat(1_000));
    while stream.write_all(extension.as_bytes()).is_ok() {}
    serves(&console);
}

/// Opens a page that never answers a ping. Returns its stream and the start of the status line.
fn page(console: &Console) -> (TcpStream, String) {
    let lines = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n";
    let mut stream = connect(console, &head(console, "GET /ws", lines));
    let mut begin = [0; 12];
    stream.read_exact(&mut begin).expect("it answers");
    (stream, String::from_utf8_lossy(&begin).into_owned())
}

#[test]
fn pages_that_stop_reading_lose_their_places() {
    let console = Desk::new().start(&IMPATIENT);
    let mut silent = Vec::new();
    let begun = Instant::now();
    while silent.len() < 4 * 16 {
        assert!(begun.elapsed() < PATIENCE, "silent pages stay");
        let (stream, begin) = page(&console);
        if begin.ends_with("101") {
            silent.push(stream);
        }
    }
    for mut stream in silent {
        hear(&mut stream);
    }
    serves(&console);
}
