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

/// Maximum number of pixels in one write to the panel: 2 KB, or three rows of a panel 320 pixels
/// wide.
pub(crate) const BAND: usize = 1024;

/// Display that apps draw on. It consists of a framebuffer, the panel that shows it, and the app
/// that owns both.
///
/// The first app that draws becomes the owner and stays the owner until [`Display::release`];
/// drawing calls of any other app return `EBUSY`. A drawing call changes the framebuffer at once.
/// The app's [`flush`](Display::flush) sends the changes to the panel. If the board polls
/// [`Display::run`] in a task of its own, changes that no app flushes are sent a little later.
///
/// Every drawing call clips to the screen and returns its cost in pixels: about the number of
/// pixels that it drew or examined, at most a few times the number of pixels on the screen. The
/// runtime charges this cost to the app.
pub struct Display<B, P> {
    pub(crate) framebuffer: RefCell<Framebuffer<B>>,
    pub(crate) link: Mutex<NoopRawMutex, Link<P>>,
    pub(crate) screen: Area,
    owner: Cell<Option<AppId>>,
    /// Area that has changed since it was last sent to the panel.
    pub(crate) unsent: Cell<Area>,
    pub(crate) schedule: Cell<Schedule>,
    pub(crate) watcher: Cell<Option<Waker>>,
}

/// The panel and a buffer with the pixels of the current write.
///
/// The pixels are copied, so that apps can draw during a write to the panel.
pub(crate) struct Link<P> {
    pub(crate) panel: P,
    pub(crate) band: [u16; BAND],
}

impl<B: AsRef<[u16]> + AsMut<[u16]>, P> Display<B, P> {
    /// Creates a display that no app owns.
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

    /// Returns the width and the height of the screen, in pixels.
    pub fn size(&self) -> Size {
        self.screen.rectangle().size
    }

    /// Returns the width of the screen, in pixels.
    pub fn width(&self) -> u32 {
        self.size().width
    }

    /// Returns the height of the screen, in pixels.
    pub fn height(&self) -> u32 {
        self.size().height
    }

    /// Calls `draw` with the framebuffer and returns its result. The board uses this function to
    /// draw regardless of the owner, for example a boot screen, a status bar or the frame of a
    /// launcher.
    ///
    /// # Errors
    ///
    /// `EBUSY` if called from within `draw`.
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

    /// Draws for an app and returns the cost in pixels.
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

    /// Consumes the display and returns the framebuffer and the panel.
    pub fn into_inner(self) -> (Framebuffer<B>, P) {
        (self.framebuffer.into_inner(), self.link.into_inner().panel)
    }
}

impl<B, P> Display<B, P> {
    /// Returns the app that owns the display, or `None` if no app does.
    pub fn owner(&self) -> Option<AppId> {
        self.owner.get()
    }

    /// Ends the ownership of `app`, if `app` is the owner. The runtime calls this function when the
    /// app exits. The framebuffer keeps its content until the next app draws.
    pub fn release(&self, app: AppId) {
        if self.owner.get() == Some(app) {
            self.owner.set(None);
        }
    }

    /// Makes `app` the owner. With `None`, the next app that draws becomes the owner.
    ///
    /// Use this function on a board that shows one of several running apps. Drawing calls of the
    /// previous owner return `EBUSY` from then on.
    pub fn hand_over(&self, app: Option<AppId>) {
        self.owner.set(app);
    }

    /// Makes `app` the owner unless another app is the owner.
    pub(crate) fn claim(&self, app: AppId) -> Result<(), Errno> {
        match self.owner.get() {
            Some(owner) if owner != app => Err(Errno::EBUSY),
            _ => {
                self.owner.set(Some(app));
                Ok(())
            }
        }
    }

    /// Marks an area as not yet sent to the panel, and arms the automatic flush.
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
