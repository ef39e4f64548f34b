use core::future::poll_fn;
use core::task::{Context, Poll};

use akira_abi::{AppId, Clock, Errno};

use crate::area::{Area, Rect};
use crate::bitmap::Bitmap;
use crate::display::{BAND, Display, Link};
use crate::panel::Panel;
use crate::schedule::Schedule;

impl<B: AsRef<[u16]> + AsMut<[u16]>, P: Panel> Display<B, P> {
    /// Shows what was drawn, and returns the pixels sent.
    ///
    /// Only the smallest rectangle that holds all changes is sent, in bands, between which apps draw on.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display, `EIO` if the panel fails; the rest is then tried again a little later.
    ///
    /// # Cancel safety
    ///
    /// What was not sent counts as drawn, so the automatic flush sends it.
    pub async fn flush(&self, app: AppId) -> Result<u32, Errno> {
        self.claim(app)?;
        self.send_unsent().await
    }

    /// Writes pixels straight to the panel, past the framebuffer, and returns how many.
    ///
    /// The data are `area.w * area.h` pixels, RGB565, little-endian, row by row; what is outside the screen is left
    /// out. They stay until something is drawn and flushed there.
    ///
    /// # Errors
    ///
    /// `EBUSY` if another app owns the display, `EINVAL` if the data are too short, `EIO` if the panel fails.
    ///
    /// # Cancel safety
    ///
    /// A drop leaves the upper part of the area written.
    pub async fn raw_write(&self, app: AppId, area: Rect, data: &[u8]) -> Result<u32, Errno> {
        self.claim(app)?;
        let bitmap = Bitmap::new(area, data)?;
        let link = &mut *self.link.lock().await;
        self.claim(app)?; // it may have lost the display while it waited
        let mut rest = bitmap.area.intersection(self.screen);
        let mut sent = 0;
        while !rest.is_empty() {
            let band = rest.first_band(BAND as i64);
            sent += self.send(link, band, Source::Bitmap(&bitmap)).await?;
            rest.top = band.bottom;
        }
        Ok(sent)
    }

    /// Flushes by itself what no app flushed: [`AUTO_FLUSH_AFTER`](crate::AUTO_FLUSH_AFTER) the last drawing call and
    /// at the latest [`AUTO_FLUSH_WITHIN`](crate::AUTO_FLUSH_WITHIN) the first.
    ///
    /// If the panel fails, it tries again after the same pause, for ever.
    ///
    /// # Cancel safety
    ///
    /// A drop ends the automatic flush until the next `run`, which finds what there is to send.
    pub async fn run(&self, clock: &(impl Clock + ?Sized)) -> ! {
        loop {
            poll_fn(|cx| self.poll_due(clock, cx)).await;
            // What failed counts as drawn again.
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

    /// Sends one band; the framebuffer is borrowed only while pixels are copied, never while the panel is waited for.
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

/// Where the pixels of a band come from.
#[derive(Clone, Copy)]
enum Source<'a> {
    Framebuffer,
    Bitmap(&'a Bitmap<'a>),
}

/// What a flush has still to send: marked again when the flush fails or is dropped.
struct Rest<'a, B, P> {
    display: &'a Display<B, P>,
    area: Area,
}

impl<B, P> Drop for Rest<'_, B, P> {
    fn drop(&mut self) {
        self.display.mark(self.area);
    }
}
