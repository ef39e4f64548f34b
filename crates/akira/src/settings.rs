//! The native module `settings`, with which apps read and write pairs of key and value.

pub use akira_bridge_settings::*;

use crate::abi::Errno;
use crate::abi::caps::{AppName, Capability};
use crate::abi::settings::{SETTINGS_DELETE, SETTINGS_GET, SETTINGS_SET};
use crate::turns::Turns;
use crate::{Answer, Call, NativeModule, natives};

/// Cost in fuel of a lookup and a read of a setting.
const READ_FUEL: u64 = 400;

/// Cost in fuel of a write or a removal of a setting.
const WRITE_FUEL: u64 = 1_200;

/// Answers the native calls of the module `settings` with the bridge [`Settings`].
#[derive(Debug)]
pub struct Module<K> {
    settings: Settings<K>,
    turns: Turns,
}

impl<K: KeyValue + 'static> NativeModule for Module<K> {
    natives! {
        suspending SETTINGS_GET => Self::get_in_turn,
        suspending SETTINGS_SET => Self::set_in_turn,
        suspending SETTINGS_DELETE => Self::delete_in_turn,
    }
}

impl<K: KeyValue> Module<K> {
    /// Creates the module from its bridge.
    pub const fn new(settings: Settings<K>) -> Self {
        Self {
            settings,
            turns: Turns::new(),
        }
    }

    async fn get_in_turn(&self, call: &mut Call<'_>) -> Answer {
        self.turns.take(|| self.get(call)).await
    }

    async fn set_in_turn(&self, call: &mut Call<'_>) -> Answer {
        self.turns.take(|| self.set(call)).await
    }

    async fn delete_in_turn(&self, call: &mut Call<'_>) -> Answer {
        self.turns.take(|| self.delete(call)).await
    }

    async fn get(&self, call: &mut Call<'_>) -> Answer {
        call.charge(READ_FUEL);
        let system = reaches_system(call);
        let key = call.text::<MAX_KEY>(0)?;
        let value = call.bytes_mut(1);
        self.settings
            .get(system, key.as_str().as_bytes(), value)
            .await?;
        Ok(0)
    }

    async fn set(&self, call: &mut Call<'_>) -> Answer {
        call.charge(WRITE_FUEL);
        let system = reaches_system(call);
        let name = AppName::installed(call.app().name()).ok_or(Errno::EINVAL)?;
        let set = self
            .settings
            .set_for(&name, system, call.bytes(0), call.bytes(1));
        set.await?;
        Ok(0)
    }

    async fn delete(&self, call: &mut Call<'_>) -> Answer {
        call.charge(WRITE_FUEL);
        let system = reaches_system(call);
        self.settings.delete(system, call.bytes(0)).await?;
        Ok(0)
    }
}

fn reaches_system(call: &mut Call<'_>) -> bool {
    call.app().grant().allows(Capability::SystemSettings)
}
