//! The native modules `storage` and `fs`: two sets of calls on an app's own files.

pub use akira_bridge_storage::*;

use crate::abi::caps::{AppName, Capability};
use crate::abi::fs::*;
use crate::abi::storage::*;
use crate::abi::{AppId, Errno};
use crate::{Answer, Board, Call, Kind as Resource, Native};
use core::marker::PhantomData;

/// What it costs to find a file, and to read the piece of it that a byte lies in, in fuel.
const READ_FUEL: u64 = 800;

/// What it costs to write one, or to make or remove an entry.
const WRITE_FUEL: u64 = 2_400;

/// What it costs to look at an entry of a folder.
const ENTRY_FUEL: u64 = 120;

/// Returns the natives of these modules; [`complete`] answers those that wait.
pub const fn natives<B, F, const FILES: usize>() -> &'static [Native<B>]
where
    B: Board + AsRef<Storage<F, FILES>>,
    F: FileSystem + 'static,
{
    Table::<B, F, FILES>::NATIVES
}

struct Table<B, F, const FILES: usize>(PhantomData<(B, F)>);

impl<B: Board + AsRef<Storage<F, FILES>>, F: FileSystem + 'static, const FILES: usize>
    Table<B, F, FILES>
{
    const KIND: Resource<B> = Resource {
        name: "files",
        release: Self::release,
    };

    const NATIVES: &'static [Native<B>] = &[
        Native::suspending(&STORAGE_OPEN),
        Native::suspending(&STORAGE_READ),
        Native::suspending(&STORAGE_WRITE),
        Native::immediate(&STORAGE_CLOSE, |board, call| Self::close(board, call)),
        Native::suspending(&STORAGE_DELETE),
        Native::suspending(&STORAGE_LIST),
        Native::suspending(&FS_OPEN),
        Native::immediate(&FS_CLOSE, |board, call| Self::close(board, call)),
        Native::suspending(&FS_READ),
        Native::suspending(&FS_WRITE),
        Native::immediate(&FS_SEEK, |board, call| {
            let whence = Whence::from_fs(call.u32(2))?;
            Ok(board
                .as_ref()
                .seek(call.app().id(), call.u32(0), call.i32(1), whence)
                .map(|_| 0)?)
        }),
        Native::immediate(&FS_TELL, |board, call| {
            Ok(board.as_ref().tell(call.app().id(), call.u32(0))? as i32)
        }),
        Native::suspending(&FS_STAT),
        Native::suspending(&FS_UNLINK),
        Native::suspending(&FS_MKDIR),
        Native::suspending(&FS_READDIR),
    ];

    fn close(board: &B, call: &mut Call<'_, B>) -> Answer {
        Ok(board
            .as_ref()
            .close(call.app().id(), call.u32(0))
            .map(|()| 0)?)
    }

    fn release(board: &B, app: AppId, _: u32) {
        board.as_ref().release(app);
    }
}

/// Answers a suspending call of these modules.
///
/// # Errors
///
/// The errno that the app gets; `ENOSYS` for a call of another module.
///
/// # Cancel safety
///
/// That of the bridge's function of the same name.
pub async fn complete<B, F, const FILES: usize>(
    storage: &Storage<F, FILES>,
    call: &mut Call<'_, B>,
) -> Answer
where
    B: Board + AsRef<Storage<F, FILES>>,
    F: FileSystem + 'static,
{
    call.charge(match call.row().needs.capabilities() {
        needed if needed.contains(Capability::StorageWrite) => WRITE_FUEL,
        needed if needed.contains(Capability::FsWrite) => WRITE_FUEL,
        _ => READ_FUEL,
    });
    let answer = complete_call(storage, call).await;
    let looked_at = storage.take_looked_at().await as u64;
    call.charge(looked_at * ENTRY_FUEL);
    answer
}

async fn complete_call<B, F, const FILES: usize>(
    storage: &Storage<F, FILES>,
    call: &mut Call<'_, B>,
) -> Answer
where
    B: Board + AsRef<Storage<F, FILES>>,
    F: FileSystem + 'static,
{
    let app = call.app().id();
    if call.is(&STORAGE_OPEN) {
        let mode = OpenMode::from_storage(call.u32(1))?;
        open(storage, call, mode).await
    } else if call.is(&FS_OPEN) {
        let mode = OpenMode::from_fs(call.u32(1))?;
        open(storage, call, mode).await
    } else if call.is(&STORAGE_READ) || call.is(&FS_READ) {
        let fd = call.u32(0);
        let read = storage.read(app, fd, call.bytes_mut(1)).await?;
        charged(call, read)
    } else if call.is(&STORAGE_WRITE) || call.is(&FS_WRITE) {
        let written = storage.write(app, call.u32(0), call.bytes(1)).await?;
        charged(call, written)
    } else {
        complete_path(storage, call).await
    }
}

async fn complete_path<B, F, const FILES: usize>(
    storage: &Storage<F, FILES>,
    call: &mut Call<'_, B>,
) -> Answer
where
    B: Board,
    F: FileSystem,
{
    let name = Name::of(call)?;
    let folder = name.folder();
    let path = call.text::<MAX_PATH>(0)?;
    let path = path.as_str().as_bytes();
    if call.is(&STORAGE_DELETE) || call.is(&FS_UNLINK) {
        storage.delete(&folder, path).await?;
    } else if call.is(&FS_MKDIR) {
        storage.mkdir(&folder, path).await?;
    } else if call.is(&FS_STAT) {
        let stat = storage.stat(&folder, path).await?;
        call.write(1, &stat.encode())?;
    } else if call.is(&STORAGE_LIST) {
        let listing = storage
            .list(&folder, path, Names::Marked, call.bytes_mut(1))
            .await?;
        return charged(call, listing.bytes);
    } else if call.is(&FS_READDIR) {
        let listing = storage
            .list(&folder, path, Names::Bare, call.bytes_mut(1))
            .await?;
        return charged(call, listing.entries);
    } else {
        return Err(Errno::ENOSYS.into());
    }
    Ok(0)
}

async fn open<B, F, const FILES: usize>(
    storage: &Storage<F, FILES>,
    call: &mut Call<'_, B>,
    mode: OpenMode,
) -> Answer
where
    B: Board + AsRef<Storage<F, FILES>>,
    F: FileSystem + 'static,
{
    call.app().resources().hold(Table::<B, F, FILES>::KIND)?;
    let name = Name::of(call)?;
    Ok(storage.open(&name.folder(), call.bytes(0), mode).await? as i32)
}

/// The app's folder, with its name copied out of the call.
struct Name {
    app: AppId,
    name: AppName,
    quota: u32,
}

impl Name {
    fn of<B: Board>(call: &mut Call<'_, B>) -> Result<Self, Errno> {
        let app = call.app();
        let name = AppName::new(app.name()).ok_or(Errno::EINVAL)?;
        Ok(Self {
            app: app.id(),
            name,
            quota: app.grant().quotas.storage,
        })
    }

    fn folder(&self) -> AppFolder<'_> {
        AppFolder {
            app: self.app,
            name: &self.name,
            quota: self.quota,
        }
    }
}

/// Charges for so many bytes or entries, and answers with their number.
fn charged<B: Board>(call: &mut Call<'_, B>, amount: usize) -> Answer {
    call.charge(amount as u64);
    Ok(amount as i32)
}
