//! The native module `input`, with which apps read buttons and their events.

pub use akira_bridge_input::*;

use crate::abi::input::{
    INPUT_GET_BUTTONS, INPUT_GET_DIAL, INPUT_POLL_EVENT, INPUT_POLL_EVENT_OLD,
};
use crate::abi::{AppId, Errno};
use crate::{Answer, Call, NativeModule, natives};
#[cfg(feature = "gpio")]
use alloc::rc::Rc;

/// Answers the native calls of the module `input` with the bridge [`Buttons`].
#[derive(Debug)]
pub struct Module<const APPS: usize>(pub Buttons<APPS>);

impl<const APPS: usize> NativeModule for Module<APPS> {
    natives! {
        immediate INPUT_GET_BUTTONS => |input, call| Ok(input.0.buttons(call.app().id()) as i32),
        immediate INPUT_GET_DIAL => |input, call| Ok(input.0.dial(call.app().id()) as i32),
        immediate INPUT_POLL_EVENT | INPUT_POLL_EVENT_OLD => Self::poll_event,
    }

    fn release(&self, app: AppId) {
        self.0.release(app);
    }
}

impl<const APPS: usize> Module<APPS> {
    fn poll_event(&self, call: &mut Call<'_>) -> Answer {
        if call.bytes(0).len() < Event::SIZE {
            return Err(Errno::EINVAL.into());
        }
        match self.0.poll_event(call.app().id())? {
            Some(event) => call.write(0, &event.encode()).map(|_| 1),
            None => Ok(0),
        }
    }
}

/// Connects the buttons of the module `input` to virtual pins of the module `gpio`. It obeys the
/// input focus: an app reads from a pin only a button that it may also read through `input`.
#[cfg(feature = "gpio")]
#[derive(Clone, Debug)]
pub struct Held<const APPS: usize>(pub Rc<Module<APPS>>);

#[cfg(feature = "gpio")]
impl<const APPS: usize> crate::gpio::HeldButtons for Held<APPS> {
    fn held(&self, app: AppId) -> u32 {
        self.0.0.buttons(app)
    }
}
