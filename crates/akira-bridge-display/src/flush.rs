use core::future::poll_fn;
use core::task::{Context, Poll};

use akira_abi::{AppId, Clock, Errno};

use crate::area::{Area, Rect};
use crate::bitmap::Bitmap;
use crate::display::{BAND, Display, Link};
use crate::panel::Panel;
use crate::schedule::Schedule;

impl<B: AsRef<[u16]> + AsMut<[u16]>, P: Panel> Display<B, P> {
    /// Sends the changed pixels of the framebuffer to the panel. Returns the number of pixels sent.
    ///
    /// The sent area is the smallest rectangle that contains all changes. It is sent in bands, and
    /// apps can draw between two bands.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display, `EIO` if the panel fails. After a failure, the
    /// automatic flush sends the rest a little later.
    ///
    /// # Cancel safety
    ///
    /// After dropping the future, pixels that were not sent still count as changed, so the
    /// automatic flush sends them.
    pub async fn flush(&self, app: AppId) -> Result<u32, Errno> {
        self.claim(app)?;
        self.send_unsent().await
    }

    /// Writes pixels directly to the panel, bypassing the framebuffer. Returns the number of pixels
    /// written.
    ///
    /// `data` holds `area.w * area.h` pixels in RGB565, little-endian, row by row. Pixels outside
    /// the screen are skipped. The panel shows the written pixels until the same area is drawn and
    /// flushed.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display, `EINVAL` if `data` is too short, `EIO` if the panel
    /// fails.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves an upper part of the area written.
    pub async fn raw_write(&self, app: AppId, area: Rect, data: &[u8]) -> Result<u32, Errno> {
        self.claim(app)?;
        let bitmap = Bitmap::new(area, data)?;
        let link = &mut *self.link.lock().await;
        self.claim(app)?; // the app may have lost the display while it waited
        let mut rest = bitmap.area.intersection(self.screen);
        let mut sent = 0;
        while !rest.is_empty() {
            let band = rest.first_band(BAND as i64);
            sent += self.send(link, band, Source::Bitmap(&bitmap)).await?;
            rest.top = band.bottom;
        }
        Ok(sent)
    }

    /// Sends changes that no app flushes to the panel; never returns. It does so
    /// [`AUTO_FLUSH_AFTER`](crate::AUTO_FLUSH_AFTER) after the last drawing call, but at most
    /// [`AUTO_FLUSH_WITHIN`](crate::AUTO_FLUSH_WITHIN) after the first call whose change is not on
    /// the panel.
    ///
    /// If the panel fails, it tries again every `AUTO_FLUSH_AFTER`, without end.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops the automatic flush until the next call of `run`, which sends the
    /// pending changes.
    pub async fn run(&self, clock: &(impl Clock + ?Sized)) -> ! {
        loop {
            poll_fn(|cx| self.poll_due(clock, cx)).await;
            // After a failure the unsent area is marked again, so the next round retries it.
            self.send_unsent().await.ok();
        }
    }

    fn poll_due(&self, clock: &(impl Clock + ?Sized), cx: &mut Context<'_>) -> Poll<()> {
        let now = clock.now();
        let mut schedule = self.schedule.get();
        let due = schedule.due(now);
        self.schedule.set(schedule);
        if due.is_some_and(|at| at <= now) {
            return Poll::Ready(());
        }
        self.watcher.set(Some(cx.waker().clone()));
        if let Some(at) = due {
            clock.wake_at(at, cx.waker());
        }
        Poll::Pending
    }

    async fn send_unsent(&self) -> Result<u32, Errno> {
        let link = &mut *self.link.lock().await;
        let mut rest = Rest {
            display: self,
            area: self.unsent.take(),
        };
        self.schedule.set(Schedule::default());
        let mut sent = 0;
        while !rest.area.is_empty() {
            let band = rest.area.first_band(BAND as i64);
            sent += self.send(link, band, Source::Framebuffer).await?;
            rest.area.top = band.bottom;
        }
        Ok(sent)
    }

    /// Sends one band. The framebuffer is borrowed only during the copy, never across a wait for
    /// the panel.
    async fn send(&self, link: &mut Link<P>, band: Area, source: Source<'_>) -> Result<u32, Errno> {
        let mut sent = 0;
        for piece in band.pieces(BAND) {
            let pixels = self.copy(source, piece, &mut link.band)?;
            let written = link.panel.write(piece.rectangle(), pixels).await;
            written.map_err(|_| Errno::EIO)?;
            sent += pixels.len() as u32;
        }
        Ok(sent)
    }

    fn copy<'b>(
        &self,
        source: Source<'_>,
        piece: Area,
        band: &'b mut [u16],
    ) -> Result<&'b [u16], Errno> {
        match source {
            Source::Bitmap(bitmap) => Ok(bitmap.copy(piece, band)),
            Source::Framebuffer => {
                let framebuffer = self.framebuffer.try_borrow();
                Ok(framebuffer.map_err(|_| Errno::EBUSY)?.copy(piece, band))
            }
        }
    }
}

/// Source of the pixels of a band.
#[derive(Clone, Copy)]
enum Source<'a> {
    Framebuffer,
    Bitmap(&'a Bitmap<'a>),
}

/// Area that a flush has not sent yet. It is marked as unsent again when the flush fails or is
/// dropped.
struct Rest<'a, B, P> {
    display: &'a Display<B, P>,
    area: Area,
}

impl<B, P> Drop for Rest<'_, B, P> {
    fn drop(&mut self) {
        self.display.mark(self.area);
    }
}
