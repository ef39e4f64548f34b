use axum::extract::ws::{Message, WebSocket};
use futures_util::StreamExt;
use futures_util::stream::SplitStream;

use super::message::ClientMessage;
use super::presence::Presence;
use crate::protocol::Reading;
use crate::remote::{Command, DeviceHandle};

/// Executes the messages of one page.
pub(super) struct Input<'a> {
    device: &'a DeviceHandle,
    presence: &'a Presence,
    /// Ids of the buttons that this page holds down.
    held: Vec<u8>,
}

impl<'a> Input<'a> {
    pub(super) fn new(device: &'a DeviceHandle, presence: &'a Presence) -> Self {
        let held = Vec::new();
        Self {
            device,
            presence,
            held,
        }
    }

    /// Executes messages until the page disconnects or sends an invalid one. Returns the reason for
    /// the close frame.
    pub(super) async fn run(&mut self, mut stream: SplitStream<WebSocket>) -> String {
        while let Some(message) = stream.next().await {
            let obeyed = match message {
                Ok(Message::Text(text)) => self.obey(&text).await,
                Ok(Message::Pong(_)) => {
                    self.presence.confirm();
                    Ok(())
                }
                Ok(_) => Ok(()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(reason) = obeyed {
                return reason;
            }
        }
        "goodbye".into()
    }

    /// Releases every button that the page still holds down.
    pub(super) async fn release_all(&mut self) {
        for id in std::mem::take(&mut self.held) {
            // An error is ignored: a device that has been shut down has no buttons to release.
            let _ = self
                .device
                .tell(Command::Button { id, pressed: false })
                .await;
        }
    }

    async fn obey(&mut self, text: &str) -> Result<(), String> {
        let message =
            serde_json::from_str(text).map_err(|error| format!("not a message: {error}"))?;
        let command = match message {
            ClientMessage::Button { id, pressed } => self.button(id, pressed)?,
            ClientMessage::Sensor(reading) => self.sensor(reading)?,
        };
        self.device
            .tell(command)
            .await
            .map_err(|refusal| refusal.message)
    }

    fn button(&mut self, id: u8, pressed: bool) -> Result<Command, String> {
        if !self
            .device
            .description()
            .buttons
            .iter()
            .any(|button| button.id == id)
        {
            return Err(format!("no button has the id {id}"));
        }
        self.held.retain(|held| *held != id);
        if pressed {
            self.held.push(id);
        }
        Ok(Command::Button { id, pressed })
    }

    fn sensor(&self, reading: Reading) -> Result<Command, String> {
        let mut sensors = self.device.description().sensors.iter();
        let sensor = sensors.find(|sensor| sensor.channel == reading.channel);
        let sensor =
            sensor.ok_or_else(|| format!("no sensor has the channel {}", reading.channel))?;
        let value = reading.value.max(sensor.min).min(sensor.max);
        Ok(Command::Sensor(Reading { value, ..reading }))
    }
}
