//! The native module `ipc`: messages between apps, and news of their lives.

pub use akira_bridge_ipc::*;

use crate::abi::ipc::{
    MSG_PENDING, MSG_PUBLISH, MSG_RECV, MSG_SUBSCRIBE, MSG_TRY_RECV, MSG_UNSUBSCRIBE,
};
use crate::abi::{AppId, Clock, Errno};
use crate::{Answer, Board, Call, Event, Kind, Native, State};
use core::marker::PhantomData;

/// The topic on which apps hear of each other's states.
pub const LIFECYCLE_TOPIC: &str = "akira.lifecycle";

/// What a message costs its sender, in fuel, beside what its bytes cost.
const MESSAGE_FUEL: u64 = 40;

/// What it costs beside that for each app that subscribes.
const SUBSCRIBER_FUEL: u64 = 20;

/// What a message costs that waits where another is looked for, in fuel.
const WAITING_FUEL: u64 = 2;

/// The bytes of a name in a message on [`LIFECYCLE_TOPIC`].
const NAME_BYTES: usize = 32;

/// Returns the natives of this module; [`complete`] answers those that wait.
pub const fn natives<B, const APPS: usize, const SUBSCRIPTIONS: usize, const QUEUE: usize>()
-> &'static [Native<B>]
where
    B: Board + AsRef<Ipc<APPS, SUBSCRIPTIONS, QUEUE>>,
{
    Table::<B, APPS, SUBSCRIPTIONS, QUEUE>::NATIVES
}

/// Publishes a change of an app's state: its name in 32 bytes, filled up with NUL, and the state as an i32, as AkiraOS
/// does. A board calls this from [`Board::observe`].
pub fn announce<const APPS: usize, const SUBSCRIPTIONS: usize, const QUEUE: usize>(
    ipc: &Ipc<APPS, SUBSCRIPTIONS, QUEUE>,
    event: &Event<'_>,
) {
    if let Event::Changed { name, state } = event {
        // Subscribers whose queues are full miss it; the bridge counts that.
        let _ = ipc.publish(None, LIFECYCLE_TOPIC, &lifecycle_message(name, *state));
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

struct Table<B, const APPS: usize, const SUBSCRIPTIONS: usize, const QUEUE: usize>(PhantomData<B>);

impl<B, const APPS: usize, const SUBSCRIPTIONS: usize, const QUEUE: usize>
    Table<B, APPS, SUBSCRIPTIONS, QUEUE>
where
    B: Board + AsRef<Ipc<APPS, SUBSCRIPTIONS, QUEUE>>,
{
    const KIND: Kind<B> = Kind {
        name: "ipc",
        release: Self::release,
    };

    const NATIVES: &'static [Native<B>] = &[
        Native::immediate(&MSG_SUBSCRIBE, |board, call| {
            call.app().resources().hold(Self::KIND)?;
            let (app, topic) = call.app_and_str(0)?;
            let (id, most) = (app.id(), app.grant().quotas.queue);
            board.as_ref().subscribe(id, topic)?;
            board.as_ref().limit(id, usize::from(most))?;
            Ok(0)
        }),
        Native::immediate(&MSG_UNSUBSCRIBE, |board, call| {
            charge_backlog(board.as_ref(), call);
            let (app, topic) = call.app_and_str(0)?;
            Ok(board.as_ref().unsubscribe(app.id(), topic).map(|()| 0)?)
        }),
        Native::immediate(&MSG_PENDING, |board, call| {
            let (app, topic) = call.app_and_str(0)?;
            Ok(board.as_ref().pending(app.id(), topic)? as i32)
        }),
        Native::immediate(&MSG_PUBLISH, |board, call| {
            let app = call.app().id();
            call.charge(MESSAGE_FUEL + call.bytes(1).len().min(MAX_PAYLOAD) as u64);
            let topic = call.str(0)?;
            let subscribers = board.as_ref().publish(Some(app), topic, call.bytes(1))?;
            call.charge(u64::from(subscribers) * SUBSCRIBER_FUEL);
            Ok(subscribers as i32)
        }),
        Native::immediate(&MSG_TRY_RECV, |board, call| {
            charge_backlog(board.as_ref(), call);
            let app = call.app().id();
            let topic = call.text::<MAX_TOPIC>(0)?;
            Ok(board.as_ref().try_recv(app, &topic, call.bytes_mut(1))? as i32)
        }),
        Native::suspending(&MSG_RECV),
    ];

    fn release(board: &B, app: AppId, _: u32) {
        board.as_ref().release(app);
    }
}

/// Charges for a look at all messages that wait for the app.
fn charge_backlog<B: Board, const APPS: usize, const SUBSCRIPTIONS: usize, const QUEUE: usize>(
    ipc: &Ipc<APPS, SUBSCRIPTIONS, QUEUE>,
    call: &mut Call<'_, B>,
) {
    let app = call.app().id();
    call.charge(u64::from(ipc.backlog(app)) * WAITING_FUEL);
}

/// Answers a suspending call of this module.
///
/// # Errors
///
/// The errno that the app gets; `ENOSYS` for a call of another module.
///
/// # Cancel safety
///
/// A drop loses no message.
pub async fn complete<
    B: Board,
    const APPS: usize,
    const SUBSCRIPTIONS: usize,
    const QUEUE: usize,
>(
    ipc: &Ipc<APPS, SUBSCRIPTIONS, QUEUE>,
    clock: &(impl Clock + ?Sized),
    call: &mut Call<'_, B>,
) -> Answer {
    if !call.is(&MSG_RECV) {
        return Err(Errno::ENOSYS.into());
    }
    charge_backlog(ipc, call);
    let (app, timeout) = (
        call.app().id(),
        Timeout::from_millis(call.i32(3), clock.now()),
    );
    let topic = call.text::<MAX_TOPIC>(0)?;
    Ok(ipc
        .recv(app, &topic, call.bytes_mut(1), timeout, clock)
        .await? as i32)
}
