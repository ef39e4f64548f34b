//! The native module `ipc`, with which apps send messages to each other and receive lifecycle
//! notifications.

pub use akira_bridge_ipc::*;

use crate::abi::ipc::{
    MSG_PENDING, MSG_PUBLISH, MSG_RECV, MSG_SUBSCRIBE, MSG_TRY_RECV, MSG_UNSUBSCRIBE,
};
use crate::abi::{AppId, Clock};
use crate::{Answer, Call, Event, NativeModule, State, natives};

/// Topic on which the runtime publishes each change of an app's state.
pub const LIFECYCLE_TOPIC: &str = "akira.lifecycle";

/// Cost of a message to its sender, in fuel, in addition to the cost of its bytes.
const MESSAGE_FUEL: u64 = 40;

/// Additional cost to the sender, in fuel, for each app that receives the message.
const SUBSCRIBER_FUEL: u64 = 20;

/// Cost in fuel of each queued message that a search of the queue passes.
const WAITING_FUEL: u64 = 2;

/// Size of the name field in a message on [`LIFECYCLE_TOPIC`], in bytes.
const NAME_BYTES: usize = 32;

/// Answers the native calls of the module `ipc` with the bridge [`Ipc`]. Its clock times the
/// receive timeouts.
#[derive(Debug)]
pub struct Module<C, const APPS: usize, const SUBSCRIPTIONS: usize, const QUEUE: usize> {
    ipc: Ipc<APPS, SUBSCRIPTIONS, QUEUE>,
    clock: C,
}

impl<C: Clock + 'static, const APPS: usize, const SUBSCRIPTIONS: usize, const QUEUE: usize>
    NativeModule for Module<C, APPS, SUBSCRIPTIONS, QUEUE>
{
    natives! {
        immediate MSG_SUBSCRIBE => |module, call| {
            let (app, topic) = call.app_and_str(0)?;
            let (id, most) = (app.id(), app.grant().quotas.queue);
            module.ipc.subscribe(id, topic)?;
            module.ipc.limit(id, usize::from(most))?;
            Ok(0)
        },
        immediate MSG_UNSUBSCRIBE => |module, call| {
            module.charge_backlog(call);
            let (app, topic) = call.app_and_str(0)?;
            Ok(module.ipc.unsubscribe(app.id(), topic).map(|()| 0)?)
        },
        immediate MSG_PENDING => |module, call| {
            let (app, topic) = call.app_and_str(0)?;
            Ok(module.ipc.pending(app.id(), topic)? as i32)
        },
        immediate MSG_PUBLISH => |module, call| {
            let app = call.app().id();
            call.charge(MESSAGE_FUEL + call.bytes(1).len().min(MAX_PAYLOAD) as u64);
            let topic = call.str(0)?;
            let receivers = module.ipc.publish(Some(app), topic, call.bytes(1))?;
            call.charge(u64::from(receivers) * SUBSCRIBER_FUEL);
            Ok(receivers as i32)
        },
        immediate MSG_TRY_RECV => |module, call| {
            module.charge_backlog(call);
            let app = call.app().id();
            call.note_lost_messages(module.ipc.dropped(app));
            let topic = call.text::<MAX_TOPIC>(0)?;
            Ok(module.ipc.try_recv(app, &topic, call.bytes_mut(1))? as i32)
        },
        suspending MSG_RECV => Self::recv,
    }

    fn release(&self, app: AppId) {
        self.ipc.release(app);
    }

    /// Publishes a change of an app's state as AkiraOS does: the app's name in 32 bytes, padded
    /// with NUL, then the state as an i32.
    fn observe(&self, event: &Event<'_>) {
        if let Event::Changed { name, state } = event {
            // A subscriber whose queue is full does not get the message; the bridge counts the
            // loss.
            let message = lifecycle_message(name, *state);
            let _ = self.ipc.publish(None, LIFECYCLE_TOPIC, &message);
        }
    }
}

impl<C: Clock, const APPS: usize, const SUBSCRIPTIONS: usize, const QUEUE: usize>
    Module<C, APPS, SUBSCRIPTIONS, QUEUE>
{
    /// Creates the module without queued messages. `clock` times the receive timeouts.
    pub fn new(clock: C) -> Self {
        Self {
            ipc: Ipc::new(),
            clock,
        }
    }

    /// Returns the bridge, for example to publish messages from the firmware.
    pub fn ipc(&self) -> &Ipc<APPS, SUBSCRIPTIONS, QUEUE> {
        &self.ipc
    }

    /// Charges for a search of all messages that are queued for the app.
    fn charge_backlog(&self, call: &mut Call<'_>) {
        let app = call.app().id();
        call.charge(u64::from(self.ipc.backlog(app)) * WAITING_FUEL);
    }

    async fn recv(&self, call: &mut Call<'_>) -> Answer {
        self.charge_backlog(call);
        let timeout = Timeout::from_millis(call.i32(3), self.clock.now());
        let app = call.app().id();
        let topic = call.text::<MAX_TOPIC>(0)?;
        let received = self
            .ipc
            .recv(app, &topic, call.bytes_mut(1), timeout, &self.clock);
        let received = received.await;
        call.note_lost_messages(self.ipc.dropped(app));
        Ok(received? as i32)
    }
}

fn lifecycle_message(name: &str, state: State) -> [u8; NAME_BYTES + 4] {
    let mut message = [0; NAME_BYTES + 4];
    let (field, number) = message.split_at_mut(NAME_BYTES);
    for (byte, of_name) in field.iter_mut().zip(name.bytes().take(NAME_BYTES - 1)) {
        *byte = of_name;
    }
    number.copy_from_slice(&(state as i32).to_le_bytes());
    message
}
