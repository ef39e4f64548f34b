use crate::FileType;

/// Which names a listing has, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// As `storage_list`: names that begin with a dot are left out, directories end in `/`.
    Marked,
    /// As `fs_readdir`: all names, bare.
    Bare,
}

/// What was written into a buffer: a line for each name, then a NUL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// How many names; what `fs_readdir` returns.
    pub entries: usize,
    /// How many bytes, the NUL included; what `storage_list` returns.
    pub bytes: usize,
}

/// Writes names into a buffer of an app for as long as they fit.
#[derive(Debug)]
pub(crate) struct Writer<'a> {
    buf: &'a mut [u8],
    names: Names,
    listing: Listing,
}

impl<'a> Writer<'a> {
    /// Begins a listing, or `None` if `buf` is empty.
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

    /// Adds an entry and says whether there was room.
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
        // The last NUL is overwritten, and `end` brings the next.
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
