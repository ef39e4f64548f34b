//! Minimal HTTP client.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use serde_json::Value;

/// Status and body of an answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    /// Returns the body of a successful answer; panics if the status is not 200.
    pub(crate) fn done(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body
    }

    /// Returns the status and the message of an error answer; panics if the request succeeded.
    pub(crate) fn refused(self) -> (u16, String) {
        let error = self.body["error"].as_str().map(str::to_owned);
        (
            self.status,
            error.unwrap_or_else(|| panic!("it was done: {}", self.body)),
        )
    }
}

/// Sends a request and waits for the answer. `extra` contains additional header lines.
pub(crate) fn call(
    address: &str,
    method: &str,
    path: &str,
    extra: &str,
    body: &[u8],
) -> io::Result<Answer> {
    let mut stream = begin_with(address, method, path, extra, body.len())?;
    // A server that refuses a request may answer before it has read the whole body.
    let sent = stream.write_all(body);
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    sent.or_else(|error| {
        if answer.is_empty() {
            Err(error)
        } else {
            Ok(())
        }
    })?;
    parse(&answer).ok_or(io::ErrorKind::InvalidData.into())
}

/// Sends the head of a request.
pub(crate) fn begin(
    address: &str,
    method: &str,
    path: &str,
    length: usize,
) -> io::Result<TcpStream> {
    begin_with(address, method, path, "", length)
}

fn begin_with(
    address: &str,
    method: &str,
    path: &str,
    extra: &str,
    length: usize,
) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n{extra}\r\n"
    );
    stream.write_all(head.as_bytes())?;
    Ok(stream)
}

fn parse(answer: &[u8]) -> Option<Answer> {
    let end = answer.windows(4).position(|it| it == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let body = serde_json::from_slice(&answer[end + 4..]).ok()?;
    Some(Answer { status, body })
}
