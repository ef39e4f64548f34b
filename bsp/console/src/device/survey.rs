use super::Device;
use crate::protocol::{App, AppState, Decision, Signer, Status};
use crate::{Hardware, keep};
use akira::abi::Instant;
use akira::abi::caps::Harmless;
use akira::install::LeftOut;
use akira::{AppInfo, Board as _, Image, State, store};
use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::ToString;
use alloc::vec::Vec;

/// Time of the last survey, and the fuel that each app had used by then.
#[derive(Debug, Default)]
pub(super) struct Loads {
    at: Instant,
    fuel: BTreeMap<Rc<str>, u64>,
}

/// Signer and decisions of an installed image.
#[derive(Clone, Debug)]
pub(super) struct Known {
    image: Image,
    signer: Signer,
    capabilities: Vec<Decision>,
}

impl<H: Hardware> Device<H> {
    /// Returns the state of each app and of the whole console.
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn survey(&self) -> (Vec<App>, Status) {
        let space = keep::space(&self.library).await;
        for info in self.runtime().apps() {
            self.get_to_know(&info.name).await;
        }
        let infos = self.runtime().apps();
        let mut apps = self.measured(&infos);
        for app in self.library.left_out() {
            let image = self.current_image(&app.name).await;
            apps.push(left_out(&app, image));
        }
        for (id, app) in (1..).zip(&mut apps) {
            app.id = id;
        }
        let status = Status {
            storage_free: space.free,
            storage_total: space.total,
            storage_promised: space.promised,
            uptime_s: self.now().as_millis() / 1_000,
            memory_used: apps.iter().map(|app| u64::from(app.memory_used)).sum(),
            memory_total: self.runtime().config().memory_bytes,
            cpu_percent: apps
                .iter()
                .map(|app| app.cpu_percent)
                .sum::<f32>()
                .min(100.0),
            keys: self.keys(),
        };
        (apps, status)
    }

    /// Looks up the signer and the grants of an app, unless they are already known for its image.
    async fn get_to_know(&self, name: &Rc<str>) {
        let Some(image) = self.runtime().image(name) else {
            return;
        };
        let is_same = |known: &Known| core::ptr::eq(known.image.bytes(), image.bytes());
        if self.known.borrow().get(name).is_some_and(is_same) {
            return;
        }
        if let Ok(report) = self.report(name).await {
            let known = Known {
                image,
                signer: report.signer,
                capabilities: report.capabilities,
            };
            self.known.borrow_mut().insert(name.clone(), known);
        }
    }

    /// Returns the installed apps with their CPU use since the last survey.
    fn measured(&self, infos: &[AppInfo]) -> Vec<App> {
        let now = self.now();
        let mut loads = self.loads.borrow_mut();
        let ms = u64::try_from(now.since(loads.at).as_millis()).unwrap_or(u64::MAX);
        let measure = |info: &AppInfo| {
            let used = info.run.map_or(0, |run| run.fuel);
            let before = loads.fuel.insert(info.name.clone(), used).unwrap_or(0);
            self.app(info, self.percent(used.saturating_sub(before), ms))
        };
        let apps = infos.iter().map(measure).collect();
        let is_there = |name: &Rc<str>| infos.iter().any(|info| info.name == *name);
        loads.fuel.retain(|name, _| is_there(name));
        self.known.borrow_mut().retain(|name, _| is_there(name));
        loads.at = now;
        apps
    }

    fn now(&self) -> Instant {
        self.runtime().board().clock().now()
    }

    /// Returns the CPU share, in percent, of `fuel` used within `ms` milliseconds.
    fn percent(&self, fuel: u64, ms: u64) -> f32 {
        let full = self
            .runtime()
            .config()
            .fuel_per_ms
            .saturating_mul(ms.max(1));
        (fuel as f64 * 100.0 / full as f64).min(100.0) as f32
    }

    fn app(&self, info: &AppInfo, cpu_percent: f32) -> App {
        let bytes = |bytes: u64| u32::try_from(bytes).unwrap_or(u32::MAX);
        let uptime = info.run.map(|run| self.now().since(run.started));
        let known = self.known.borrow().get(&info.name).cloned();
        let (signer, capabilities) = known
            .map(|known| (known.signer, known.capabilities))
            .unzip();
        App {
            id: 0,
            name: info.name.to_string(),
            version: info.version.to_string(),
            signer,
            state: app_state(info.state),
            size: bytes(info.image_bytes as u64),
            crashes: info.crashes,
            capabilities: capabilities.unwrap_or_default(),
            memory_used: info.run.map_or(0, |run| bytes(run.memory_bytes)),
            memory_limit: bytes(info.memory_bytes_max),
            cpu_percent,
            uptime_ms: uptime.map_or(0, |uptime| {
                u64::try_from(uptime.as_millis()).unwrap_or(u64::MAX)
            }),
            last_exit: info.exit.map(|exit| Harmless(exit).to_string()),
            held: info.held.map(|held| held.to_string()),
            flash_used: info.writes.used(),
            flash_left: info.writes.left(),
            flash_per_hour: info.writes.per_hour(),
            removable: !self.is_bundled(&info.name),
        }
    }
}

/// Describes a stored app that was left out.
fn left_out(app: &LeftOut, image: Option<store::StoredImage>) -> App {
    let version = image.map(|image| Harmless(image.details.version).to_string());
    App {
        id: 0,
        name: app.name.to_string(),
        version: version.unwrap_or_default(),
        signer: None,
        state: AppState::Refused,
        size: image.map_or(0, |image| image.size),
        crashes: 0,
        capabilities: Vec::new(),
        memory_used: 0,
        memory_limit: 0,
        cpu_percent: 0.0,
        uptime_ms: 0,
        last_exit: Some(Harmless(app).to_string()),
        held: None,
        flash_used: 0,
        flash_left: 0,
        flash_per_hour: 0,
        removable: true,
    }
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
