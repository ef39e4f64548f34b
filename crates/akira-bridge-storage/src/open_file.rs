use akira_abi::{AppId, Errno};
use heapless::String;

use crate::path::MAX_FOLDER;
use crate::{AppFolder, AppPath, FilePath, OpenMode, Whence};

/// File that an app has open.
#[derive(Clone, Debug)]
pub(crate) struct OpenFile {
    pub(crate) app: AppId,
    pub(crate) fd: u32,
    pub(crate) mode: OpenMode,
    pub(crate) quota: u32,
    pub(crate) position: u32,
    /// Size of the file in bytes. The table of open files keeps it up to date, because every change
    /// of an app's files goes through the table.
    pub(crate) size: u32,
    /// Whether the file was removed. A removed file stays distinct from a new file at the same
    /// path.
    pub(crate) is_gone: bool,
    folder: String<MAX_FOLDER>,
    path: AppPath,
}

impl OpenFile {
    pub(crate) fn new(
        folder: &AppFolder<'_>,
        fd: u32,
        path: AppPath,
        mode: OpenMode,
        size: u32,
    ) -> Result<Self, Errno> {
        Ok(Self {
            app: folder.app,
            fd,
            mode,
            quota: folder.quota,
            position: 0,
            size,
            is_gone: false,
            folder: String::try_from(folder.name).map_err(|_| Errno::EINVAL)?,
            path,
        })
    }

    pub(crate) fn at(&self) -> FilePath<'_> {
        FilePath {
            folder: &self.folder,
            path: self.path.as_str(),
        }
    }

    /// Returns whether this is the file currently at this path.
    pub(crate) fn is(&self, at: FilePath<'_>) -> bool {
        !self.is_gone && self.at() == at
    }

    /// Returns the position of the next write.
    pub(crate) fn write_position(&self) -> u32 {
        if self.mode.append {
            self.size
        } else {
            self.position
        }
    }

    /// Moves the position, which may lie beyond the file's end, and returns it.
    pub(crate) fn seek(&mut self, offset: i32, whence: Whence) -> Result<u32, Errno> {
        let base = match whence {
            Whence::Start => 0,
            Whence::Current => self.position,
            Whence::End => self.size,
        };
        let position = base.checked_add_signed(offset).ok_or(Errno::EINVAL)?;
        // `fs_tell` returns the position as an i32.
        i32::try_from(position).map_err(|_| Errno::EINVAL)?;
        self.position = position;
        Ok(position)
    }
}
