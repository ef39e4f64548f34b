use akira_abi::{AppId, Errno};
use heapless::Vec;

use crate::open_file::OpenFile;
use crate::{AppFolder, AppPath, FILES_PER_APP, FilePath, OpenMode};

/// Open files of all apps. Each app has its own descriptors, so no app learns how many files the
/// other apps have open.
#[derive(Debug)]
pub(super) struct Table<const FILES: usize> {
    files: Vec<OpenFile, FILES>,
    /// Maximum number of open files of one app.
    pub(super) per_app: u32,
}

impl<const FILES: usize> Table<FILES> {
    pub(super) const fn new() -> Self {
        Self {
            files: Vec::new(),
            per_app: FILES_PER_APP as u32,
        }
    }

    /// Returns the lowest descriptor that `app` does not use.
    pub(super) fn free_fd(&self, app: AppId) -> Result<u32, Errno> {
        let mut fds = 0..self.per_app;
        match fds.find(|fd| self.find(app, *fd).is_none()) {
            Some(fd) if !self.files.is_full() => Ok(fd),
            _ => Err(Errno::EMFILE),
        }
    }

    pub(super) fn open(
        &mut self,
        folder: &AppFolder<'_>,
        path: AppPath,
        mode: OpenMode,
        size: u32,
    ) -> Result<u32, Errno> {
        let fd = self.free_fd(folder.app)?;
        let file = OpenFile::new(folder, fd, path, mode, size)?;
        self.resized(file.at(), size);
        self.files.push(file).map_err(|_| Errno::EMFILE)?;
        Ok(fd)
    }

    pub(super) fn find(&self, app: AppId, fd: u32) -> Option<&OpenFile> {
        self.files.iter().find(|f| f.app == app && f.fd == fd)
    }

    pub(super) fn find_mut(&mut self, app: AppId, fd: u32) -> Option<&mut OpenFile> {
        self.files.iter_mut().find(|f| f.app == app && f.fd == fd)
    }

    pub(super) fn remove(&mut self, app: AppId, fd: u32) -> bool {
        let before = self.files.len();
        self.files.retain(|f| f.app != app || f.fd != fd);
        self.files.len() < before
    }

    pub(super) fn release(&mut self, app: AppId) {
        self.files.retain(|f| f.app != app);
    }

    pub(super) fn moved(&mut self, app: AppId, fd: u32, position: u32) {
        if let Some(file) = self.find_mut(app, fd) {
            file.position = position;
        }
    }

    /// Records that a write through `file` has reached `position`.
    pub(super) fn wrote(&mut self, file: &OpenFile, position: u32) {
        self.moved(file.app, file.fd, position);
        for other in self.files.iter_mut().filter(|other| other.is(file.at())) {
            other.size = other.size.max(position);
        }
    }

    /// Records the size of a file, for every open file at this path.
    pub(super) fn resized(&mut self, at: FilePath<'_>, size: u32) {
        for file in self.files.iter_mut().filter(|file| file.is(at)) {
            file.size = size;
        }
    }

    /// Records that a file was removed, for every open file at this path.
    pub(super) fn removed(&mut self, at: FilePath<'_>) {
        for file in self.files.iter_mut().filter(|file| file.is(at)) {
            file.is_gone = true;
        }
    }
}
