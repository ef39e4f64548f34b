//! Installing an image piece by piece.

use akira_caps::AppName;
use embedded_storage_async::nor_flash::NorFlash;
use sha2::{Digest, Sha256};

use crate::app::Pending;
use crate::error::Area;
use crate::journal::{Kind, Slot};
use crate::layout::MAX_WORD;
use crate::{App, Details, Error, Store, StoredImage, flash};

/// After how many bytes, in whole pages, it is noted how far an install got.
pub const PROGRESS_BYTES: u32 = 16 * 1024;

/// What is known of an image before its bytes.
#[derive(Clone, Copy, Debug)]
pub struct NewImage {
    /// The app's name.
    pub name: AppName,
    /// Its bytes: those of the package and of what is to lie behind it, such as a manifest in a file of its own.
    pub size: u32,
    /// The SHA-256 that its bytes must have, if that is known.
    pub sha256: Option<[u8; 32]>,
}

/// An install under way: which one it is and how far it got.
///
/// It borrows nothing, so any number can be under way at once, one for each app. Dropping it leaves the install to be
/// [resumed](Store::resume) or [aborted](Store::abort).
#[derive(Clone, Debug)]
pub struct ImageWriter {
    name: AppName,
    install: u32,
    start: u32,
    size: u32,
    /// How many bytes are on the flash.
    offset: u32,
    /// The hash of all bytes that were taken.
    hash: Sha256,
    /// Bytes that do not fill a word yet.
    word: [u8; MAX_WORD],
    held: usize,
    /// Whether a write was begun and not finished, so that nobody knows what was programmed.
    torn: bool,
}

impl ImageWriter {
    /// Returns how many bytes were taken: the offset of the next one.
    pub fn position(&self) -> u32 {
        // The last word may reach beyond the end.
        self.size.min(self.offset + self.held as u32)
    }

    /// Returns how many bytes the image has.
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
    /// Begins to install an app, or another version of it. An install of it under way is aborted.
    ///
    /// The current version stays as it is until [`commit`](Self::commit), and can be returned to after it.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if the size is 0, [`Error::Full`] or [`Error::TooManyRecords`] if there is no room,
    /// [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the install begun or not.
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

    /// Goes on with an install after a lost link or a power cut, from [`ImageWriter::position`] on: at most
    /// [`PROGRESS_BYTES`] or a page are to be sent again. What is there already is hashed as it lies on the flash; whoever
    /// verifies the bytes too gets them from [`read_back`](Self::read_back).
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if none was begun, [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
    pub async fn resume(&mut self, name: &AppName) -> Result<ImageWriter, Error> {
        let mut app = self.app(name).await?.ok_or(Error::NotFound)?;
        let mut pending = app.pending.ok_or(Error::NotFound)?;
        // No store has begun such an install; where it continues to write is what others have.
        if self.is_taken(&app, pending.start, pending.size).await? {
            return Err(Error::NotFound);
        }
        // A writer that somebody still holds must not program the same words.
        pending.install = self.journal.next_tag()?;
        app.pending = Some(pending);
        let hash = self.hash(pending.start, pending.written).await?;
        self.put_app(&app).await?;
        Ok(ImageWriter::new(*name, &pending, hash))
    }

    /// Copies bytes that an install has taken, from `offset` on, to the start of `buf`, and returns how many: fewer than
    /// `buf` holds only at [`ImageWriter::position`].
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] if the install is over, [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop changes nothing.
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

    /// Writes the next bytes of an image, and compares what then lies on the flash with them: what the caller hashed or
    /// verified as it passed the bytes is what will run. Pages are erased as they are reached.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] if the flash does not keep what is written: a page is worn.
    /// [`Error::Invalid`] if they are more than announced; nothing of them is then written. [`Error::Stale`] if the
    /// install is over, or a write of this writer was cut or failed: resume it. [`Error::Full`] if there is
    /// no room to note how far it got. [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves any part of the bytes written; the writer is then stale and the install to be resumed.
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

    /// Puts the last bytes of an image on the flash, and returns where it begins there: all of it can then be read in place,
    /// before it is committed.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] if bytes are missing, [`Error::Stale`] if the install is over or a write of this
    /// writer was cut or failed, [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the writer stale and the install to be resumed.
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

    /// Makes an image the current one of its app, if it has the size and the hash that were announced. The one that was
    /// current is now the previous one.
    ///
    /// # Errors
    ///
    /// [`Error::Mismatch`] if the image is not what was announced: the install is aborted. [`Error::Invalid`] if a part lies
    /// beyond the image, or the files are no archive that can be used; the install is then to be resumed or aborted.
    /// [`Error::Stale`] if it is over. [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the old version or the new one, and in the first case the install to be resumed.
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

    /// Aborts the install of an app; its current version stays.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if none was begun, [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the install aborted or not.
    pub async fn abort(&mut self, name: &AppName) -> Result<(), Error> {
        let mut app = self.app(name).await?.ok_or(Error::NotFound)?;
        app.pending.take().ok_or(Error::NotFound)?;
        self.put_or_remove(&app).await
    }

    /// Aborts the install of a writer, even if a write of it was cut or failed; the app's current version stays, and an
    /// install of it that began since then.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] if the install is over, [`Error::Corrupt`], [`Error::Flash`].
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the install aborted or not.
    pub async fn give_up(&mut self, writer: &ImageWriter) -> Result<(), Error> {
        self.journal.ready().await?;
        let key = writer.name.as_bytes();
        let slot = self.journal.find_tagged(Kind::App, key, writer.install);
        let mut app = self.read_app(slot.ok_or(Error::Stale)?).await?;
        app.pending = None;
        self.put_or_remove(&app).await
    }

    /// Returns the record of the app of an install under way. As long as it is, the number of the install is the tag
    /// of that record, so the flash need not be looked at for each piece.
    async fn installing(&mut self, writer: &ImageWriter) -> Result<Slot, Error> {
        self.journal.ready().await?;
        let key = writer.name.as_bytes();
        let slot = self.journal.find_tagged(Kind::App, key, writer.install);
        slot.filter(|_| !writer.torn).ok_or(Error::Stale)
    }

    /// Writes an app that has lost its install; without an image nothing is left of it.
    async fn put_or_remove(&mut self, app: &App) -> Result<(), Error> {
        match app.current {
            Some(_) => self.put_app(app).await,
            None => {
                let key = app.name.as_bytes();
                self.journal.remove(Kind::Install, key).await
            }
        }
    }

    /// Programs as many bytes as fill words of one page, or holds them, and returns the rest.
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
