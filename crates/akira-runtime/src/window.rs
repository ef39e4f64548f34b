//! Windows: parts of an app's memory that a module accesses after a call has returned, such as
//! rings and receive buffers of a radio.
//!
//! A module never holds a reference to an app's memory across an await. It requests a copy from its
//! window, and the app's own run makes that copy between two slices, or while the app waits in a
//! call that uses other bytes. So nothing is aliased, no engine has to share its memory, and the
//! window closes when the app ends.

use akira_abi::{AppId, Errno};
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::fmt;
use core::future::poll_fn;
use core::ops::Range;
use core::task::{Context, Poll, Waker};

/// Maximum size of one copy, in bytes.
const PIECE: usize = 64;

/// Bytes of RAM for a window: its slot with the reference counts, and its place in a list that has
/// room to grow.
pub(crate) const WINDOW_BYTES: usize =
    size_of::<Slot>() + 2 * size_of::<usize>() + 2 * size_of::<Weak<Slot>>();

/// Bytes copied for one unit of fuel.
const BYTES_PER_FUEL: u64 = 16;

/// Reason why a window cannot be read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WindowError {
    /// The app has ended. Drop the window.
    Closed,
    /// The requested bytes lie outside the window.
    OutOfBounds,
}

impl fmt::Display for WindowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the app has ended; drop its window",
            Self::OutOfBounds => "the bytes lie beyond the window",
        })
    }
}

impl core::error::Error for WindowError {}

/// Bytes of an app's linear memory that a module can read and write after the native call that
/// passed them has returned. [`Call::window`](crate::Call::window) opens a window. It closes when
/// the app ends or the window is dropped.
///
/// A read or write is split into copies of at most 64 bytes, and the app may run between two of
/// them. Therefore, the producer of a ring must write the bytes first and its index last, as with
/// DMA. The app is charged for the copies.
pub struct Window(Rc<Slot>);

struct Slot {
    app: AppId,
    start: u32,
    length: u32,
    is_closed: Cell<bool>,
    request: RefCell<Option<Request>>,
    /// Waker of the app, while it waits in a call.
    waker: Rc<RefCell<Option<Waker>>>,
}

/// A request to copy one piece, pending or done.
struct Request {
    range: Range<u32>,
    is_write: bool,
    is_done: bool,
    bytes: [u8; PIECE],
    waker: Waker,
}

impl Window {
    /// Returns the size of the window, in bytes.
    #[expect(clippy::len_without_is_empty, reason = "it is no collection")]
    pub fn len(&self) -> u32 {
        self.0.length
    }

    /// Returns the id of the run whose memory the window shows.
    pub fn app(&self) -> AppId {
        self.0.app
    }

    /// Copies bytes out of the window into `into`, starting at the offset `at`, in bytes. Waits
    /// until the app's run has made the copy.
    ///
    /// # Errors
    ///
    /// [`WindowError::Closed`] if the app has ended, [`WindowError::OutOfBounds`] if the bytes lie
    /// outside the window.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future changes nothing in the window.
    pub async fn read(&mut self, at: u32, into: &mut [u8]) -> Result<(), WindowError> {
        let mut range = self.range(at, into.len())?;
        for piece in into.chunks_mut(PIECE) {
            let end = range.start + piece.len() as u32;
            let request = Request::new(range.start..end, false);
            let copied = self.exchange(request).await?;
            piece.copy_from_slice(copied.get(..piece.len()).unwrap_or(&[]));
            range.start = end;
        }
        Ok(())
    }

    /// Copies the bytes of `from` into the window, starting at the offset `at`, in bytes. Waits
    /// until the app's run has made the copy.
    ///
    /// # Errors
    ///
    /// [`WindowError::Closed`] if the app has ended, [`WindowError::OutOfBounds`] if the bytes lie
    /// outside the window; nothing is written in the latter case.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may leave only a part of the bytes written.
    pub async fn write(&mut self, at: u32, from: &[u8]) -> Result<(), WindowError> {
        let mut range = self.range(at, from.len())?;
        for piece in from.chunks(PIECE) {
            let end = range.start + piece.len() as u32;
            let mut request = Request::new(range.start..end, true);
            for (place, byte) in request.bytes.iter_mut().zip(piece) {
                *place = *byte;
            }
            self.exchange(request).await?;
            range.start = end;
        }
        Ok(())
    }

    /// Returns the range of `length` bytes at the offset `at` of the window, as a range of the
    /// app's memory.
    fn range(&self, at: u32, length: usize) -> Result<Range<u32>, WindowError> {
        let end = u32::try_from(length)
            .ok()
            .and_then(|length| at.checked_add(length));
        match end {
            Some(end) if end <= self.0.length => Ok(self.0.start + at..self.0.start + end),
            _ => Err(WindowError::OutOfBounds),
        }
    }

    /// Returns the range of the window in the app's memory.
    pub(crate) fn place(&self) -> Range<u32> {
        self.0.start..self.0.start + self.0.length
    }

    async fn exchange(&mut self, request: Request) -> Result<[u8; PIECE], WindowError> {
        // Replaces the request of an earlier operation whose future was dropped.
        self.0.request.replace(Some(request));
        if let Some(waker) = self.0.waker.borrow_mut().take() {
            waker.wake();
        }
        poll_fn(|cx| self.poll_done(cx)).await
    }

    fn poll_done(&self, cx: &mut Context<'_>) -> Poll<Result<[u8; PIECE], WindowError>> {
        let mut slot = self.0.request.borrow_mut();
        match slot.as_mut() {
            Some(request) if request.is_done => {
                let bytes = request.bytes;
                *slot = None;
                Poll::Ready(Ok(bytes))
            }
            Some(request) if !self.0.is_closed.get() => {
                request.waker.clone_from(cx.waker());
                Poll::Pending
            }
            _ => Poll::Ready(Err(WindowError::Closed)),
        }
    }
}

impl Request {
    fn new(range: Range<u32>, is_write: bool) -> Self {
        Self {
            range,
            is_write,
            is_done: false,
            bytes: [0; PIECE],
            waker: Waker::noop().clone(),
        }
    }

    /// Copies between the request and the app's memory.
    fn copy(&mut self, memory: &mut [u8]) {
        for (own, apps) in self.bytes.iter_mut().zip(memory) {
            if self.is_write {
                *apps = *own;
            } else {
                *own = *apps;
            }
        }
        self.is_done = true;
        self.waker.wake_by_ref();
    }
}

impl fmt::Debug for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Window")
            .field("app", &self.0.app)
            .field("place", &self.place())
            .finish()
    }
}

/// Windows of one app behind a vtable, so that firmware without windows does not contain their
/// code.
pub(crate) trait AppWindows: fmt::Debug {
    /// Opens a window for bytes of the app's memory.
    fn open(&self, app: AppId, start: u32, length: u32) -> Result<Window, Errno>;

    /// Makes the requested copies from and to this memory, and returns their cost in fuel. Requests
    /// for bytes that a call currently uses are served after that call.
    fn serve(&self, memory: &mut Rest<'_>) -> u64;

    /// Registers the waker of the app for the next request.
    fn wake(&self, waker: &Waker);
}

/// The windows of one app.
pub(crate) struct Windows {
    max: usize,
    slots: RefCell<Vec<Weak<Slot>>>,
    waker: Rc<RefCell<Option<Waker>>>,
}

/// An app's memory, except the bytes of its current call.
pub(crate) struct Rest<'m> {
    below: &'m mut [u8],
    above: &'m mut [u8],
    /// Offset of `above` in the app's memory.
    end: usize,
}

impl<'m> Rest<'m> {
    /// Splits memory into the bytes of a call and the rest.
    pub(crate) fn around(memory: &'m mut [u8], call: Range<usize>) -> (&'m mut [u8], Self) {
        let end = call.end.min(memory.len());
        let (memory, above) = memory.split_at_mut(end);
        let (below, of_call) = memory.split_at_mut(call.start.min(end));
        (of_call, Self { below, above, end })
    }

    /// Returns bytes of the rest; `None` if any of them belong to the call.
    fn get(&mut self, range: &Range<u32>) -> Option<&mut [u8]> {
        let range = range.start as usize..range.end as usize;
        if range.end <= self.below.len() {
            return self.below.get_mut(range);
        }
        let start = range.start.checked_sub(self.end)?;
        self.above.get_mut(start..range.end - self.end)
    }
}

impl Windows {
    pub(crate) fn new(max: usize) -> Self {
        Self {
            max,
            slots: RefCell::default(),
            waker: Rc::default(),
        }
    }
}

impl AppWindows for Windows {
    fn open(&self, app: AppId, start: u32, length: u32) -> Result<Window, Errno> {
        let mut slots = self.slots.borrow_mut();
        slots.retain(|slot| slot.strong_count() > 0);
        if slots.len() >= self.max {
            return Err(Errno::ENOMEM);
        }
        let slot = Rc::new(Slot {
            app,
            start,
            length,
            is_closed: Cell::new(false),
            request: RefCell::default(),
            waker: self.waker.clone(),
        });
        slots.push(Rc::downgrade(&slot));
        Ok(Window(slot))
    }

    fn serve(&self, memory: &mut Rest<'_>) -> u64 {
        let mut fuel = 0;
        for slot in self.slots.borrow().iter().filter_map(Weak::upgrade) {
            let mut request = slot.request.borrow_mut();
            let Some(request) = request.as_mut().filter(|request| !request.is_done) else {
                continue;
            };
            if let Some(bytes) = memory.get(&request.range) {
                fuel += 1 + bytes.len() as u64 / BYTES_PER_FUEL;
                request.copy(bytes);
            }
        }
        fuel
    }

    fn wake(&self, waker: &Waker) {
        self.waker.replace(Some(waker.clone()));
    }
}

impl Drop for Windows {
    fn drop(&mut self) {
        for slot in self.slots.take().iter().filter_map(Weak::upgrade) {
            slot.is_closed.set(true);
            if let Some(request) = slot.request.borrow_mut().as_mut() {
                request.waker.wake_by_ref();
            }
        }
    }
}

impl fmt::Debug for Windows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Windows({})", self.slots.borrow().len())
    }
}
