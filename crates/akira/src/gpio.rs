//! The native module `gpio`, with which apps read and drive virtual pins.

pub use akira_bridge_gpio::*;

use crate::abi::AppId;
use crate::abi::gpio::{GPIO_CONFIGURE, GPIO_READ, GPIO_WRITE};
use crate::{NativeModule, natives};

/// Answers the native calls of the module `gpio` with the bridge [`Gpio`].
#[derive(Debug)]
pub struct Module<L, H, const LINES: usize, const APPS: usize>(pub Gpio<L, H, LINES, APPS>);

impl<L, H, const LINES: usize, const APPS: usize> NativeModule for Module<L, H, LINES, APPS>
where
    L: Line + 'static,
    H: HeldButtons + 'static,
{
    natives! {
        immediate GPIO_CONFIGURE => |gpio, call| {
            let (pin, flags) = (call.u32(0), call.u32(1));
            let (app, scope) = (call.app().id(), call.app().grant().scopes.pins.as_ref());
            Ok(gpio.0.configure(app, scope, pin, flags).map(|()| 0)?)
        },
        immediate GPIO_READ => |gpio, call| {
            let pin = call.u32(0);
            let (app, scope) = (call.app().id(), call.app().grant().scopes.pins.as_ref());
            Ok(gpio.0.read(app, scope, pin).map(i32::from)?)
        },
        immediate GPIO_WRITE => |gpio, call| {
            let (pin, value) = (call.u32(0), call.u32(1) != 0);
            let (app, scope) = (call.app().id(), call.app().grant().scopes.pins.as_ref());
            Ok(gpio.0.write(app, scope, pin, value).map(|()| 0)?)
        },
    }

    fn release(&self, app: AppId) {
        // This fails only if the hardware fails. Even then, the bridge has already withdrawn the
        // pins from the app.
        let _ = self.0.release(app);
    }
}
