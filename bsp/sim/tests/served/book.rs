//! Sends the commands in the book's chapter on the HTTP API as curl does.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use crate::console::Desk;

const CHAPTER: &str = include_str!("../../../../book/src/http-api.md");

/// Address of the console in the chapter.
const ADDRESS: &str = "127.0.0.1:8080";

/// One command, `curl [--request METHOD] [--output FILE] [--data-binary @FILE] URL`.
#[derive(Debug, Default)]
struct Curl<'a> {
    method: Option<&'a str>,
    file: Option<&'a str>,
    url: &'a str,
}

impl<'a> Curl<'a> {
    fn parse(command: &'a str) -> Self {
        let mut words = command.split(' ').map(|word| word.trim_matches('\''));
        assert_eq!(words.next(), Some("curl"), "{command}");
        let mut curl = Self::default();
        while let Some(word) = words.next() {
            match word {
                "--request" => curl.method = words.next(),
                "--data-binary" => curl.file = words.next().and_then(|file| file.strip_prefix('@')),
                "--output" => drop(words.next()),
                url => curl.url = url.strip_prefix("http://").expect(command),
            }
        }
        curl
    }

    /// Sends the request to `address` and returns the first line of the answer.
    fn send(&self, address: &str) -> String {
        let path = self.url.strip_prefix(ADDRESS).expect(self.url);
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let body = self
            .file
            .map(|file| std::fs::read(root.join(file)).expect(file));
        let method = self
            .method
            .unwrap_or(if body.is_some() { "POST" } else { "GET" });
        let body = body.unwrap_or_default();
        let length = body.len();
        let mut stream = TcpStream::connect(address).expect("the console listens");
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
        )
        .and_then(|()| stream.write_all(&body))
        .expect("the console reads");
        let mut answer = Vec::new();
        stream
            .read_to_end(&mut answer)
            .expect("the console answers");
        let answer = String::from_utf8_lossy(&answer);
        answer.lines().next().unwrap_or_default().to_owned()
    }
}

/// Returns the lines of the shell blocks in the chapter.
fn commands() -> impl Iterator<Item = &'static str> {
    let blocks = CHAPTER.split("```sh\n").skip(1);
    blocks.flat_map(|block| block.split("```").next().unwrap_or_default().lines())
}

#[test]
fn every_command_of_the_chapter_works_as_it_stands() {
    let desk = Desk::new();
    let console = desk.start(&["--ephemeral"]);
    assert!(commands().count() > 10);
    for command in commands() {
        let answer = Curl::parse(command).send(&console.address);
        assert_eq!(answer, "HTTP/1.1 200 OK", "{command}");
    }
}
