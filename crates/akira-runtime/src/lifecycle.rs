//! The native module `lifecycle`, with which an app lists, queries, starts, stops and switches
//! apps.

use crate::app::App;
use crate::call::Call;
use crate::modules::NativeModule;
use crate::native::{Answer, Fault};
use crate::natives;
use akira_abi::Errno;
use akira_abi::lifecycle::{
    APP_GET_SELF_NAME, APP_GET_STATUS, APP_LIST, APP_START, APP_STOP, APP_SWITCH,
};

/// Answers the native calls of the module `lifecycle`, except the calls for updates and for apps on
/// an SD card.
#[derive(Clone, Copy, Debug, Default)]
pub struct Module;

impl NativeModule for Module {
    natives! {
        immediate APP_GET_STATUS => |_, call| {
            let (app, name) = named(call)?;
            Ok(app.control()?.state(name) as i32)
        },
        immediate APP_LIST => |_, call| list(call),
        immediate APP_GET_SELF_NAME => |_, call| self_name(call),
        immediate APP_START => |_, call| {
            let (app, name) = named(call)?;
            Ok(app.control()?.start_soon(name).map(|()| 0)?)
        },
        immediate APP_STOP => |_, call| {
            let (app, name) = named(call)?;
            Ok(app.control()?.stop_other(app.id(), name).map(|()| 0)?)
        },
        immediate APP_SWITCH => |_, call| {
            let (app, name) = named(call)?;
            Ok(app.control()?.switch(app.id(), name).map(|()| 0)?)
        },
    }
}

/// Fuel charged for each app in a list.
const APP_FUEL: u64 = 5;

/// Fuel charged for finding an app by name.
const FIND_FUEL: u64 = 80;

/// Charges for the search, and returns the calling app and the name of the target app.
fn named<'c>(call: &'c mut Call<'_>) -> Result<(&'c mut App, &'c str), Fault> {
    call.charge(FIND_FUEL);
    call.app_and_str(0)
}

/// Writes `name:STATE` and a newline for each app, and a final NUL. Returns the number of apps
/// written. Stops at the first app that does not fit into the buffer.
fn list(call: &mut Call<'_>) -> Answer {
    let control = call.app().control()?;
    let out = call.bytes_mut(0);
    let Some(room) = out.len().checked_sub(1) else {
        return Err(Errno::EINVAL.into());
    };
    let (mut used, mut count, mut full) = (0, 0, false);
    let mut fuel = 0;
    control.each(&mut |name, state| {
        fuel += APP_FUEL;
        let parts = [name.as_bytes(), b":", state.name().as_bytes(), b"\n"];
        let length: usize = parts.iter().map(|part| part.len()).sum();
        full |= length > room - used;
        if !full {
            for part in parts {
                out[used..used + part.len()].copy_from_slice(part);
                used += part.len();
            }
            count += 1;
        }
    });
    out[used] = 0;
    call.charge(fuel);
    Ok(count)
}

/// Writes the app's own name and a NUL. Returns the length of the name.
fn self_name(call: &mut Call<'_>) -> Answer {
    let (app, out) = call.app_and_bytes_mut(0);
    let name = app.name().as_bytes();
    let target = out.get_mut(..=name.len()).ok_or(Errno::EMSGSIZE)?;
    target[..name.len()].copy_from_slice(name);
    target[name.len()] = 0;
    Ok(name.len() as i32)
}
