//! Installing an image piece by piece.

use akira_caps::AppName;
use embedded_storage_async::nor_flash::NorFlash;
use sha2::{Digest, Sha256};

use crate::app::Pending;
use crate::error::Area;
use crate::journal::{Kind, Slot};
use crate::layout::MAX_WORD;
use crate::{App, Details, Error, Store, StoredImage, flash};

/// Distance in bytes between two checkpoints of an install, before it is rounded up to whole pages.
/// An interrupted install resumes at its last checkpoint.
pub const PROGRESS_BYTES: u32 = 16 * 1024;

/// Announcement of an image: [`Store::begin`] takes it before the image's bytes arrive.
#[derive(Clone, Copy, Debug)]
pub struct NewImage {
    /// Name of the app to install or update.
    pub name: AppName,
    /// Size of the image in bytes: the package and anything appended to it, such as a manifest from
    /// a separate file.
    pub size: u32,
    /// SHA-256 that the image must have, or `None` to accept any bytes of the announced size.
    pub sha256: Option<[u8; 32]>,
}

/// Handle of an install under way, which identifies the install and tracks its progress.
///
/// A writer borrows nothing, so several installs can be under way at once, at most one for each
/// app. After the writer is dropped, the install can still be [resumed](Store::resume) or
/// [aborted](Store::abort).
#[derive(Clone, Debug)]
pub struct ImageWriter {
    name: AppName,
    install: u32,
    start: u32,
    size: u32,
    /// Number of bytes programmed to the flash.
    offset: u32,
    /// Hash of all accepted bytes.
    hash: Sha256,
    /// Bytes that do not fill a whole word yet.
    word: [u8; MAX_WORD],
    held: usize,
    /// Whether a write started and did not finish, so the programmed bytes are unknown.
    torn: bool,
}

impl ImageWriter {
    /// Returns the number of bytes accepted so far, which is the offset of the next byte to write.
    pub fn position(&self) -> u32 {
        // The last word may reach beyond the end.
        self.size.min(self.offset + self.held as u32)
    }

    /// Returns the size of the image in bytes.
    pub fn size(&self) -> u32 {
        self.size
    }

    pub(crate) fn start(&self) -> u32 {
        self.start
    }

    fn new(name: AppName, pending: &Pending, hash: Sha256) -> Self {
        Self {
            name,
            install: pending.install,
            start: pending.start,
            size: pending.size,
            offset: pending.written,
            hash,
            word: [0xFF; MAX_WORD],
            held: 0,
            torn: false,
        }
    }
}

impl<F: NorFlash, const RECORDS: usize> Store<F, RECORDS> {
    /// Begins to install an app or another version of it, and returns the writer for
    /// [`write`](Self::write) and [`commit`](Self::commit). Aborts any other install of the same
    /// app that is under way.
    ///
    /// The app's current version stays in use until [`commit`](Self::commit). After the commit,
    /// [`roll_back`](Self::roll_back) can restore it.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if the size is 0, [`Error::Full`] or [`Error::TooManyRecords`] if the
    /// flash or the index has no room, [`Error::Corrupt`] if stored data is damaged,
    /// [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may abort the app's other install, and leaves the new one begun or not
    /// begun.
    pub async fn begin(&mut self, new: &NewImage) -> Result<ImageWriter, Error> {
        if new.size == 0 {
            return Err(Error::Invalid);
        }
        let mut app = match self.app(&new.name).await? {
            Some(app) => app,
            None => App::new(self.journal.next_tag()?, new.name),
        };
        if app.pending.take().is_some() {
            self.put_or_remove(&app).await?;
        }
        let pending = Pending {
            start: self.free_extent(new.size).await?,
            size: new.size,
            sha256: new.sha256,
            install: self.journal.next_tag()?,
            written: 0,
        };
        app.pending = Some(pending);
        self.put_app(&app).await?;
        self.note_cursor(pending.start, pending.size).await?;
        Ok(ImageWriter::new(new.name, &pending, Sha256::new()))
    }

    /// Resumes an install after a lost link or a power cut. The returned writer continues at
    /// [`ImageWriter::position`], the last checkpoint; the sender repeats at most the bytes of one
    /// checkpoint distance ([`PROGRESS_BYTES`], rounded up to whole pages). The store hashes the
    /// bytes before the checkpoint again from the flash. A caller that also verifies a signature
    /// reads these bytes with [`read_back`](Self::read_back).
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if no install of the app is under way, [`Error::Corrupt`] if stored data
    /// is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes no stored byte of the image; an older writer of the install may
    /// be stale afterwards.
    pub async fn resume(&mut self, name: &AppName) -> Result<ImageWriter, Error> {
        let mut app = self.app(name).await?.ok_or(Error::NotFound)?;
        let mut pending = app.pending.ok_or(Error::NotFound)?;
        // No store has begun such an install, because it would overwrite the images of other apps.
        if self.is_taken(&app, pending.start, pending.size).await? {
            return Err(Error::NotFound);
        }
        // An older writer that a caller still holds must not program the same words.
        pending.install = self.journal.next_tag()?;
        app.pending = Some(pending);
        let hash = self.hash(pending.start, pending.written).await?;
        self.put_app(&app).await?;
        Ok(ImageWriter::new(*name, &pending, hash))
    }

    /// Copies bytes that the install has accepted, starting at `offset`, to the start of `buf`.
    /// Returns the number of bytes copied, which is less than `buf.len()` only if
    /// [`ImageWriter::position`] is reached.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] if the install has ended, [`Error::Corrupt`] if stored data is damaged,
    /// [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing.
    pub async fn read_back(
        &mut self,
        writer: &ImageWriter,
        offset: u32,
        buf: &mut [u8],
    ) -> Result<usize, Error> {
        self.installing(writer).await?;
        let stored = writer.offset.min(writer.size);
        let stored = stored.saturating_sub(offset) as usize;
        let length = stored.min(buf.len());
        let (stored, rest) = buf.split_at_mut(length);
        let start = writer.start.saturating_add(offset);
        flash::read(&mut self.journal.flash, start, stored).await?;
        let held = writer.word.get(..writer.held).unwrap_or_default();
        let skipped = offset.saturating_sub(writer.offset) as usize;
        let held = flash::copy(held.get(skipped..).unwrap_or_default(), rest);
        Ok(length + held)
    }

    /// Writes the next bytes of an image. The store reads the programmed bytes back and compares
    /// them, so a hash or a signature that the caller checks over `bytes` also holds for the stored
    /// image. Each page is erased before its first byte is programmed.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] if the bytes read back differ from the programmed ones, because a page is
    /// worn. [`Error::Invalid`] if `bytes` exceeds the announced size; then none of the bytes is
    /// written. [`Error::Stale`] if the install has ended, or a write of this writer was
    /// interrupted or failed: resume the install. [`Error::Full`] if the flash has no room to
    /// record the progress. [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves any part of the bytes written. The writer is then stale and the
    /// install must be resumed.
    pub async fn write(&mut self, writer: &mut ImageWriter, bytes: &[u8]) -> Result<(), Error> {
        self.installing(writer).await?;
        if bytes.len() > (writer.size() - writer.position()) as usize {
            return Err(Error::Invalid);
        }
        writer.torn = true;
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = self.write_some(writer, rest).await?;
        }
        writer.torn = false;
        Ok(())
    }

    /// Programs the buffered last word of an image and returns the image's start address on the
    /// flash, in bytes from the flash's start. The whole image can then be read in place before it
    /// is committed.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if bytes are missing, [`Error::Stale`] if the install has ended or a
    /// write of this writer was interrupted or failed, [`Error::Corrupt`] if the bytes read back
    /// differ from the programmed ones, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave the writer stale; the install must then be resumed.
    pub async fn seal(&mut self, writer: &mut ImageWriter) -> Result<u32, Error> {
        self.installing(writer).await?;
        if writer.position() != writer.size {
            return Err(Error::Invalid);
        }
        let word = writer.word;
        if let Some(word) = word.get(..F::WRITE_SIZE).filter(|_| writer.held > 0) {
            writer.torn = true;
            self.program(writer, word).await?;
            writer.torn = false;
        }
        Ok(writer.start)
    }

    /// Makes an image the current image of its app, if the image has the announced size and hash.
    /// The former current image becomes the app's previous image.
    ///
    /// # Errors
    ///
    /// [`Error::Mismatch`] if the size or the hash differs from the announced one; the install is
    /// then aborted. [`Error::Invalid`] if a part in `details` reaches beyond the image, or the
    /// files are not a usable archive; the install must then be resumed or aborted.
    /// [`Error::Stale`] if the install has ended. [`Error::Corrupt`] if stored data is damaged,
    /// [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves either the old version current, and the install must be resumed,
    /// or the new version.
    pub async fn commit(
        &mut self,
        mut writer: ImageWriter,
        details: &Details,
    ) -> Result<(), Error> {
        let slot = self.installing(&writer).await?;
        let mut app = self.read_app(slot).await?;
        details.check(writer.size)?;
        let is_whole = writer.position() == writer.size();
        let word = writer.word;
        if let Some(word) = word.get(..F::WRITE_SIZE).filter(|_| writer.held > 0) {
            self.program(&mut writer, word).await?;
        }
        let pending = app.pending.take().ok_or(Error::Stale)?;
        let sha256 = writer.hash.finalize().into();
        if !is_whole || pending.sha256.is_some_and(|expected| expected != sha256) {
            self.put_or_remove(&app).await?;
            return Err(Error::Mismatch);
        }
        let image = StoredImage {
            start: pending.start,
            size: pending.size,
            sha256,
            details: *details,
        };
        self.check_archive(image.part(details.files)).await?;
        app.previous = app.current.replace(image);
        app.confirmed = false;
        (app.crashes, app.starts) = (0, 0);
        self.put_app(&app).await
    }

    /// Aborts the install of an app. The app's current version stays installed.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if no install of the app is under way, [`Error::Corrupt`] if stored data
    /// is damaged, [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the install aborted or still under way.
    pub async fn abort(&mut self, name: &AppName) -> Result<(), Error> {
        let mut app = self.app(name).await?.ok_or(Error::NotFound)?;
        app.pending.take().ok_or(Error::NotFound)?;
        self.put_or_remove(&app).await
    }

    /// Aborts the install of a writer, even if one of its writes was interrupted or failed. The
    /// app's current version stays installed, and an install of the app that began later stays
    /// under way.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] if the install has ended, [`Error::Corrupt`] if stored data is damaged,
    /// [`Error::Flash`] if the flash driver fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves the install aborted or still under way.
    pub async fn give_up(&mut self, writer: &ImageWriter) -> Result<(), Error> {
        self.journal.ready().await?;
        let key = writer.name.as_bytes();
        let slot = self.journal.find_tagged(Kind::App, key, writer.install);
        let mut app = self.read_app(slot.ok_or(Error::Stale)?).await?;
        app.pending = None;
        self.put_or_remove(&app).await
    }

    /// Returns the record of the writer's app, if the writer's install is still under way. During
    /// an install, the record's tag is the number of the install, so the check needs no flash read
    /// for each piece.
    async fn installing(&mut self, writer: &ImageWriter) -> Result<Slot, Error> {
        self.journal.ready().await?;
        let key = writer.name.as_bytes();
        let slot = self.journal.find_tagged(Kind::App, key, writer.install);
        slot.filter(|_| !writer.torn).ok_or(Error::Stale)
    }

    /// Writes an app whose install was aborted, or removes the app if it has no image.
    async fn put_or_remove(&mut self, app: &App) -> Result<(), Error> {
        match app.current {
            Some(_) => self.put_app(app).await,
            None => {
                let key = app.name.as_bytes();
                self.journal.remove(Kind::Install, key).await
            }
        }
    }

    /// Programs whole words up to the end of a page, or buffers bytes of an incomplete word.
    /// Returns the unprocessed rest.
    async fn write_some<'b>(
        &mut self,
        writer: &mut ImageWriter,
        bytes: &'b [u8],
    ) -> Result<&'b [u8], Error> {
        let page = self.journal.layout().geometry.page;
        let room = (page - writer.offset % page) as usize;
        let whole = bytes.len() - bytes.len() % F::WRITE_SIZE;
        let direct = if writer.held == 0 { whole.min(room) } else { 0 };
        if let Some((run @ [_, ..], rest)) = bytes.split_at_checked(direct) {
            writer.hash.update(run);
            self.program(writer, run).await?;
            self.note_progress(writer).await?;
            return Ok(rest);
        }
        let word = writer.word.get_mut(writer.held..F::WRITE_SIZE);
        let taken = flash::copy(bytes, word.unwrap_or_default());
        writer.hash.update(bytes.get(..taken).unwrap_or_default());
        writer.held += taken;
        if writer.held == F::WRITE_SIZE {
            let word = writer.word;
            self.program(writer, word.get(..F::WRITE_SIZE).unwrap_or_default())
                .await?;
            self.note_progress(writer).await?;
        }
        Ok(bytes.get(taken..).unwrap_or_default())
    }

    async fn program(&mut self, writer: &mut ImageWriter, words: &[u8]) -> Result<(), Error> {
        let page = self.journal.layout().geometry.page;
        let address = writer.start + writer.offset;
        let flash = &mut self.journal.flash;
        if writer.offset.is_multiple_of(page) {
            let erased = flash.erase(address, address + page).await;
            erased.map_err(Error::flash)?;
        }
        flash.write(address, words).await.map_err(Error::flash)?;
        if !flash::is(flash, address, words).await? {
            return Err(Error::Corrupt(Area::Images));
        }
        writer.offset += words.len() as u32;
        writer.word = [0xFF; MAX_WORD];
        writer.held = 0;
        Ok(())
    }

    async fn note_progress(&mut self, writer: &ImageWriter) -> Result<(), Error> {
        let step = PROGRESS_BYTES.next_multiple_of(self.journal.layout().geometry.page);
        if !writer.offset.is_multiple_of(step) {
            return Ok(());
        }
        let key = writer.name.as_bytes();
        let slot = self.journal.find_tagged(Kind::App, key, writer.install);
        let mut app = self.read_app(slot.ok_or(Error::Stale)?).await?;
        if let Some(pending) = &mut app.pending {
            pending.written = writer.offset;
        }
        self.put_app(&app).await
    }
}
