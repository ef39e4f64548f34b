use std::collections::HashMap;
use std::rc::Rc;

use akira::abi::{Clock, Instant};
use akira::{AppInfo, State};

use super::{Device, FUEL_PER_MS};
use crate::protocol::{App, AppState, Status};

/// What each app had used when it was last looked at.
#[derive(Debug, Default)]
pub(super) struct Loads {
    at: Instant,
    fuel: HashMap<Rc<str>, u64>,
}

impl Device {
    /// Returns what is to be seen of each app, and how the console as a whole is doing.
    pub fn survey(&self) -> (Vec<App>, Status) {
        let now = self.clock.now();
        let infos = self.runtime.apps();
        let mut loads = self.loads.borrow_mut();
        let ms = u64::try_from(now.since(loads.at).as_millis()).unwrap_or(u64::MAX);
        let mut apps = Vec::with_capacity(infos.len());
        for (id, info) in (1..).zip(&infos) {
            let used = info.run.map_or(0, |run| run.fuel);
            let before = loads.fuel.insert(info.name.clone(), used).unwrap_or(0);
            apps.push(self.app(id, info, percent(used.saturating_sub(before), ms)));
        }
        loads
            .fuel
            .retain(|name, _| infos.iter().any(|info| info.name == *name));
        loads.at = now;
        let status = self.status(now, &apps);
        (apps, status)
    }

    fn app(&self, id: u32, info: &AppInfo, cpu_percent: f32) -> App {
        let bytes = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX);
        let uptime = info.run.map(|run| self.clock.now().since(run.started));
        App {
            id,
            name: info.name.to_string(),
            version: info.version.to_string(),
            state: app_state(info.state),
            size: bytes(info.image_bytes as u64),
            crashes: info.crashes,
            capabilities: self
                .decisions
                .borrow()
                .get(&info.name)
                .cloned()
                .unwrap_or_default(),
            memory_used: info.run.map_or(0, |run| bytes(run.memory_bytes)),
            memory_limit: bytes(info.memory_bytes_most),
            cpu_percent,
            uptime_ms: uptime.map_or(0, |uptime| {
                u64::try_from(uptime.as_millis()).unwrap_or(u64::MAX)
            }),
            last_exit: info.exit.map(|exit| exit.to_string()),
            removable: !self.bundled.contains(&info.name),
        }
    }

    fn status(&self, now: Instant, apps: &[App]) -> Status {
        let (storage_free, storage_total) = self.library.borrow().space();
        Status {
            storage_free,
            storage_total,
            uptime_s: now.as_millis() / 1_000,
            memory_used: apps.iter().map(|app| u64::from(app.memory_used)).sum(),
            memory_total: self.runtime.config().memory_bytes,
            cpu_percent: apps
                .iter()
                .map(|app| app.cpu_percent)
                .sum::<f32>()
                .min(100.0),
        }
    }
}

/// Returns the share of the CPU that so much fuel in so many ms is.
fn percent(fuel: u64, ms: u64) -> f32 {
    let full = FUEL_PER_MS.saturating_mul(ms.max(1));
    (fuel as f64 * 100.0 / full as f64).min(100.0) as f32
}

fn app_state(state: State) -> AppState {
    match state {
        State::New | State::Installed => AppState::Installed,
        State::Running => AppState::Running,
        State::Stopped => AppState::Stopped,
        State::Error => AppState::Error,
        State::Failed => AppState::Failed,
    }
}
