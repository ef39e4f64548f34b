//! Visible content of a store.

use std::collections::BTreeMap;

use akira_store::{Details, EntryKind, Store, StoredImage};
use embassy_futures::block_on;
use embedded_storage_async::nor_flash::NorFlash;

use crate::model::Content;
use crate::{Model, Version, name};

/// Settings that a comparison reads.
pub const KEYS: [&str; 12] = [
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
    "snake/hue",
];

/// Folders that a comparison reads.
pub const FOLDERS: [&str; 2] = ["snake", "snakes"];

/// Apps that a comparison reads.
pub const APPS: [&str; 3] = ["snake", "snakes", "radio"];

/// Everything that a store's calls return.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    settings: BTreeMap<String, Vec<u8>>,
    /// Files that apps see: their own and those of their images.
    pub files: BTreeMap<(String, String), Content>,
    used: Vec<u32>,
    /// Apps that have an image.
    pub apps: BTreeMap<String, ShownApp>,
}

/// Visible state of an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownApp {
    /// Details and bytes of the current image.
    pub current: (Details, Vec<u8>),
    /// Details and bytes of the previous image.
    pub previous: Option<(Details, Vec<u8>)>,
    /// `autostart`, `enabled`, `confirmed`.
    pub flags: [bool; 3],
    /// `crashes`, `starts`, `security_floor`.
    pub counts: [u32; 3],
}

impl Model {
    /// Returns the visible content of a store that holds this model's content.
    pub fn shown(&self) -> Shown {
        let mut files = BTreeMap::new();
        for folder in FOLDERS {
            for path in self.paths(folder) {
                if let Some(content) = self.look(folder, &path) {
                    files.insert((folder.to_string(), path), content);
                }
            }
        }
        let version = |version: &Version| (version.details, version.bytes.clone());
        let apps = self.apps.iter().map(|(name, app)| {
            let shown = ShownApp {
                current: version(&app.current),
                previous: app.previous.as_ref().map(version),
                flags: [app.autostart, app.enabled, app.confirmed],
                counts: [app.crashes.into(), app.starts.into(), app.security_floor],
            };
            (name.clone(), shown)
        });
        Shown {
            settings: self.settings.clone(),
            files,
            used: FOLDERS.map(|folder| self.used(folder)).into(),
            apps: apps.collect(),
        }
    }
}

impl Shown {
    /// Reads the visible content of a store.
    pub fn of<F: NorFlash, const N: usize>(store: &mut Store<F, N>) -> Self {
        let mut shown = Self::default();
        block_on(async {
            for key in KEYS {
                let mut value = [0; 255];
                if let Some(length) = store.setting(key, &mut value).await.expect("it reads") {
                    let value = value[..length].to_vec();
                    shown.settings.insert(key.to_string(), value);
                }
            }
            for folder in FOLDERS {
                read_directory(store, folder, "", &mut shown.files).await;
                let used = store.folder_used(folder).await.expect("it is counted");
                shown.used.push(used);
            }
            for app in APPS {
                if let Some(app_shown) = read_app(store, app).await {
                    shown.apps.insert(app.to_string(), app_shown);
                }
            }
        });
        shown
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
        let path = match path {
            "" => name,
            path => format!("{path}/{name}"),
        };
        let key = (folder.to_string(), path.clone());
        assert!(!files.contains_key(&key), "{path} is listed twice");
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

async fn read_app<F: NorFlash, const N: usize>(
    store: &mut Store<F, N>,
    app: &str,
) -> Option<ShownApp> {
    let app = store.app(&name(app)).await.expect("it reads")?;
    let current = read_image(store, &app.current?).await;
    let previous = match &app.previous {
        Some(image) => Some(read_image(store, image).await),
        None => None,
    };
    Some(ShownApp {
        current,
        previous,
        flags: [app.autostart, app.enabled, app.confirmed],
        counts: [app.crashes.into(), app.starts.into(), app.security_floor],
    })
}

async fn read_image<F: NorFlash, const N: usize>(
    store: &mut Store<F, N>,
    image: &StoredImage,
) -> (Details, Vec<u8>) {
    store.verify_image(image).await.expect("the image is whole");
    let mut bytes = vec![0; image.size as usize];
    let read = store.read_image(image, 0, &mut bytes).await;
    assert_eq!(read, Ok(bytes.len()));
    (image.details, bytes)
}
