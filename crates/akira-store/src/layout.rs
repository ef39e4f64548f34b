use core::fmt;
use core::ops::Range;

use embedded_storage_async::nor_flash::NorFlash;
use heapless::Vec;

/// Page size, word sizes and capacity of a flash, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Size of a page, the erase unit.
    pub page: u32,
    /// Size of a word for programming.
    pub write: u32,
    /// Size of a word for reading.
    pub read: u32,
    /// Capacity of the flash.
    pub capacity: u32,
}

/// Address ranges of records and images on a flash, checked against the flash's geometry.
///
/// Records hold the registry of apps, the settings and the files. Images lie in ranges of their
/// own, and each image is contiguous. Use several image ranges if a boot loader or a firmware lies
/// between them; [`Joined`](crate::Joined) combines two flashes into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub(crate) geometry: Geometry,
    pub(crate) records: Range<u32>,
    pub(crate) images: Vec<Range<u32>, MAX_IMAGE_RANGES>,
}

/// Maximum number of image ranges in a [`Layout`].
pub const MAX_IMAGE_RANGES: usize = 4;

/// Reason why a layout does not fit its flash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LayoutError {
    /// The flash's page or word size is not supported. The page size must be 1 KiB to 16 MiB and a
    /// multiple of 32 bytes; word sizes must be powers of two up to 32 bytes.
    Geometry,
    /// A range does not begin and end at page boundaries.
    Unaligned,
    /// A range reaches beyond the flash or overlaps another range.
    Overlap,
    /// The layout has more than [`MAX_IMAGE_RANGES`] image ranges.
    TooMany,
    /// The range of the records has fewer than 4 pages.
    TooSmall,
}

/// The longest supported word in bytes; no microcontroller has longer ones.
pub(crate) const MAX_WORD: usize = 32;

/// Minimum number of record pages: one page is always spare, and the unused ends of the others add
/// up to almost another page.
const MIN_PAGES: u32 = 4;

impl Geometry {
    /// Returns the geometry that a flash driver reports.
    ///
    /// # Errors
    ///
    /// [`LayoutError::Geometry`] if the store does not support the page size or a word size.
    pub fn of<F: NorFlash>(flash: &F) -> Result<Self, LayoutError> {
        let number = |value| u32::try_from(value).map_err(|_| LayoutError::Geometry);
        let geometry = Self {
            page: number(F::ERASE_SIZE)?,
            write: number(F::WRITE_SIZE)?,
            read: number(F::READ_SIZE)?,
            capacity: number(flash.capacity())?,
        };
        let word = |size: u32| size.is_power_of_two() && size as usize <= MAX_WORD;
        let words = word(geometry.write) && word(geometry.read);
        let page = (1 << 10..=1 << 24).contains(&geometry.page) && geometry.page.is_multiple_of(32);
        if words && page {
            Ok(geometry)
        } else {
            Err(LayoutError::Geometry)
        }
    }
}

impl Layout {
    /// Creates a layout from the address ranges of records and images, in bytes from the flash's
    /// start. The image range may be empty.
    ///
    /// # Errors
    ///
    /// [`LayoutError`] if a range is not aligned to pages, lies beyond the flash or overlaps the
    /// other range, if the records have too few pages, or if the geometry is not supported.
    pub fn new<F: NorFlash>(
        flash: &F,
        records: Range<u32>,
        images: Range<u32>,
    ) -> Result<Self, LayoutError> {
        let geometry = Geometry::of(flash)?;
        let layout = Self {
            geometry,
            records: 0..0,
            images: Vec::new(),
        };
        layout.check(&records)?;
        if (records.end - records.start) / geometry.page < MIN_PAGES {
            return Err(LayoutError::TooSmall);
        }
        Self { records, ..layout }.with_images(images)
    }

    /// Adds an image range, in bytes from the flash's start.
    ///
    /// # Errors
    ///
    /// [`LayoutError`] if the range is not aligned to pages, lies beyond the flash, overlaps
    /// another range or exceeds [`MAX_IMAGE_RANGES`].
    pub fn with_images(mut self, images: Range<u32>) -> Result<Self, LayoutError> {
        self.check(&images)?;
        let added = self.images.push(images);
        added.map_err(|_| LayoutError::TooMany)?;
        Ok(self)
    }

    /// Rejects a range that does not fit the flash or overlaps an existing range.
    fn check(&self, range: &Range<u32>) -> Result<(), LayoutError> {
        if range.start > range.end || range.end > self.geometry.capacity {
            return Err(LayoutError::Overlap);
        }
        let page = self.geometry.page;
        if !range.start.is_multiple_of(page) || !range.end.is_multiple_of(page) {
            return Err(LayoutError::Unaligned);
        }
        let mut others = self.images.iter().chain([&self.records]);
        match others.any(|other| other.start < range.end && range.start < other.end) {
            true => Err(LayoutError::Overlap),
            false => Ok(()),
        }
    }

    /// Returns whether an image of `size` bytes may lie at `start`, which must be the start of a
    /// page, with the whole image in one image range.
    pub(crate) fn has_image(&self, start: u32, size: u32) -> bool {
        let Some(end) = start.checked_add(size) else {
            return false;
        };
        let is_in = |range: &Range<u32>| range.start <= start && end <= range.end;
        size > 0 && start.is_multiple_of(self.geometry.page) && self.images.iter().any(is_in)
    }

    /// Returns the page size, word sizes and capacity of the flash.
    pub fn geometry(&self) -> Geometry {
        self.geometry
    }
}

impl fmt::Display for LayoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Geometry => "the flash's pages or words are too small, too large or uneven",
            Self::Unaligned => "a range is not aligned to pages",
            Self::Overlap => "a range exceeds the flash or overlaps another",
            Self::TooMany => "there are too many image ranges",
            Self::TooSmall => "records need at least 4 pages",
        })
    }
}

impl core::error::Error for LayoutError {}
