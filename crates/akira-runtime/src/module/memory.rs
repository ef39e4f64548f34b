use super::ModuleError;
use super::reader::Reader;

const MAXIMUM: u8 = 1;
const SHARED: u8 = 2;
const MEMORY64: u8 = 4;
const PAGE_SIZE: u8 = 8;
/// Bytes that a 32-bit address can reach.
const ADDRESSES: u64 = 1 << 32;

/// Limits of a linear memory, as a module declares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryLimits {
    /// Initial size in pages.
    pub minimum: u64,
    /// Maximum size in pages; `None` if the module sets no maximum.
    pub maximum: Option<u64>,
    /// Base-2 logarithm of the page size in bytes: 16, or 0 with the custom-page-sizes proposal.
    pub page_log2: u32,
}

impl MemoryLimits {
    /// Returns the page size in bytes: 65536 or 1.
    pub const fn page_bytes(self) -> u64 {
        1 << self.page_log2
    }

    /// Returns the initial size of the memory, in bytes.
    pub const fn minimum_bytes(self) -> u64 {
        self.minimum.saturating_mul(self.page_bytes())
    }

    /// Returns the maximum size of the memory, in bytes; 4 GiB if the module sets no maximum.
    pub const fn maximum_bytes(self) -> u64 {
        match self.maximum {
            Some(pages) => pages.saturating_mul(self.page_bytes()),
            None => ADDRESSES,
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, ModuleError> {
        let at = reader.position();
        let flags = reader.byte()?;
        if flags & (SHARED | MEMORY64) != 0 {
            let what = if flags & SHARED != 0 {
                "shared memory"
            } else {
                "64-bit addresses (memory64)"
            };
            return Err(ModuleError::Unsupported {
                what,
                fix: "build for wasm32 and without -pthread",
            });
        }
        if flags & !(MAXIMUM | PAGE_SIZE) != 0 {
            return Err(ModuleError::Malformed(at));
        }
        let minimum = reader.u32()?.into();
        let maximum = if flags & MAXIMUM != 0 {
            Some(reader.u32()?.into())
        } else {
            None
        };
        let page_log2 = if flags & PAGE_SIZE != 0 {
            reader.u32()?
        } else {
            16
        };
        let most = maximum.unwrap_or(ADDRESSES >> page_log2.min(16));
        if page_log2 != 0 && page_log2 != 16 || minimum > most || most << page_log2 > ADDRESSES {
            return Err(ModuleError::Malformed(at));
        }
        Ok(Self {
            minimum,
            maximum,
            page_log2,
        })
    }
}
