mod registry;
mod stored;

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use akira_abi::caps::Manifest;

use self::registry::{Entry, Registry};
use super::folder::Folder;
use super::{CAPACITY, host};

pub use stored::Stored;

/// The most apps that are kept.
pub const MAX_APPS: usize = 64;
/// The most bytes of an image.
pub const MAX_IMAGE: usize = 4 << 20;
/// The most bytes of a manifest beside an image.
pub const MAX_SIDECAR: usize = Manifest::MAX_BYTES;

/// The apps that were installed on a console, in a folder of the host.
///
/// The registry says which files are an app's, so it is what makes a change: files come before it, and those of the
/// old app go after it. A new image never takes the place of one that the registry still names.
#[derive(Debug)]
pub struct Library {
    folder: Option<Folder>,
}

impl Library {
    /// Opens the library in a state folder, which is locked as [`State::open`](super::State::open) does. Without one it
    /// keeps nothing.
    ///
    /// # Errors
    ///
    /// `ResourceBusy` if another console uses the folder, `InvalidData` if the list of apps is damaged or lost, and those
    /// of the host.
    pub fn open(dir: Option<&Path>) -> io::Result<Self> {
        Self::new(dir.map(Folder::lock).transpose()?)
    }

    pub(super) fn new(folder: Option<Folder>) -> io::Result<Self> {
        if let Some(folder) = &folder {
            Registry::open(folder)?.remove_leftovers(folder)?;
        }
        Ok(Self { folder })
    }

    /// Reads all apps, in the order in which they were first installed.
    ///
    /// # Errors
    ///
    /// Those of the host; `InvalidData` if the list of apps is damaged; `NotFound` if it names a file that is gone.
    pub fn apps(&self) -> io::Result<Vec<Stored>> {
        match &self.folder {
            Some(folder) => {
                let registry = Registry::load(folder)?;
                registry.apps.iter().map(|e| read(folder, e)).collect()
            }
            None => Ok(Vec::new()),
        }
    }

    /// Keeps an app, in place of the one of that name if there is one. After an error, a kill or a power cut there is the
    /// old app or the new one, whole.
    ///
    /// # Errors
    ///
    /// `InvalidInput` if the name is no app's; `FileTooLarge` above [`MAX_IMAGE`] or [`MAX_SIDECAR`]; `StorageFull` if
    /// there is no room or there are [`MAX_APPS`]; those of the host.
    pub fn keep(&mut self, app: &Stored) -> io::Result<()> {
        app.check()?;
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let mut registry = Registry::load(folder)?;
        let entry = registry.entry(app);
        let old = registry.put(entry.clone());
        let json = registry.encode(folder)?;
        folder.room(app.size())?;
        if let Err(error) = write(folder, &entry, app) {
            remove(folder, &entry);
            return Err(error);
        }
        folder.replace(&Registry::path(folder), &json)?;
        if let Some(old) = old {
            remove(folder, &old);
        }
        Ok(())
    }

    /// Forgets an app, if there is one of that name.
    ///
    /// # Errors
    ///
    /// Those of the host; `InvalidData` if the list of apps is damaged.
    pub fn forget(&mut self, name: &str) -> io::Result<()> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let mut registry = Registry::load(folder)?;
        let Some(old) = registry.take(name) else {
            return Ok(());
        };
        folder.replace(&Registry::path(folder), &registry.encode(folder)?)?;
        remove(folder, &old);
        Ok(())
    }

    /// Returns how many bytes are free for apps and their files, and how many there are. What the host does not let be
    /// counted counts as used; without a folder nothing does.
    pub fn space(&self) -> (u64, u64) {
        let total = u64::from(CAPACITY);
        let used = match &self.folder {
            Some(folder) => folder.used().unwrap_or(total),
            None => 0,
        };
        (total.saturating_sub(used), total)
    }
}

fn read(folder: &Folder, entry: &Entry) -> io::Result<Stored> {
    let sidecar = entry.sidecar.then(|| entry.sidecar_file());
    Ok(Stored {
        name: entry.name.clone(),
        image: read_file(folder, &entry.image_file(), MAX_IMAGE)?,
        sidecar: sidecar
            .map(|file| read_file(folder, &file, MAX_SIDECAR))
            .transpose()?,
        grant: entry.grant.clone(),
        deny: entry.deny.clone(),
    })
}

fn read_file(folder: &Folder, file: &str, most: usize) -> io::Result<Vec<u8>> {
    let path = path(folder, file);
    host::read(&path, most as u64)?.ok_or_else(|| {
        let registry = Registry::path(folder);
        let what = format!(
            "missing; put it back, or remove its app from {}",
            registry.display()
        );
        host::fault(&path, ErrorKind::NotFound, what)
    })
}

fn write(folder: &Folder, entry: &Entry, app: &Stored) -> io::Result<()> {
    folder.replace(&path(folder, &entry.image_file()), &app.image)?;
    match &app.sidecar {
        Some(sidecar) => folder.replace(&path(folder, &entry.sidecar_file()), sidecar),
        None => Ok(()),
    }
}

/// Removes files that the registry does not name. What is left is removed when the library is next opened.
fn remove(folder: &Folder, entry: &Entry) {
    for file in [entry.image_file(), entry.sidecar_file()] {
        let _ = fs::remove_file(path(folder, &file));
    }
}

fn path(folder: &Folder, file: &str) -> PathBuf {
    folder.path("apps").join(file)
}
