use std::time::Duration;

use akira_peers::Limits;
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket};
use futures_util::SinkExt;
use futures_util::stream::SplitSink;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until, timeout};

use super::message::{ServerMessage, encode};
use crate::protocol::{Area, LogLine};
use crate::remote::{Command, DeviceHandle, Event, Reply};

/// Minimum time between two frames, for 60 frames a second.
const FRAME: Duration = Duration::from_millis(16);
/// Minimum time between two lists of apps.
const APPS_SOONEST: Duration = Duration::from_millis(500);
/// Maximum time between two lists of apps, because figures such as CPU use change without an event.
const APPS_LATEST: Duration = Duration::from_secs(1);

/// Result of a message to a page; the error is the reason for the close frame.
type Done<T> = Result<T, String>;

/// Sends events to one page.
///
/// A slow page takes no additional memory. Changed areas of the screen are merged, and their pixels
/// are fetched only when the page can receive them. Log lines of lost events are read again from
/// the device's log.
pub(super) struct Output<'a> {
    sink: &'a mut SplitSink<WebSocket, Message>,
    device: &'a DeviceHandle,
    limits: &'a Limits,
    events: Receiver<Event>,
    dirty: Option<Area>,
    sensors_due: bool,
    last_line: u64,
    frame_at: Instant,
    apps_at: Instant,
    apps_sent: Instant,
    ping_at: Instant,
}

impl<'a> Output<'a> {
    pub(super) fn new(
        sink: &'a mut SplitSink<WebSocket, Message>,
        device: &'a DeviceHandle,
        limits: &'a Limits,
    ) -> Self {
        let now = Instant::now();
        Self {
            sink,
            device,
            limits,
            events: device.listen(),
            dirty: None,
            sensors_due: true,
            last_line: 0,
            frame_at: now,
            apps_at: now,
            apps_sent: now,
            ping_at: now + limits.ping(),
        }
    }

    /// Sends the complete state, then each change. Returns the reason for the close frame.
    pub(super) async fn run(mut self, since_ms: u64) -> String {
        match self.tell_all(since_ms).await {
            Ok(()) => "goodbye".into(),
            Err(reason) => reason,
        }
    }

    async fn tell_all(&mut self, since_ms: u64) -> Done<()> {
        let hello = ServerMessage::Hello {
            description: self.device.description(),
            since_ms,
        };
        self.say(&hello).await?;
        self.catch_up().await?;
        loop {
            let visible_change = self.dirty.is_some() || self.sensors_due;
            tokio::select! {
                event = self.events.recv() => self.note(event).await?,
                () = sleep_until(self.frame_at), if visible_change => self.show().await?,
                () = sleep_until(self.apps_at) => self.list_apps().await?,
                () = sleep_until(self.ping_at) => self.ping().await?,
            }
        }
    }

    async fn note(&mut self, event: Result<Event, RecvError>) -> Done<()> {
        match event {
            Ok(Event::Log(line)) => self.log(&line).await?,
            Ok(Event::Apps) => self.apps_at = self.apps_at.min(self.apps_sent + APPS_SOONEST),
            Ok(Event::Screen(area)) => self.mark(area),
            Ok(Event::Sensors) => self.sensors_due = true,
            Err(RecvError::Lagged(_)) => self.catch_up().await?,
            Err(RecvError::Closed) => return Err("the device has been shut down".into()),
        }
        Ok(())
    }

    fn mark(&mut self, area: Area) {
        let area = area.on(self.device.description().screen);
        self.dirty = Some(self.dirty.map_or(area, |dirty| dirty.union(area)));
    }

    /// Sends the state again whose events may have been lost: screen, sensors and log.
    async fn catch_up(&mut self) -> Done<()> {
        self.mark(Area::whole(self.device.description().screen));
        self.sensors_due = true;
        for line in self.ask(|reply| Command::Logs { reply }).await? {
            self.log(&line).await?;
        }
        Ok(())
    }

    async fn log(&mut self, line: &LogLine) -> Done<()> {
        if line.seq <= self.last_line {
            return Ok(());
        }
        let missed = line.seq - self.last_line - 1;
        self.last_line = line.seq;
        let dropped = line.dropped.saturating_add(missed);
        let line = LogLine {
            dropped,
            ..line.clone()
        };
        self.say(&ServerMessage::Log(&line)).await
    }

    async fn show(&mut self) -> Done<()> {
        self.frame_at = Instant::now() + FRAME;
        if let Some(area) = self.dirty.take() {
            let frame = self.ask(|reply| Command::Screen { area, reply }).await?;
            self.send(Message::Binary(encode(&frame).into())).await?;
        }
        if std::mem::take(&mut self.sensors_due) {
            let values = self.ask(|reply| Command::Sensors { reply }).await?;
            self.say(&ServerMessage::Sensors { values: &values })
                .await?;
        }
        Ok(())
    }

    async fn list_apps(&mut self) -> Done<()> {
        self.apps_sent = Instant::now();
        self.apps_at = self.apps_sent + APPS_LATEST;
        let (apps, status) = self.ask(|reply| Command::Survey { reply }).await?;
        let message = ServerMessage::Apps {
            apps: &apps,
            status: &status,
        };
        self.say(&message).await
    }

    /// Sends a ping. [`Presence`](super::presence::Presence) checks that the page answers in time.
    async fn ping(&mut self) -> Done<()> {
        self.ping_at = Instant::now() + self.limits.ping();
        self.send(Message::Ping(Bytes::new())).await
    }

    async fn ask<T>(&self, make: impl FnOnce(Reply<T>) -> Command) -> Done<T> {
        self.device
            .ask(make)
            .await
            .map_err(|refusal| refusal.message)
    }

    async fn say(&mut self, message: &ServerMessage<'_>) -> Done<()> {
        let text = serde_json::to_string(message).map_err(|error| error.to_string())?;
        self.send(Message::Text(text.into())).await
    }

    async fn send(&mut self, message: Message) -> Done<()> {
        let sent = timeout(self.limits.silence, self.sink.send(message)).await;
        let sent = sent.map_err(|_| "the page took too long")?;
        sent.map_err(|error| error.to_string())
    }
}
