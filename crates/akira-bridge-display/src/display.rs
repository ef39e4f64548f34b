use core::cell::{Cell, RefCell};
use core::fmt;
use core::task::Waker;

use akira_abi::{AppId, Errno};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embassy_sync::mutex::Mutex;
use embedded_graphics::geometry::Size;

use crate::area::Area;
use crate::canvas::Canvas;
use crate::framebuffer::Framebuffer;
use crate::schedule::Schedule;

/// Maximum number of pixels in one write to the panel: three rows of a panel 320 pixels wide, 2 KB.
pub(crate) const BAND: usize = 1024;

/// The display that apps draw on: a framebuffer, the panel that shows it, and the app that owns both.
///
/// The first app that draws owns the display until [`Display::release`]; any other gets `EBUSY`. Drawing is immediate
/// and changes the framebuffer. The app's [`flush`](Display::flush) sends the changes to the panel. If the board polls
/// [`Display::run`] in a task of its own, changes that no app flushes are sent a little later.
///
/// Every drawing call clips to the screen and returns its cost: about the number of pixels that it drew or examined, at
/// most a few times the pixels of the screen. The runtime charges this cost to the app.
pub struct Display<B, P> {
    pub(crate) framebuffer: RefCell<Framebuffer<B>>,
    pub(crate) link: Mutex<NoopRawMutex, Link<P>>,
    pub(crate) screen: Area,
    owner: Cell<Option<AppId>>,
    /// The area that the panel does not show yet.
    pub(crate) unsent: Cell<Area>,
    pub(crate) schedule: Cell<Schedule>,
    pub(crate) watcher: Cell<Option<Waker>>,
}

/// The panel and the pixels on their way to it.
///
/// The pixels are copied, so that apps can draw during a write to the panel.
pub(crate) struct Link<P> {
    pub(crate) panel: P,
    pub(crate) band: [u16; BAND],
}

impl<B: AsRef<[u16]> + AsMut<[u16]>, P> Display<B, P> {
    /// Makes a display that no app owns.
    ///
    /// The first flush sends the whole framebuffer.
    pub fn new(mut framebuffer: Framebuffer<B>, panel: P) -> Self {
        let band = [0; BAND];
        Self {
            screen: framebuffer.screen(),
            unsent: Cell::new(framebuffer.take_dirty()),
            framebuffer: RefCell::new(framebuffer),
            link: Mutex::new(Link { panel, band }),
            owner: Cell::new(None),
            schedule: Cell::new(Schedule::default()),
            watcher: Cell::new(None),
        }
    }

    /// Returns the width and the height in pixels.
    pub fn size(&self) -> Size {
        self.screen.rectangle().size
    }

    /// Returns the width in pixels.
    pub fn width(&self) -> u32 {
        self.size().width
    }

    /// Returns the height in pixels.
    pub fn height(&self) -> u32 {
        self.size().height
    }

    /// Draws for the board, regardless of the owner: a boot screen, a status bar, the frame of a launcher.
    ///
    /// # Errors
    ///
    /// `EBUSY` if called from within itself.
    pub fn draw<R>(&self, draw: impl FnOnce(&mut Framebuffer<B>) -> R) -> Result<R, Errno> {
        let mut framebuffer = self
            .framebuffer
            .try_borrow_mut()
            .map_err(|_| Errno::EBUSY)?;
        let result = draw(&mut framebuffer);
        let dirty = framebuffer.take_dirty();
        drop(framebuffer);
        self.mark(dirty);
        Ok(result)
    }

    /// Draws for an app and returns the cost.
    pub(crate) fn draw_for(
        &self,
        app: AppId,
        draw: impl FnOnce(&mut Canvas<'_>),
    ) -> Result<u32, Errno> {
        self.claim(app)?;
        self.draw(|framebuffer| {
            let mut canvas = framebuffer.canvas();
            draw(&mut canvas);
            canvas.cost
        })
    }

    /// Returns the framebuffer and the panel.
    pub fn into_inner(self) -> (Framebuffer<B>, P) {
        (self.framebuffer.into_inner(), self.link.into_inner().panel)
    }
}

impl<B, P> Display<B, P> {
    /// Returns the app that owns the display.
    pub fn owner(&self) -> Option<AppId> {
        self.owner.get()
    }

    /// Ends the app's ownership, if it is the owner. The runtime calls it when the app exits. The image stays until the
    /// next app draws.
    pub fn release(&self, app: AppId) {
        if self.owner.get() == Some(app) {
            self.owner.set(None);
        }
    }

    /// Makes `app` the owner. With `None`, the next app that draws becomes the owner.
    ///
    /// For a board that shows one of several apps. The previous owner gets `EBUSY` from now on.
    pub fn hand_over(&self, app: Option<AppId>) {
        self.owner.set(app);
    }

    /// Makes the app the owner if no other app is.
    pub(crate) fn claim(&self, app: AppId) -> Result<(), Errno> {
        match self.owner.get() {
            Some(owner) if owner != app => Err(Errno::EBUSY),
            _ => {
                self.owner.set(Some(app));
                Ok(())
            }
        }
    }

    /// Marks an area as not yet shown by the panel, and arms the automatic flush.
    pub(crate) fn mark(&self, area: Area) {
        if area.is_empty() {
            return;
        }
        self.unsent.set(self.unsent.get().union(area));
        let mut schedule = self.schedule.get();
        schedule.draw();
        self.schedule.set(schedule);
        if let Some(watcher) = self.watcher.take() {
            watcher.wake();
        }
    }
}

impl<B, P> fmt::Debug for Display<B, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Display")
            .field("owner", &self.owner)
            .field("unsent", &self.unsent)
            .field("schedule", &self.schedule)
            .finish_non_exhaustive()
    }
}
