//! The native module `settings`: key and value strings.

pub use akira_bridge_settings::*;

use crate::abi::Errno;
use crate::abi::caps::{AppName, Capability};
use crate::abi::settings::{SETTINGS_DELETE, SETTINGS_GET, SETTINGS_SET};
use crate::{Answer, Board, Call, Native};
use core::marker::PhantomData;

/// What it costs to find a setting and to read it, in fuel.
const READ_FUEL: u64 = 400;

/// What it costs to write or to remove one.
const WRITE_FUEL: u64 = 1_200;

/// Returns the natives of this module; [`complete`] answers them.
pub const fn natives<B: Board>() -> &'static [Native<B>] {
    Table::<B>::NATIVES
}

struct Table<B>(PhantomData<B>);

impl<B: Board> Table<B> {
    const NATIVES: &'static [Native<B>] = &[
        Native::suspending(&SETTINGS_GET),
        Native::suspending(&SETTINGS_SET),
        Native::suspending(&SETTINGS_DELETE),
    ];
}

/// Answers a suspending call of this module.
///
/// # Errors
///
/// The errno that the app gets; `ENOSYS` for a call of another module.
///
/// # Cancel safety
///
/// A drop leaves the old value or the new one.
pub async fn complete<B: Board, K: KeyValue>(
    settings: &Settings<K>,
    call: &mut Call<'_, B>,
) -> Answer {
    call.charge(match call.is(&SETTINGS_GET) {
        true => READ_FUEL,
        false => WRITE_FUEL,
    });
    let system = call.app().grant().allows(Capability::SystemSettings);
    if call.is(&SETTINGS_GET) {
        let key = call.text::<MAX_KEY>(0)?;
        settings
            .get(system, key.as_str().as_bytes(), call.bytes_mut(1))
            .await?;
    } else if call.is(&SETTINGS_SET) {
        let name = AppName::installed(call.app().name()).ok_or(Errno::EINVAL)?;
        settings
            .set_for(&name, system, call.bytes(0), call.bytes(1))
            .await?;
    } else if call.is(&SETTINGS_DELETE) {
        settings.delete(system, call.bytes(0)).await?;
    } else {
        return Err(Errno::ENOSYS.into());
    }
    Ok(0)
}
