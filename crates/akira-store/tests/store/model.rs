//! What a store is to hold, in plain memory, and the operations on both.

use std::collections::BTreeMap;

use akira_caps::{AppName, CapabilitySet, Text};
use akira_store::{EntryKind, Error, Image, NewImage, Store};
use embassy_futures::block_on;
use embedded_storage_async::nor_flash::NorFlash;

/// Something that is done in one call, or, to install, in several that change nothing but with the last.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Set(String, Vec<u8>),
    Unset(String),
    Create(&'static str, String, EntryKind),
    Write(&'static str, String, u32, Vec<u8>),
    Truncate(&'static str, String),
    Remove(&'static str, String),
    Clear(&'static str),
    Install(&'static str, u8, Vec<u8>),
    Uninstall(&'static str),
    Confirm(&'static str),
    RollBack(&'static str),
    Autostart(&'static str, bool),
    Crash(&'static str),
}

/// A version and the bytes of an image.
pub(crate) type Version = (String, Vec<u8>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AppModel {
    pub(crate) current: Version,
    pub(crate) previous: Option<Version>,
    pub(crate) autostart: bool,
    pub(crate) crashes: u16,
}

/// The content of a file, or `None` of a directory.
type Content = Option<Vec<u8>>;

/// All that a store shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Model {
    pub(crate) settings: BTreeMap<String, Vec<u8>>,
    pub(crate) files: BTreeMap<(String, String), Content>,
    pub(crate) apps: BTreeMap<String, AppModel>,
}

pub(crate) const KEYS: [&str; 12] = [
    "a",
    "wifi",
    "wifi/ssid",
    "boot",
    "tone",
    "kkkk",
    "zone",
    "lang",
    "hue",
    "k9",
    "k10",
    "k11",
];
pub(crate) const FOLDERS: [&str; 2] = ["snake", "snakes"];
pub(crate) const APPS: [&str; 3] = ["snake", "snakes", "radio"];

pub(crate) fn name(name: &str) -> AppName {
    AppName::new(name).expect("the tests' names are good")
}

impl Op {
    /// Does it to a store.
    pub(crate) fn apply<F: NorFlash, const N: usize>(
        &self,
        store: &mut Store<F, N>,
    ) -> Result<(), Error> {
        block_on(async {
            match self {
                Self::Set(key, value) => store.set_setting(key, value).await,
                Self::Unset(key) => store.remove_setting(key).await.map(|_| ()),
                Self::Create(folder, path, kind) => store.create(folder, path, *kind).await,
                Self::Write(folder, path, offset, bytes) => {
                    let written = store.write_at(folder, path, *offset, bytes).await?;
                    assert_eq!(written, bytes.len(), "the tests write within one piece");
                    Ok(())
                }
                Self::Truncate(folder, path) => store.truncate(folder, path).await,
                Self::Remove(folder, path) => store.remove(folder, path).await,
                Self::Clear(folder) => store.clear_folder(folder).await,
                Self::Install(app, version, bytes) => {
                    let mut writer = store.begin(&new_image(app, *version, bytes)).await?;
                    for piece in bytes.chunks(701) {
                        store.write(&mut writer, piece).await?;
                    }
                    store.commit(writer).await
                }
                Self::Uninstall(app) => store.uninstall(&name(app)).await,
                Self::Confirm(app) => store.confirm(&name(app)).await,
                Self::RollBack(app) => store.roll_back(&name(app)).await,
                Self::Autostart(app, on) => store.set_autostart(&name(app), *on).await,
                Self::Crash(app) => store.count_crash(&name(app)).await.map(|_| ()),
            }
        })
    }
}

/// Announces an image.
pub(crate) fn new_image(app: &str, version: u8, bytes: &[u8]) -> NewImage {
    NewImage {
        name: name(app),
        version: Text::try_from(version.to_string().as_str()).expect("it is short"),
        size: bytes.len() as u32,
        sha256: None,
        granted: CapabilitySet::from_bits(u64::from(version)),
    }
}

impl Model {
    /// Does to the model what a store is to do, and returns whether it does it.
    pub(crate) fn apply(&mut self, op: &Op) -> bool {
        self.try_apply(op).is_some()
    }

    fn try_apply(&mut self, op: &Op) -> Option<()> {
        match op {
            Op::Set(key, value) => {
                self.settings.insert(key.clone(), value.clone());
            }
            Op::Unset(key) => {
                self.settings.remove(key);
            }
            Op::Create(folder, path, kind) => return self.create(folder, path, *kind),
            Op::Write(folder, path, offset, bytes) => {
                let file = self.file(folder, path)?;
                let (start, end) = (*offset as usize, *offset as usize + bytes.len());
                if start > file.len() {
                    return None;
                }
                file.resize(file.len().max(end), 0);
                file[start..end].copy_from_slice(bytes);
            }
            Op::Truncate(folder, path) => self.file(folder, path)?.clear(),
            Op::Remove(folder, path) => {
                let inside = format!("{path}/");
                let child = |(f, p): &(String, String)| f == folder && p.starts_with(&inside);
                if self.files.keys().any(child) {
                    return None;
                }
                self.files.remove(&(folder.to_string(), path.clone()))?;
            }
            Op::Clear(folder) => self.files.retain(|(f, _), _| f != folder),
            Op::Install(app, version, bytes) => self.install(app, *version, bytes),
            Op::Uninstall(app) => {
                self.apps.remove(*app)?;
                self.files.retain(|(f, _), _| f != app);
            }
            Op::Confirm(app) => {
                let app = self.apps.get_mut(*app)?;
                (app.previous, app.crashes) = (None, 0);
            }
            Op::RollBack(app) => {
                let app = self.apps.get_mut(*app)?;
                (app.current, app.crashes) = (app.previous.take()?, 0);
            }
            Op::Autostart(app, on) => self.apps.get_mut(*app)?.autostart = *on,
            Op::Crash(app) => self.apps.get_mut(*app)?.crashes += 1,
        }
        Some(())
    }

    fn create(&mut self, folder: &str, path: &str, kind: EntryKind) -> Option<()> {
        let key = (folder.to_string(), path.to_string());
        let parent = path.rsplit_once('/').map(|(parent, _)| parent.to_string());
        let is_there = parent
            .is_none_or(|parent| self.files.get(&(folder.to_string(), parent)) == Some(&None));
        if self.files.contains_key(&key) || !is_there {
            return None;
        }
        let content = (kind == EntryKind::File).then(Vec::new);
        self.files.insert(key, content);
        Some(())
    }

    fn file(&mut self, folder: &str, path: &str) -> Option<&mut Vec<u8>> {
        let key = (folder.to_string(), path.to_string());
        self.files.get_mut(&key)?.as_mut()
    }

    fn install(&mut self, app: &str, version: u8, bytes: &[u8]) {
        let new = (version.to_string(), bytes.to_vec());
        let old = self.apps.get(app);
        let app_model = AppModel {
            current: new,
            previous: old.map(|old| old.current.clone()),
            autostart: old.is_some_and(|old| old.autostart),
            crashes: 0,
        };
        self.apps.insert(app.to_string(), app_model);
    }

    /// Reads all that a store shows.
    pub(crate) fn of<F: NorFlash, const N: usize>(store: &mut Store<F, N>) -> Self {
        let mut model = Self::default();
        block_on(async {
            for key in KEYS {
                let mut value = [0; 255];
                if let Some(length) = store.setting(key, &mut value).await.expect("it reads") {
                    model
                        .settings
                        .insert(key.to_string(), value[..length].to_vec());
                }
            }
            for folder in FOLDERS {
                read_directory(store, folder, "", &mut model.files).await;
                check_used(store, folder, &model.files).await;
            }
            for app in APPS {
                if let Some(app_model) = read_app(store, app).await {
                    model.apps.insert(app.to_string(), app_model);
                }
            }
        });
        model
    }
}

async fn read_directory<F: NorFlash, const N: usize>(
    store: &mut Store<F, N>,
    folder: &str,
    path: &str,
    files: &mut BTreeMap<(String, String), Content>,
) {
    let mut names = Vec::new();
    let mut each = |name: &str, kind| {
        names.push((name.to_string(), kind));
        true
    };
    store.list(folder, path, &mut each).await.expect("it lists");
    for (name, kind) in names {
        let path = if path.is_empty() {
            name
        } else {
            format!("{path}/{name}")
        };
        let key = (folder.to_string(), path.clone());
        if kind == EntryKind::Directory {
            files.insert(key, None);
            Box::pin(read_directory(store, folder, &path, files)).await;
            continue;
        }
        let size = store.stat(folder, &path).await.expect("it is there").size as usize;
        let mut content = vec![0; size + 1];
        let read = store.read_at(folder, &path, 0, &mut content).await;
        assert_eq!(read, Ok(size));
        content.truncate(size);
        files.insert(key, Some(content));
    }
}

async fn check_used<F: NorFlash, const N: usize>(
    store: &mut Store<F, N>,
    folder: &str,
    files: &BTreeMap<(String, String), Content>,
) {
    let inside = files.iter().filter(|((f, _), _)| f == folder);
    let bytes = inside.map(|(_, content)| 64 + content.as_ref().map_or(0, Vec::len) as u32);
    assert_eq!(store.folder_used(folder).await, Ok(bytes.sum()));
}

async fn read_app<F: NorFlash, const N: usize>(
    store: &mut Store<F, N>,
    app: &str,
) -> Option<AppModel> {
    let app = store.app(&name(app)).await.expect("it reads")?;
    let current = read_image(store, &app.current?).await;
    let previous = match &app.previous {
        Some(image) => Some(read_image(store, image).await),
        None => None,
    };
    Some(AppModel {
        current,
        previous,
        autostart: app.autostart,
        crashes: app.crashes,
    })
}

async fn read_image<F: NorFlash, const N: usize>(
    store: &mut Store<F, N>,
    image: &Image,
) -> Version {
    store.verify_image(image).await.expect("the image is whole");
    assert_eq!(image.granted.bits().to_string(), image.version.as_str());
    let mut bytes = vec![0; image.size as usize];
    let read = store.read_image(image, 0, &mut bytes).await;
    assert_eq!(read, Ok(bytes.len()));
    (image.version.as_str().to_string(), bytes)
}
