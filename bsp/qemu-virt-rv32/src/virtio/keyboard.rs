//! Keyboard driver; the keys are the console's buttons.

use akira::input::Button;
use virtio_drivers::Error;
use virtio_drivers::device::input::{InputEvent, VirtIOInput};

use super::{Device, Dma, Transport};
use crate::interrupt::Interrupt;

/// Event type of a key (Linux, input-event-codes.h).
const EV_KEY: u16 = 1;

/// Driver of the keyboard.
pub(crate) struct Keyboard {
    device: VirtIOInput<Dma, Transport>,
    interrupt: Interrupt,
}

impl Keyboard {
    /// Creates the driver of `device`.
    pub(crate) fn new(device: Device) -> Result<Self, Error> {
        Ok(Self {
            device: VirtIOInput::new(device.transport)?,
            interrupt: device.interrupt,
        })
    }

    /// Calls `press` for each button that goes down (true) or up (false); never returns.
    ///
    /// # Cancel safety
    ///
    /// A drop loses no event; a later call resumes.
    pub(crate) async fn run(&mut self, press: impl Fn(Button, bool)) -> ! {
        loop {
            while let Some(event) = self.device.pop_pending_event() {
                if let Some((button, pressed)) = decode(event) {
                    press(button, pressed);
                }
            }
            self.interrupt.wait().await;
            self.device.ack_interrupt();
            self.interrupt.complete();
        }
    }
}

/// Returns the button that went down or up; `None` for a key that repeats.
fn decode(event: InputEvent) -> Option<(Button, bool)> {
    let pressed = match (event.event_type, event.value) {
        (EV_KEY, 0) => false,
        (EV_KEY, 1) => true,
        _ => return None,
    };
    Some((button(event.code)?, pressed))
}

/// Returns the button of a Linux key code: the same keys as on the page of the simulated console.
fn button(key: u16) -> Option<Button> {
    Some(match key {
        1 | 28 => Button::Home, // Esc, Enter
        103 => Button::Up,
        108 => Button::Down,
        105 => Button::Left,
        106 => Button::Right,
        44 => Button::A, // Z
        45 => Button::B, // X
        30 => Button::X, // A
        31 => Button::Y, // S
        _ => return None,
    })
}
