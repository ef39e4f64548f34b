//! The native module `gpio`: virtual pins.

pub use akira_bridge_gpio::*;

use crate::abi::AppId;
use crate::abi::gpio::{GPIO_CONFIGURE, GPIO_READ, GPIO_WRITE};
use crate::{Answer, Board, Call, Kind, Native};
use core::marker::PhantomData;

/// Returns the natives of this module.
pub const fn natives<B, L, H, const LINES: usize, const APPS: usize>() -> &'static [Native<B>]
where
    B: Board + AsRef<Gpio<L, H, LINES, APPS>>,
    L: Line + 'static,
    H: HeldButtons + 'static,
{
    Table::<B, L, H, LINES, APPS>::NATIVES
}

struct Table<B, L, H, const LINES: usize, const APPS: usize>(PhantomData<(B, L, H)>);

impl<B, L, H, const LINES: usize, const APPS: usize> Table<B, L, H, LINES, APPS>
where
    B: Board + AsRef<Gpio<L, H, LINES, APPS>>,
    L: Line + 'static,
    H: HeldButtons + 'static,
{
    const KIND: Kind<B> = Kind {
        name: "gpio",
        release: Self::release,
    };

    const NATIVES: &'static [Native<B>] = &[
        Native::immediate(&GPIO_CONFIGURE, |board, call| Self::configure(board, call)),
        Native::immediate(&GPIO_READ, |board, call| {
            let pin = call.u32(0);
            let app = call.app();
            Ok(board
                .as_ref()
                .read(app.id(), app.grant().scopes.pins.as_ref(), pin)
                .map(i32::from)?)
        }),
        Native::immediate(&GPIO_WRITE, |board, call| {
            let (pin, value) = (call.u32(0), call.u32(1) != 0);
            let app = call.app();
            Ok(board
                .as_ref()
                .write(app.id(), app.grant().scopes.pins.as_ref(), pin, value)
                .map(|()| 0)?)
        }),
    ];

    fn configure(board: &B, call: &mut Call<'_, B>) -> Answer {
        let (pin, flags) = (call.u32(0), call.u32(1));
        let app = call.app();
        app.resources().hold(Self::KIND)?;
        Ok(board
            .as_ref()
            .configure(app.id(), app.grant().scopes.pins.as_ref(), pin, flags)
            .map(|()| 0)?)
    }

    fn release(board: &B, app: AppId, _: u32) {
        // What fails here is the hardware; the bridge has taken the pins from the app all the same.
        let _ = board.as_ref().release(app);
    }
}
