//! A native call in progress, as seen by its handler.

use crate::app::{App, Progress};
use crate::guard::Callee;
use crate::native::Fault;
use crate::window::Window;
use akira_abi::caps::Text;
use akira_abi::{AppId, Errno, NativeCall, ParamKind};
use core::fmt;
use core::ops::Range;

/// Maximum number of parameters of a native call.
pub(crate) const MOST_PARAMS: usize = 8;

/// Arguments that passed the checks of [`crate::guard`].
///
/// The list holds the words of the parameters, then for each parameter the length in bytes of the
/// memory it points to, which is 0 for a plain number. The guard has checked that these bytes lie
/// inside linear memory, and an app cannot shrink its memory. Both parts share one list, so that a
/// call of plain numbers can pass a single list. The list is no array, since filling an array with
/// zeros costs more than all checks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments(heapless::Vec<u32, { 2 * MOST_PARAMS }>);

impl Arguments {
    /// Fills the list with the words of a call of this row, and with the length of the memory that
    /// each word points to, as returned by `length`.
    #[inline(always)]
    pub(crate) fn fill<E>(
        &mut self,
        row: &NativeCall,
        words: &[u32],
        mut length: impl FnMut(ParamKind, u32) -> Result<u32, E>,
    ) -> Result<(), E> {
        let words = &words[..words.len().min(row.params.len()).min(MOST_PARAMS)];
        for word in words {
            let _ = self.0.push(*word);
        }
        for (param, word) in row.params.iter().zip(words) {
            let _ = self.0.push(length(param.kind, *word)?);
        }
        Ok(())
    }

    /// Returns the number of arguments that passed their check.
    pub(crate) fn checked(&self, row: &NativeCall) -> usize {
        self.0.len().saturating_sub(row.params.len())
    }

    /// Returns the smallest range of memory that contains the bytes of all pointer parameters.
    pub(crate) fn hull(&self) -> Range<usize> {
        let (words, lengths) = self.0.split_at(self.0.len() / 2);
        let parts = words.iter().zip(lengths).filter(|(_, length)| **length > 0);
        let ends =
            parts.map(|(start, length)| (*start as usize, *start as usize + *length as usize));
        let hull = ends.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)));
        hull.map_or(0..0, |(start, end)| start..end)
    }

    /// Returns the words, followed by the lengths.
    #[inline]
    pub(crate) fn values(&self) -> &[u32] {
        &self.0
    }
}

/// A native call in progress: its checked arguments, the app's memory, and the app that makes it.
/// Handlers read parameters by index, counted from 0.
pub struct Call<'a> {
    callee: &'a Callee,
    /// Words of the parameters; for a call with pointers, also their lengths.
    values: &'a [u32],
    memory: &'a mut [u8],
    app: &'a mut App,
}

impl<'a> Call<'a> {
    pub(crate) fn new(
        callee: &'a Callee,
        values: &'a [u32],
        memory: &'a mut [u8],
        app: &'a mut App,
    ) -> Self {
        Self {
            callee,
            values,
            memory,
            app,
        }
    }

    /// Returns the row of this call in the table of native calls: its name, parameters and
    /// capability.
    pub fn row(&self) -> &'static NativeCall {
        self.callee.row
    }

    /// Returns whether the app called `row`.
    pub fn is(&self, row: &'static NativeCall) -> bool {
        core::ptr::eq(self.callee.row, row)
    }

    /// Returns the app that makes the call.
    pub fn app(&mut self) -> &mut App {
        self.app
    }

    /// Returns the parameter with this index; 0 if the call has no such parameter. For an i64
    /// parameter, returns the low 32 bits.
    pub fn u32(&self, index: usize) -> u32 {
        self.values.get(index).copied().unwrap_or(0)
    }

    /// Returns the parameter with this index as a signed number; 0 if the call has no such
    /// parameter.
    pub fn i32(&self, index: usize) -> i32 {
        self.u32(index) as i32
    }

    /// Returns the bytes that the pointer or string parameter with this index points to. A string
    /// is returned without its NUL.
    pub fn bytes(&self, index: usize) -> &[u8] {
        let range = self.range(index);
        self.memory.get(range).unwrap_or(&[])
    }

    /// Returns the bytes that the pointer parameter with this index points to, for writing.
    pub fn bytes_mut(&mut self, index: usize) -> &mut [u8] {
        let range = self.range(index);
        self.memory.get_mut(range).unwrap_or(&mut [])
    }

    /// Returns the string parameter with this index, without its NUL.
    ///
    /// # Errors
    ///
    /// `EINVAL` if the string is not UTF-8.
    pub fn str(&self, index: usize) -> Result<&str, Fault> {
        core::str::from_utf8(self.bytes(index)).map_err(|_| Errno::EINVAL.into())
    }

    /// Copies the string parameter with this index. Use it in handlers that write to the app's
    /// memory while they use the string.
    ///
    /// # Errors
    ///
    /// `EINVAL` if the string is not UTF-8 or has more than `N` bytes.
    pub fn text<const N: usize>(&self, index: usize) -> Result<Text<N>, Fault> {
        Text::try_from(self.str(index)?).map_err(|_| Errno::EINVAL.into())
    }

    /// Returns the app and the string parameter with this index, for handlers that need both.
    ///
    /// # Errors
    ///
    /// `EINVAL` if the string is not UTF-8.
    pub fn app_and_str(&mut self, index: usize) -> Result<(&mut App, &str), Fault> {
        let (app, bytes) = self.app_and_bytes(index);
        Ok((app, core::str::from_utf8(bytes).map_err(|_| Errno::EINVAL)?))
    }

    /// Returns the app and the bytes that the parameter with this index points to, for handlers
    /// that need both.
    pub fn app_and_bytes(&mut self, index: usize) -> (&mut App, &[u8]) {
        let range = self.range(index);
        (self.app, self.memory.get(range).unwrap_or(&[]))
    }

    /// Returns the app, and for writing the bytes that the pointer parameter with this index points
    /// to.
    pub fn app_and_bytes_mut(&mut self, index: usize) -> (&mut App, &mut [u8]) {
        let range = self.range(index);
        (self.app, self.memory.get_mut(range).unwrap_or(&mut []))
    }

    /// Creates a resource for the app with `make`, and returns a handle that the app can use for
    /// it. `make` returns the module's own number for the resource. Only this module can resolve
    /// the handle; a closed handle stays invalid.
    ///
    /// # Errors
    ///
    /// `EMFILE` if the app has its maximum number of handles; `make` is not called in that case.
    /// Otherwise the error of `make`.
    pub fn open(&mut self, make: impl FnOnce(AppId) -> Result<u32, Errno>) -> Result<u32, Errno> {
        let app = self.app.id();
        self.app
            .resources()
            .open(self.callee.place.module, || make(app))
    }

    /// Returns this module's own number of the resource whose handle is the parameter with this
    /// index.
    ///
    /// # Errors
    ///
    /// `EBADF` if the parameter is not an open handle of this module.
    pub fn opened(&mut self, index: usize) -> Result<u32, Errno> {
        let handle = self.u32(index);
        self.app.resources().value(self.callee.place.module, handle)
    }

    /// Closes the handle that is the parameter with this index, and returns this module's own
    /// number of the resource.
    ///
    /// # Errors
    ///
    /// `EBADF` if the parameter is not an open handle of this module.
    pub fn close(&mut self, index: usize) -> Result<u32, Errno> {
        let handle = self.u32(index);
        self.app.resources().close(self.callee.place.module, handle)
    }

    /// Opens a window to the bytes that the pointer parameter with this index points to. The window
    /// outlives the call: use it for rings, and for buffers that are filled later. An app can have
    /// as many open windows as the [`WINDOWS`](crate::NativeModule::WINDOWS) of the board's modules
    /// add up to.
    ///
    /// # Errors
    ///
    /// `ENOMEM` if the app has its maximum number of windows.
    pub fn window(&mut self, index: usize) -> Result<Window, Errno> {
        let length = self.length(index) as u32;
        self.app.open_window(self.u32(index), length)
    }

    /// Returns the bytes of a window without waiting. Use it in a call by which the app announces
    /// new data in the window. The slice is empty if the window belongs to another app, if the call
    /// has only plain numbers as parameters, and if the call is a suspending call.
    pub fn bytes_of(&mut self, window: &Window) -> &mut [u8] {
        if window.app() != self.app.id() || self.app.base != 0 {
            return &mut [];
        }
        let place = window.place();
        let range = place.start as usize..place.end as usize;
        self.memory.get_mut(range).unwrap_or(&mut [])
    }

    /// Allocates `size` bytes in the app's linear memory, above the memory that its module
    /// declares, and returns their address.
    ///
    /// # Errors
    ///
    /// `ENOMEM` if the app's memory budget is used up. [`Fault::Grow`] if the memory must grow
    /// first; the handler must return this fault.
    pub fn allocate(&mut self, size: u32) -> Result<u32, Fault> {
        self.app.allocate(size, self.memory.len() as u64)
    }

    /// Copies `bytes` to the buffer that the pointer parameter with this index points to, and
    /// returns the number of bytes.
    ///
    /// # Errors
    ///
    /// `EMSGSIZE` if the buffer is too small; nothing is written in that case.
    pub fn write(&mut self, index: usize, bytes: &[u8]) -> Result<usize, Fault> {
        let target = self
            .bytes_mut(index)
            .get_mut(..bytes.len())
            .ok_or(Errno::EMSGSIZE)?;
        target.copy_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Returns the app's whole linear memory. It is meant for the C library, whose functions pass
    /// pointers without lengths.
    ///
    /// The slice is empty in a call that takes and returns plain numbers only, since locating the
    /// memory would be most of the cost of such a call. In a suspending call, the slice may be only
    /// the range that contains the call's own arguments.
    pub fn memory(&mut self) -> &mut [u8] {
        self.memory
    }

    /// Returns the progress that this call stored before it last returned [`Fault::Unfinished`];
    /// all zeros when the call starts.
    pub fn progress(&self) -> Progress {
        self.app.progress
    }

    /// Stores the progress of the call, and returns the fault [`Fault::Unfinished`], which the
    /// handler must return.
    pub fn set_progress(&mut self, progress: Progress) -> Fault {
        self.app.progress = progress;
        Fault::Unfinished
    }

    /// Charges the app for work that the host did in this call. One unit of `fuel` is about one
    /// wasm instruction.
    pub fn charge(&mut self, fuel: u64) {
        self.app.charge(fuel);
    }

    /// Records the number of messages for the app that were lost in this run. The runtime reports
    /// it in [`Event::Ended`](crate::Event::Ended) when the run ends.
    pub fn note_lost_messages(&mut self, lost: u32) {
        self.app.note_lost_messages(lost);
    }

    /// Returns the range of a parameter's bytes within the memory of the call.
    fn range(&self, index: usize) -> Range<usize> {
        let start = self.u32(index).wrapping_sub(self.app.base) as usize;
        start..start.saturating_add(self.length(index))
    }

    fn length(&self, index: usize) -> usize {
        let index = self.callee.row.params.len() + index;
        self.values.get(index).copied().unwrap_or(0) as usize
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.values.get(..self.callee.row.params.len());
        let words = words.unwrap_or(self.values);
        write!(
            f,
            "{}.{}{words:?}",
            self.callee.row.module, self.callee.row.name
        )
    }
}
