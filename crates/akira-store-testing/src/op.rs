use akira_caps::AppName;
use akira_store::{EntryKind, Error, NewImage, Store};
use embassy_futures::block_on;
use embedded_storage_async::nor_flash::NorFlash;

use crate::Version;

/// Operation on a store. Most are one call; an installation is several calls, of which only the
/// last changes the visible state.
#[derive(Clone, Debug)]
pub enum Op {
    /// Sets a setting.
    Set(String, Vec<u8>),
    /// Removes a setting.
    Unset(String),
    /// Creates a file or directory.
    Create(&'static str, String, EntryKind),
    /// Writes bytes at an offset, within one chunk of a file.
    Write(&'static str, String, u32, Vec<u8>),
    /// Empties a file.
    Truncate(&'static str, String),
    /// Removes a file or directory.
    Remove(&'static str, String),
    /// Moves a file or directory to another path.
    Rename(&'static str, String, String),
    /// Removes everything that an app has written to its folder.
    Clear(&'static str),
    /// Installs or updates an app.
    Install(&'static str, Version),
    /// Installs or updates an app, with an interrupted transfer that is resumed.
    Resume(&'static str, Version),
    /// Removes an app.
    Uninstall(&'static str),
    /// Confirms an app's current image.
    Confirm(&'static str),
    /// Rolls back to an app's previous image.
    RollBack(&'static str),
    /// Sets whether an app starts with the device.
    Autostart(&'static str, bool),
    /// Sets whether an app may be started.
    Enable(&'static str, bool),
    /// Counts a start of an app.
    Start(&'static str),
    /// Counts a crash of an app.
    Crash(&'static str),
}

/// Converts a string to an app name.
///
/// # Panics
///
/// If it is not a valid name.
pub fn name(name: &str) -> AppName {
    AppName::new(name).expect("the tests' names are good")
}

impl Op {
    /// Applies the operation to a store.
    pub fn apply<F: NorFlash, const N: usize>(&self, store: &mut Store<F, N>) -> Result<(), Error> {
        block_on(async {
            match self {
                Self::Set(key, value) => store.set_setting(key, value).await,
                Self::Unset(key) => match store.remove_setting(key).await? {
                    true => Ok(()),
                    false => Err(Error::NotFound),
                },
                Self::Create(folder, path, kind) => store.create(folder, path, *kind).await,
                Self::Write(folder, path, offset, bytes) => {
                    let written = store.write_at(folder, path, *offset, bytes).await?;
                    assert_eq!(written, bytes.len(), "the tests write within one piece");
                    Ok(())
                }
                Self::Truncate(folder, path) => store.truncate(folder, path).await,
                Self::Remove(folder, path) => store.remove(folder, path).await,
                Self::Rename(folder, from, to) => store.rename(folder, from, to).await,
                Self::Clear(folder) => store.clear_folder(folder).await,
                Self::Install(app, version) => install(store, app, version).await,
                Self::Resume(app, version) => resume(store, app, version).await,
                Self::Uninstall(app) => store.uninstall(&name(app)).await,
                Self::Confirm(app) => store.confirm(&name(app)).await,
                Self::RollBack(app) => store.roll_back(&name(app)).await,
                Self::Autostart(app, on) => store.set_autostart(&name(app), *on).await,
                Self::Enable(app, on) => store.set_enabled(&name(app), *on).await,
                Self::Start(app) => store.count_start(&name(app)).await.map(|_| ()),
                Self::Crash(app) => store.count_crash(&name(app)).await.map(|_| ()),
            }
        })
    }
}

async fn install<F: NorFlash, const N: usize>(
    store: &mut Store<F, N>,
    app: &str,
    version: &Version,
) -> Result<(), Error> {
    let mut writer = store.begin(&new_image(app, version)).await?;
    for piece in version.bytes.chunks(701) {
        store.write(&mut writer, piece).await?;
    }
    store.commit(writer, &version.details).await
}

/// Installs with an interrupted transfer. The bytes that arrived are read back, as a verifier does
/// after a resume.
async fn resume<F: NorFlash, const N: usize>(
    store: &mut Store<F, N>,
    app: &str,
    version: &Version,
) -> Result<(), Error> {
    let mut writer = store.begin(&new_image(app, version)).await?;
    let half = version.bytes.len() / 2;
    store.write(&mut writer, &version.bytes[..half]).await?;
    let mut seen = vec![0; half + 1];
    let read = store.read_back(&writer, 0, &mut seen).await?;
    assert!(read == half && seen[..half] == version.bytes[..half]);
    let mut writer = store.resume(&name(app)).await?;
    let position = writer.position() as usize;
    let read = store.read_back(&writer, 0, &mut seen).await?;
    assert!(read == position && seen[..read] == version.bytes[..read]);
    store.write(&mut writer, &version.bytes[position..]).await?;
    store.commit(writer, &version.details).await
}

/// Returns the announcement of an image.
fn new_image(app: &str, version: &Version) -> NewImage {
    NewImage {
        name: name(app),
        size: version.bytes.len() as u32,
        sha256: None,
    }
}
