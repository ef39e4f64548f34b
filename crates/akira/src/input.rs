//! The native module `input`: buttons and their events.

pub use akira_bridge_input::*;

use crate::abi::AppId;
use crate::abi::Errno;
use crate::abi::input::{
    INPUT_GET_BUTTONS, INPUT_GET_DIAL, INPUT_POLL_EVENT, INPUT_POLL_EVENT_OLD,
};
use crate::{Answer, Board, Call, Kind, Native};
use core::marker::PhantomData;

/// Returns the natives of this module.
pub const fn natives<B, const APPS: usize>() -> &'static [Native<B>]
where
    B: Board + AsRef<Buttons<APPS>>,
{
    Table::<B, APPS>::NATIVES
}

struct Table<B, const APPS: usize>(PhantomData<B>);

impl<B: Board + AsRef<Buttons<APPS>>, const APPS: usize> Table<B, APPS> {
    const KIND: Kind<B> = Kind {
        name: "input",
        release: Self::release,
    };

    const NATIVES: &'static [Native<B>] = &[
        Native::immediate(&INPUT_GET_BUTTONS, |board, call| {
            Ok(board.as_ref().buttons(call.app().id()) as i32)
        }),
        Native::immediate(&INPUT_GET_DIAL, |board, call| {
            Ok(board.as_ref().dial(call.app().id()) as i32)
        }),
        Native::immediate(&INPUT_POLL_EVENT, |board, call| {
            Self::poll_event(board, call)
        }),
        Native::immediate(&INPUT_POLL_EVENT_OLD, |board, call| {
            Self::poll_event(board, call)
        }),
    ];

    fn poll_event(board: &B, call: &mut Call<'_, B>) -> Answer {
        if call.bytes(0).len() < Event::SIZE {
            return Err(Errno::EINVAL.into());
        }
        call.app().resources().hold(Self::KIND)?;
        match board.as_ref().poll_event(call.app().id())? {
            Some(event) => call.write(0, &event.encode()).map(|_| 1),
            None => Ok(0),
        }
    }

    fn release(board: &B, app: AppId, _: u32) {
        board.as_ref().release(app);
    }
}
