use std::time::Duration;

use akira_peers::Limits;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::fake::{Fake, LOG_LINES};
use crate::openapi::check_named;
use akira_sim::protocol::Level;
use akira_sim::server;

/// Fake console on its own port; the test polls it.
struct Console {
    fake: Fake,
    address: String,
}

impl Console {
    async fn start() -> Self {
        Self::start_with(Limits::DEFAULT).await
    }

    async fn start_with(limits: Limits) -> Self {
        let (handle, fake) = Fake::new();
        let listener = server::bind(0).await.expect("a port is free");
        let address = listener
            .local_addr()
            .expect("the port is bound")
            .to_string();
        tokio::spawn(server::serve_with(listener, handle, limits));
        Self { fake, address }
    }

    async fn open(&self) -> Result<Page, tungstenite::Error> {
        let stream = TcpStream::connect(&self.address)
            .await
            .expect("the server listens");
        let (page, _) = client_async(format!("ws://{}/ws", self.address), stream).await?;
        Ok(page)
    }

    /// Opens a page and reads its messages up to the first frame.
    async fn page(&mut self) -> Page {
        let mut page = self.open().await.expect("the page is accepted");
        self.frame(&mut page).await;
        page
    }

    /// Answers commands until the page receives a message.
    async fn next(&mut self, page: &mut Page) -> Message {
        loop {
            tokio::select! {
                message = page.next() => return message.expect("the page is open").expect("the page works"),
                _ = self.fake.serve_next() => {}
            }
        }
    }

    /// Reads messages up to the next frame. Returns its rectangle and the bytes of its pixels.
    async fn frame(&mut self, page: &mut Page) -> ([u16; 4], Vec<u8>) {
        loop {
            if let Message::Binary(frame) = self.next(page).await {
                assert_eq!(frame[0], 1);
                let edge = |at: usize| u16::from_le_bytes([frame[at], frame[at + 1]]);
                return ([1, 3, 5, 7].map(edge), frame[9..].to_vec());
            }
        }
    }

    /// Reads messages up to the next text message of type `kind` that `wanted` accepts.
    async fn text(
        &mut self,
        page: &mut Page,
        kind: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        loop {
            if let Message::Text(text) = self.next(page).await {
                let message: Value = serde_json::from_str(&text).expect("text messages are JSON");
                check_named("ServerMessage", &message);
                if message["type"] == kind && wanted(&message) {
                    return message;
                }
            }
        }
    }
}

type Page = WebSocketStream<TcpStream>;

async fn say(page: &mut Page, message: Value) {
    let message = Message::text(message.to_string());
    page.send(message).await.expect("the page is open");
}

fn any(_: &Value) -> bool {
    true
}

#[tokio::test]
async fn a_page_hears_what_the_console_is_and_sees_the_whole_screen() {
    let mut console = Console::start().await;
    let mut page = console.open().await.expect("the page is accepted");
    let hello = console.text(&mut page, "hello", any).await;
    assert_eq!(hello["device"]["name"], "AkiraConsole");
    assert_eq!(hello["clock"], "real");
    assert!(hello["since_ms"].as_u64().is_some_and(|since| since > 0));
    assert_eq!(hello["buttons"][0], json!({ "id": 1, "name": "HOME" }));
    assert_eq!(hello["sensors"].as_array().map(Vec::len), Some(8));
    let (area, pixels) = console.frame(&mut page).await;
    assert_eq!((area, pixels.len()), ([0, 0, 320, 240], 320 * 240 * 2));
}

#[tokio::test]
async fn only_the_rectangle_that_changed_is_sent() {
    let mut console = Console::start().await;
    let mut page = console.page().await;
    console.fake.advance(33);
    let (area, pixels) = console.frame(&mut page).await;
    assert_eq!((area, pixels.len()), ([0, 32, 320, 188], 320 * 188 * 2));
}

#[tokio::test]
async fn a_page_that_lags_behind_sees_one_whole_frame_instead_of_a_queue() {
    let mut console = Console::start().await;
    let mut page = console.page().await;
    for _ in 0..1000 {
        console.fake.advance(33);
    }
    let (area, _) = console.frame(&mut page).await;
    assert_eq!(area, [0, 0, 320, 240]);
}

#[tokio::test]
async fn a_page_gets_the_log_so_far_and_then_each_line_once() {
    let mut console = Console::start().await;
    console.fake.log("snake", Level::Info, "before");
    let mut page = console.open().await.expect("the page is accepted");
    let line = console.text(&mut page, "log", any).await;
    let expected = json!({ "type": "log", "seq": 1, "app": "snake", "level": "info", "time_ms": 0, "text": "before", "dropped": 0 });
    assert_eq!(line, expected);
    console.frame(&mut page).await;
    console.fake.log("snake", Level::Warn, "after");
    let line = console.text(&mut page, "log", any).await;
    assert_eq!(
        (&line["text"], &line["level"]),
        (&json!("after"), &json!("warn"))
    );
}

#[tokio::test]
async fn lines_that_a_page_missed_are_made_up_for_or_counted() {
    let mut console = Console::start().await;
    let mut page = console.page().await;
    for number in 1..=LOG_LINES + 200 {
        console.fake.log("snake", Level::Info, number.to_string());
    }
    let first = console.text(&mut page, "log", any).await;
    let mut total = 1 + first["dropped"].as_u64().expect("the count is a number");
    let mut text = first["text"].clone();
    while text != json!((LOG_LINES + 200).to_string()) {
        let line = console.text(&mut page, "log", any).await;
        total += 1 + line["dropped"].as_u64().expect("the count is a number");
        text = line["text"].clone();
    }
    assert_eq!(
        (total, &first["dropped"]),
        (LOG_LINES as u64 + 200, &json!(200))
    );
}

#[tokio::test]
async fn apps_are_told_again_after_a_change() {
    let mut console = Console::start().await;
    let mut page = console.page().await;
    let apps = console.text(&mut page, "apps", any).await;
    assert_eq!(apps["apps"].as_array().map(Vec::len), Some(6));
    assert_eq!(apps["status"]["memory_total"], 1_048_576);
    console.text(&mut page, "apps", any).await;
}

#[tokio::test]
async fn a_button_that_is_held_is_released_when_its_page_goes() {
    let mut console = Console::start().await;
    let mut page = console.page().await;
    say(
        &mut page,
        json!({ "type": "button", "id": 6, "pressed": true }),
    )
    .await;
    console
        .text(&mut page, "log", |line| line["text"] == "button 6 pressed")
        .await;
    drop(page);
    let mut other = console.open().await.expect("the page is accepted");
    console
        .text(&mut other, "log", |line| {
            line["text"] == "button 6 released"
        })
        .await;
}

#[tokio::test]
async fn a_sensor_takes_values_within_its_range() {
    let mut console = Console::start().await;
    let mut page = console.page().await;
    say(
        &mut page,
        json!({ "type": "sensor", "channel": 0, "value": 1e30 }),
    )
    .await;
    let at_most = json!({ "channel": 0, "value": 20.0 });
    console
        .text(&mut page, "sensors", |message| {
            message["values"][0] == at_most
        })
        .await;
}

#[tokio::test]
async fn a_page_that_talks_nonsense_is_shown_out_with_the_reason() {
    let nonsense = [
        (json!({ "type": "button", "id": 31, "pressed": true }), "31"),
        (
            json!({ "type": "sensor", "channel": 99, "value": 1.0 }),
            "99",
        ),
        (json!({ "type": "reboot" }), "reboot"),
        (json!({ "type": "x".repeat(300) }), "not a message"),
        (json!("hello"), "not a message"),
        (json!({ "type": "x".repeat(2000) }), "too long"),
    ];
    for (message, reason) in nonsense {
        let mut console = Console::start().await;
        let mut page = console.page().await;
        say(&mut page, message).await;
        let close = loop {
            if let Message::Close(Some(close)) = console.next(&mut page).await {
                break close;
            }
        };
        assert!(close.reason.contains(reason), "{}", close.reason);
    }
}

#[tokio::test]
async fn more_pages_than_there_is_room_for_are_turned_away() {
    let console = Console::start().await;
    let mut pages = Vec::new();
    let refused = loop {
        match console.open().await {
            Ok(page) => pages.push(page),
            Err(tungstenite::Error::Http(response)) => break response,
            Err(error) => panic!("the server failed: {error}"),
        }
    };
    assert_eq!((refused.status().as_u16(), pages.len()), (503, 16));
}

#[tokio::test]
async fn a_page_that_answers_pings_stays() {
    let limits = Limits::new(Duration::from_millis(100), 1);
    let mut console = Console::start_with(limits).await;
    let mut page = console.open().await.expect("the page is accepted");
    let mut pings = 0;
    // Three pings are sent within the permitted silence, so ten take longer than that.
    while pings < 10 {
        if let Message::Ping(_) = console.next(&mut page).await {
            pings += 1;
        }
    }
}
