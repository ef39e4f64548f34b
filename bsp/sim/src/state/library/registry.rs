use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

use akira_abi::caps::AppName;
use serde::{Deserialize, Serialize};

use super::{MAX_APPS, Stored};
use crate::state::folder::Folder;
use crate::state::host;

/// The most that is read of the file.
const MAX_FILE: usize = 256 << 10;

/// Which apps there are: the content of `apps.json`.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Registry {
    pub(super) apps: Vec<Entry>,
}

/// One app.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) name: String,
    /// Tells the files of this app from those that they replaced; 0 adds nothing to their names.
    #[serde(default)]
    copy: u32,
    #[serde(default)]
    pub(super) sidecar: bool,
    #[serde(default)]
    pub(super) grant: Vec<String>,
    #[serde(default)]
    pub(super) deny: Vec<String>,
}

impl Registry {
    pub(super) fn path(folder: &Folder) -> PathBuf {
        folder.path("apps.json")
    }

    /// Loads it, or begins one in a folder that has no apps yet.
    pub(super) fn open(folder: &Folder) -> io::Result<Self> {
        let (path, apps) = (Self::path(folder), folder.path("apps"));
        if fs::symlink_metadata(&path).is_ok() {
            return Self::load(folder);
        }
        // The registry is there before the first image is. If it has gone, its images are not leftovers.
        if host::usage(&apps)? > 0 {
            let what = format!(
                "missing; put it back, or remove {} to begin without apps",
                apps.display()
            );
            return Err(host::fault(&path, ErrorKind::InvalidData, what));
        }
        folder.replace(&path, &Self::default().encode(folder)?)?;
        Ok(Self::default())
    }

    pub(super) fn load(folder: &Folder) -> io::Result<Self> {
        let path = Self::path(folder);
        let json = host::read(&path, MAX_FILE as u64)?.unwrap_or_default();
        parse(&json).map_err(|why| {
            let apps = folder.path("apps");
            let what = format!(
                "not a list of apps: {why}; mend it or put a copy back, or remove it and {} to begin without apps",
                apps.display()
            );
            host::fault(&path, ErrorKind::InvalidData, what)
        })
    }

    /// Returns the content of the file, if it can be read again.
    pub(super) fn encode(&self, folder: &Folder) -> io::Result<Vec<u8>> {
        let json = serde_json::to_vec_pretty(self)?;
        if self.apps.len() > MAX_APPS || json.len() > MAX_FILE {
            let what = format!(
                "no room for more than {MAX_APPS} apps and {MAX_FILE} bytes; uninstall an app"
            );
            return Err(host::fault(
                &Self::path(folder),
                ErrorKind::StorageFull,
                what,
            ));
        }
        Ok(json)
    }

    /// Makes an entry for an app, with files that no app has.
    pub(super) fn entry(&self, app: &Stored) -> Entry {
        let mut entry = Entry {
            name: app.name.clone(),
            copy: 0,
            sidecar: app.sidecar.is_some(),
            grant: app.grant.clone(),
            deny: app.deny.clone(),
        };
        while self.names(&entry.image_file()) {
            entry.copy += 1;
        }
        entry
    }

    /// Adds an entry, or puts it in place of the one of that name, which is returned.
    pub(super) fn put(&mut self, entry: Entry) -> Option<Entry> {
        match self.apps.iter_mut().find(|old| old.name == entry.name) {
            Some(old) => Some(std::mem::replace(old, entry)),
            None => {
                self.apps.push(entry);
                None
            }
        }
    }

    /// Takes the entry of that name out.
    pub(super) fn take(&mut self, name: &str) -> Option<Entry> {
        let at = self.apps.iter().position(|entry| entry.name == name)?;
        Some(self.apps.remove(at))
    }

    /// Removes what was written of apps that did not come to be here, or are no more.
    pub(super) fn remove_leftovers(&self, folder: &Folder) -> io::Result<()> {
        let apps = folder.path("apps");
        for found in fs::read_dir(&apps).map_err(host::at(&apps))? {
            let path = found.map_err(host::at(&apps))?.path();
            let file = path.file_name().and_then(|name| name.to_str());
            if file.is_some_and(|file| is_of_an_app(file) && !self.names(file))
                && host::file(&path).is_ok()
            {
                fs::remove_file(&path).map_err(host::at(&path))?;
            }
        }
        Ok(())
    }

    /// Tells whether a file belongs to an app. Case does not count, as on some hosts.
    fn names(&self, file: &str) -> bool {
        self.apps.iter().any(|entry| {
            file.eq_ignore_ascii_case(&entry.image_file())
                || (entry.sidecar && file.eq_ignore_ascii_case(&entry.sidecar_file()))
        })
    }
}

impl Entry {
    pub(super) fn image_file(&self) -> String {
        self.stem() + ".wasm"
    }

    pub(super) fn sidecar_file(&self) -> String {
        self.stem() + ".json"
    }

    /// No app has a `~` in its name, so no two share a file.
    fn stem(&self) -> String {
        match self.copy {
            0 => self.name.clone(),
            copy => format!("{}~{copy}", self.name),
        }
    }
}

fn parse(json: &[u8]) -> Result<Registry, String> {
    let registry: Registry = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    for (index, Entry { name, .. }) in registry.apps.iter().enumerate() {
        if AppName::new(name).is_none() {
            return Err(format!("{name:?} is not a name of an app"));
        }
        if registry
            .apps
            .iter()
            .skip(index + 1)
            .any(|e| e.name == *name)
        {
            return Err(format!("{name:?} is in it twice"));
        }
    }
    Ok(registry)
}

/// Tells whether a file is named as those are that are written here.
fn is_of_an_app(file: &str) -> bool {
    let stem = file.strip_suffix(".wasm");
    let stem = stem.or_else(|| file.strip_suffix(".json"));
    let name = stem.map(|stem| stem.split_once('~').map_or(stem, |(name, _)| name));
    name.is_some_and(|name| AppName::new(name).is_some())
}
