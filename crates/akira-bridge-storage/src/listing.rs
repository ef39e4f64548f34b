use crate::FileType;

/// Selection and format of the names in a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Format of `storage_list`: names that begin with a dot are omitted, and directories end in
    /// `/`.
    Marked,
    /// Format of `fs_readdir`: all names are included, and directories have no mark.
    Bare,
}

/// Size of a listing that [`Storage::list`](crate::Storage::list) wrote: a line for each name, then
/// a NUL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Number of names, which `fs_readdir` returns.
    pub entries: usize,
    /// Number of bytes including the NUL, which `storage_list` returns.
    pub bytes: usize,
}

/// Writes names into an app's buffer, for as long as they fit.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    buf: &'a mut [u8],
    names: Names,
    listing: Listing,
}

impl<'a> Writer<'a> {
    /// Starts a listing. Returns `None` if `buf` is empty.
    pub(crate) fn new(buf: &'a mut [u8], names: Names) -> Option<Self> {
        *buf.first_mut()? = 0;
        let listing = Listing {
            entries: 0,
            bytes: 1,
        };
        Some(Self {
            buf,
            names,
            listing,
        })
    }

    /// Adds an entry. Returns `true` if the entry fitted or was omitted because of its name.
    pub(crate) fn add(&mut self, name: &str, kind: FileType) -> bool {
        let marked = self.names == Names::Marked;
        if marked && name.starts_with('.') {
            return true;
        }
        let end = match kind {
            FileType::Directory if marked => "/\n\0",
            _ => "\n\0",
        };
        self.write(name.as_bytes(), end.as_bytes()).is_some()
    }

    pub(crate) fn finish(self) -> Listing {
        self.listing
    }

    fn write(&mut self, name: &[u8], end: &[u8]) -> Option<()> {
        // Overwrites the last NUL; `end` contains the new one.
        let start = self.listing.bytes - 1;
        let room = self.buf.get_mut(start..start + name.len() + end.len())?;
        let (first, last) = room.split_at_mut_checked(name.len())?;
        first.copy_from_slice(name);
        last.copy_from_slice(end);
        self.listing.bytes = start + name.len() + end.len();
        self.listing.entries += 1;
        Some(())
    }
}
