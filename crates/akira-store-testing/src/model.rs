//! Model of a store's content, in plain memory.

use std::collections::BTreeMap;

use akira_caps::{CapabilitySet, Text, is_firmware_setting};
use akira_store::{Details, ENTRY_BYTES, EntryKind, FileQuota, Part};

use crate::{Op, archive};

/// Content of a file, or `None` for a directory.
pub type Content = Option<Vec<u8>>;

/// Entry that an app itself has written, as opposed to a file of its image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Own {
    /// File or directory.
    Entry(Content),
    /// Marker that hides a removed file of the image.
    Whiteout,
}

/// Version of an app: its image and the files in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Details that the store records of the image.
    pub details: Details,
    /// Bytes of the image.
    pub bytes: Vec<u8>,
    /// Files of the image.
    pub files: BTreeMap<String, Content>,
}

/// State of an installed app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppModel {
    pub(crate) current: Version,
    pub(crate) previous: Option<Version>,
    pub(crate) autostart: bool,
    pub(crate) enabled: bool,
    pub(crate) confirmed: bool,
    pub(crate) crashes: u16,
    pub(crate) starts: u16,
    pub(crate) security_floor: u32,
}

/// Content of a store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Model {
    pub(crate) settings: BTreeMap<String, Vec<u8>>,
    pub(crate) own: BTreeMap<(String, String), Own>,
    pub(crate) apps: BTreeMap<String, AppModel>,
}

impl Version {
    /// Creates a version from a module and a number. All details are derived from the number.
    pub fn new(number: u8, module: Vec<u8>) -> Self {
        let details = Details {
            version: Text::try_from(number.to_string().as_str()).expect("it is short"),
            granted: CapabilitySet::from_bits(number.into()),
            signer: (number % 2 == 1).then_some([number; 32]),
            security_counter: number.into(),
            ..Details::default()
        };
        Self {
            details,
            bytes: module,
            files: BTreeMap::new(),
        }
    }

    /// Appends a manifest to the module.
    pub fn with_manifest(mut self, manifest: &[u8]) -> Self {
        self.details.payload = Part {
            start: 0,
            size: self.bytes.len() as u32,
        };
        self.details.manifest = self.append(manifest);
        self
    }

    /// Appends files to the image.
    pub fn with_files<const N: usize>(mut self, files: [(&str, Option<&[u8]>); N]) -> Self {
        let files = files.map(|(path, content)| (path.to_string(), content.map(<[u8]>::to_vec)));
        self.details.payload.size = self.bytes.len() as u32;
        self.details.files = self.append(&archive(files.iter().map(|(path, file)| (path, file))));
        self.files = files.into();
        self
    }

    /// Sets the app's file quota.
    pub fn with_quota(mut self, bytes: u32, entries: u16) -> Self {
        self.details.quota = FileQuota { bytes, entries };
        self
    }

    fn append(&mut self, bytes: &[u8]) -> Part {
        let start = self.bytes.len() as u32;
        self.bytes.extend(bytes);
        let size = bytes.len() as u32;
        Part { start, size }
    }
}

impl Model {
    /// Returns the states that a power cut during the operation may leave. The last one is the
    /// result of the operation. Returns `None` if a store must refuse the operation.
    pub fn steps(&self, op: &Op) -> Option<Vec<Self>> {
        let mut steps = Vec::new();
        let mut model = self.clone();
        model.apply(op, &mut steps)?;
        steps.push(model);
        Some(steps)
    }

    fn apply(&mut self, op: &Op, steps: &mut Vec<Self>) -> Option<()> {
        match op {
            Op::Set(key, value) => {
                self.settings.insert(key.clone(), value.clone());
            }
            Op::Unset(key) => {
                self.settings.remove(key)?;
            }
            Op::Create(folder, path, kind) => return self.create(folder, path, *kind, steps),
            Op::Write(folder, path, at, bytes) => {
                return self.write(folder, path, *at as usize, bytes, steps);
            }
            Op::Truncate(folder, path) => return self.truncate(folder, path, steps),
            Op::Remove(folder, path) => return self.remove(folder, path),
            Op::Rename(folder, from, to) => return self.rename(folder, from, to, steps),
            Op::Clear(folder) => self.own.retain(|(f, _), _| f != folder),
            Op::Install(app, version) | Op::Resume(app, version) => self.install(app, version),
            Op::Uninstall(app) => {
                self.apps.remove(*app)?;
                self.own.retain(|(f, _), _| f != app);
                let below = format!("{app}/");
                let is_own = |key: &str| key.starts_with(&below) && !is_firmware_setting(key);
                self.settings.retain(|key, _| !is_own(key));
            }
            Op::Confirm(app) => {
                let app = self.apps.get_mut(*app)?;
                (app.previous, app.confirmed) = (None, true);
                (app.crashes, app.starts) = (0, 0);
                let counter = app.current.details.security_counter;
                app.security_floor = app.security_floor.max(counter);
            }
            Op::RollBack(app) => {
                let app = self.apps.get_mut(*app)?;
                (app.current, app.confirmed) = (app.previous.take()?, true);
                (app.crashes, app.starts) = (0, 0);
            }
            Op::Autostart(app, on) => self.apps.get_mut(*app)?.autostart = *on,
            Op::Enable(app, on) => self.apps.get_mut(*app)?.enabled = *on,
            Op::Start(app) => self.apps.get_mut(*app)?.starts += 1,
            Op::Crash(app) => self.apps.get_mut(*app)?.crashes += 1,
        }
        Some(())
    }

    fn install(&mut self, app: &str, version: &Version) {
        let old = self.apps.get(app);
        let new = AppModel {
            current: version.clone(),
            previous: old.map(|old| old.current.clone()),
            autostart: old.is_some_and(|old| old.autostart),
            enabled: old.is_none_or(|old| old.enabled),
            confirmed: false,
            crashes: 0,
            starts: 0,
            security_floor: old.map_or(0, |old| old.security_floor),
        };
        self.apps.insert(app.to_string(), new);
    }

    /// Returns whether an app has an image.
    pub fn is_installed(&self, app: &str) -> bool {
        self.apps.contains_key(app)
    }

    /// Returns the file or directory that an app sees at a path.
    pub fn look(&self, folder: &str, path: &str) -> Option<Content> {
        match self.own.get(&key(folder, path)) {
            Some(Own::Entry(content)) => Some(content.clone()),
            Some(Own::Whiteout) => None,
            None => self.base(folder, path).cloned(),
        }
    }

    /// Returns the number of bytes that a folder uses.
    pub fn used(&self, folder: &str) -> u32 {
        let inside = self.own.iter().filter(|((f, _), _)| f == folder);
        let bytes = inside.map(|(_, own)| match own {
            Own::Entry(Some(content)) => ENTRY_BYTES + content.len() as u32,
            _ => ENTRY_BYTES,
        });
        bytes.sum()
    }

    /// Returns the paths of all entries of an app and its image, hidden ones included.
    pub(crate) fn paths(&self, folder: &str) -> Vec<String> {
        let own = self.own.keys().filter(|(f, _)| f == folder);
        let base = self.apps.get(folder).map(|app| app.current.files.keys());
        let own = own.map(|(_, path)| path.clone());
        own.chain(base.into_iter().flatten().cloned()).collect()
    }

    /// Returns the entry of the image at a path, unless the app's own entries hide it.
    fn base(&self, folder: &str, path: &str) -> Option<&Content> {
        let hides = |directory: &&str| {
            let own = self.own.get(&key(folder, directory));
            own.is_some_and(|own| *own != Own::Entry(None))
        };
        let content = self.apps.get(folder)?.current.files.get(path)?;
        ancestors(path).find(hides).is_none().then_some(content)
    }

    fn put(&mut self, folder: &str, path: &str, own: Own) {
        self.own.insert(key(folder, path), own);
    }

    /// Returns `None` if an addition exceeds the quota of the folder.
    fn charge(&self, folder: &str, entries: u32, bytes: u32) -> Option<()> {
        let quota = self.apps.get(folder).map(|app| app.current.details.quota);
        let quota = quota.unwrap_or_default();
        let count = self.own.keys().filter(|(f, _)| f == folder).count() as u32;
        let are_few = entries == 0 || count + entries <= quota.entries.into();
        let bytes = bytes + ENTRY_BYTES * entries;
        (are_few && (bytes == 0 || self.used(folder) + bytes <= quota.bytes)).then_some(())
    }

    /// Counts the parent directories that exist only in the image. A write below them creates own
    /// entries for them.
    fn borrowed(&self, folder: &str, path: &str) -> u32 {
        let borrowed = |directory: &&str| !self.own.contains_key(&key(folder, directory));
        ancestors(path).filter(borrowed).count() as u32
    }

    fn adopt(&mut self, folder: &str, path: &str, steps: &mut Vec<Self>) {
        for directory in ancestors(path) {
            if !self.own.contains_key(&key(folder, directory)) {
                steps.push(self.clone());
                self.put(folder, directory, Own::Entry(None));
            }
        }
        steps.push(self.clone());
    }

    fn create(
        &mut self,
        folder: &str,
        path: &str,
        kind: EntryKind,
        steps: &mut Vec<Self>,
    ) -> Option<()> {
        if self.look(folder, path).is_some() || !self.is_directory(folder, parent(path)) {
            return None;
        }
        let is_new = !self.own.contains_key(&key(folder, path));
        let entries = self.borrowed(folder, path) + u32::from(is_new);
        self.charge(folder, entries, 0)?;
        self.adopt(folder, path, steps);
        let content = (kind == EntryKind::File).then(Vec::new);
        self.put(folder, path, Own::Entry(content));
        Some(())
    }

    fn write(
        &mut self,
        folder: &str,
        path: &str,
        at: usize,
        bytes: &[u8],
        steps: &mut Vec<Self>,
    ) -> Option<()> {
        let mut file = self.look(folder, path)??;
        let end = at + bytes.len();
        if at > file.len() {
            return None;
        }
        let growth = end.saturating_sub(file.len()) as u32;
        if self.own.contains_key(&key(folder, path)) {
            self.charge(folder, 0, growth)?;
        } else {
            let entries = 1 + self.borrowed(folder, path);
            self.charge(folder, entries, growth + file.len() as u32)?;
            self.adopt(folder, path, steps);
            self.put(folder, path, Own::Entry(Some(file.clone())));
            steps.push(self.clone());
        }
        file.resize(file.len().max(end), 0);
        file[at..end].copy_from_slice(bytes);
        self.put(folder, path, Own::Entry(Some(file)));
        Some(())
    }

    fn truncate(&mut self, folder: &str, path: &str, steps: &mut Vec<Self>) -> Option<()> {
        self.look(folder, path)??;
        if !self.own.contains_key(&key(folder, path)) {
            self.charge(folder, 1 + self.borrowed(folder, path), 0)?;
            self.adopt(folder, path, steps);
        }
        self.put(folder, path, Own::Entry(Some(Vec::new())));
        Some(())
    }

    fn remove(&mut self, folder: &str, path: &str) -> Option<()> {
        let content = self.look(folder, path)?;
        if content.is_none() && self.has_children(folder, path) {
            return None;
        }
        let is_own = self.own.contains_key(&key(folder, path));
        if self.base(folder, path).is_none() {
            self.own.remove(&key(folder, path));
            return Some(());
        }
        self.charge(folder, u32::from(!is_own), 0)?;
        self.put(folder, path, Own::Whiteout);
        Some(())
    }

    fn rename(&mut self, folder: &str, from: &str, to: &str, steps: &mut Vec<Self>) -> Option<()> {
        let content = self.look(folder, from)?;
        let is_inside = to.starts_with(&format!("{from}/"));
        if self.base(folder, from).is_some() || is_inside {
            return None;
        }
        if from == to {
            return Some(());
        }
        if content.is_none() && self.has_children(folder, from) {
            return None;
        }
        let replaced = self.look(folder, to);
        let fits = replaced.is_none_or(|replaced| replaced.is_some() && content.is_some());
        if !fits || !self.is_directory(folder, parent(to)) {
            return None;
        }
        let borrowed = self.borrowed(folder, to);
        self.charge(folder, borrowed, 0)?;
        if borrowed > 0 {
            self.adopt(folder, to, steps);
        }
        self.own.remove(&key(folder, from));
        self.put(folder, to, Own::Entry(content));
        Some(())
    }

    fn is_directory(&self, folder: &str, path: &str) -> bool {
        path.is_empty() || self.look(folder, path) == Some(None)
    }

    fn has_children(&self, folder: &str, path: &str) -> bool {
        let inside = |other: &String| parent(other) == path && self.look(folder, other).is_some();
        self.paths(folder).iter().any(inside)
    }
}

fn key(folder: &str, path: &str) -> (String, String) {
    (folder.to_string(), path.to_string())
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(place, _)| &path[..place])
}
