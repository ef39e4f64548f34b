//! The native modules `storage` and `fs`, two sets of calls with which an app accesses its own
//! files.

pub use akira_bridge_storage::*;

use crate::abi::caps::{AppName, Capability, CapabilitySet};
use crate::abi::fs::*;
use crate::abi::storage::*;
use crate::abi::{AppId, Errno};
use crate::turns::Turns;
use crate::{Answer, Call, Fault, NativeModule, natives};

/// Cost in fuel of finding a file and reading the piece that holds the requested byte.
const READ_FUEL: u64 = 800;

/// Cost in fuel of a write, or of creating or removing an entry.
const WRITE_FUEL: u64 = 2_400;

/// Cost in fuel of each folder entry that the file system examines.
const ENTRY_FUEL: u64 = 120;

/// Answers the native calls of the modules `storage` and `fs` with the bridge [`Storage`].
#[derive(Debug)]
pub struct Module<F, const FILES: usize> {
    files: Storage<F, FILES>,
    turns: Turns,
}

impl<F: FileSystem + 'static, const FILES: usize> NativeModule for Module<F, FILES> {
    natives! {
        immediate STORAGE_CLOSE | FS_CLOSE => |files, call| {
            Ok(files.files.close(call.app().id(), call.u32(0)).map(|()| 0)?)
        },
        immediate FS_SEEK => |files, call| {
            let whence = Whence::from_fs(call.u32(2))?;
            let (app, offset) = (call.app().id(), call.i32(1));
            Ok(files.files.seek(app, call.u32(0), offset, whence).map(|_| 0)?)
        },
        immediate FS_TELL => |files, call| Ok(files.files.tell(call.app().id(), call.u32(0))? as i32),
        suspending STORAGE_OPEN | FS_OPEN | STORAGE_READ | FS_READ | STORAGE_WRITE | FS_WRITE
            | STORAGE_DELETE | FS_UNLINK | FS_MKDIR | FS_STAT | STORAGE_LIST | FS_READDIR
            => Self::answer_in_turn,
    }

    fn release(&self, app: AppId) {
        self.files.release(app);
    }
}

impl<F: FileSystem, const FILES: usize> Module<F, FILES> {
    /// Creates the module from its bridge.
    pub const fn new(files: Storage<F, FILES>) -> Self {
        Self {
            files,
            turns: Turns::new(),
        }
    }

    /// Returns the bridge, for example for access from the firmware.
    pub const fn files(&self) -> &Storage<F, FILES> {
        &self.files
    }

    async fn answer_in_turn(&self, call: &mut Call<'_>) -> Answer {
        self.turns.take(|| self.answer(call)).await
    }

    /// Answers a call. Charges for the call and for the folder entries that the file system
    /// examined.
    async fn answer(&self, call: &mut Call<'_>) -> Answer {
        let needed = call.row().needs.capabilities();
        let writes = CapabilitySet::of(&[Capability::StorageWrite, Capability::FsWrite]);
        call.charge(match needed.intersects(writes) {
            true => WRITE_FUEL,
            false => READ_FUEL,
        });
        let answer = self.act(call).await;
        let looked_at = self.files.take_looked_at().await as u64;
        call.charge(looked_at * ENTRY_FUEL);
        answer
    }

    async fn act(&self, call: &mut Call<'_>) -> Answer {
        let app = call.app().id();
        if call.is(&STORAGE_OPEN) || call.is(&FS_OPEN) {
            let mode = match call.is(&FS_OPEN) {
                true => OpenMode::from_fs(call.u32(1))?,
                false => OpenMode::from_storage(call.u32(1))?,
            };
            let name = Name::of(call)?;
            let opened = self.files.open(&name.folder(), call.bytes(0), mode).await?;
            Ok(opened as i32)
        } else if call.is(&STORAGE_READ) || call.is(&FS_READ) {
            let fd = call.u32(0);
            let read = self.files.read(app, fd, call.bytes_mut(1)).await?;
            charged(call, read)
        } else if call.is(&STORAGE_WRITE) || call.is(&FS_WRITE) {
            let written = self.files.write(app, call.u32(0), call.bytes(1)).await?;
            charged(call, written)
        } else {
            self.act_on_path(call).await
        }
    }

    async fn act_on_path(&self, call: &mut Call<'_>) -> Answer {
        let name = Name::of(call)?;
        let folder = name.folder();
        let path = call.text::<MAX_PATH>(0)?;
        let path = path.as_str().as_bytes();
        if call.is(&STORAGE_DELETE) || call.is(&FS_UNLINK) {
            self.files.delete(&folder, path).await?;
        } else if call.is(&FS_MKDIR) {
            self.files.mkdir(&folder, path).await?;
        } else if call.is(&FS_STAT) {
            let stat = self.files.stat(&folder, path).await?;
            call.write(1, &stat.encode())?;
        } else if call.is(&STORAGE_LIST) || call.is(&FS_READDIR) {
            let counts_bytes = call.is(&STORAGE_LIST);
            let names = match counts_bytes {
                true => Names::Marked,
                false => Names::Bare,
            };
            let listing = self
                .files
                .list(&folder, path, names, call.bytes_mut(1))
                .await?;
            return charged(
                call,
                if counts_bytes {
                    listing.bytes
                } else {
                    listing.entries
                },
            );
        } else {
            return Err(Fault::Unanswered);
        }
        Ok(0)
    }
}

/// Name of the calling app, copied out of the call, for access to its folder.
struct Name {
    app: AppId,
    name: AppName,
    quota: u32,
}

impl Name {
    fn of(call: &mut Call<'_>) -> Result<Self, Errno> {
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

/// Charges one unit of fuel for each byte or entry, and returns `amount`.
fn charged(call: &mut Call<'_>, amount: usize) -> Answer {
    call.charge(amount as u64);
    Ok(amount as i32)
}
