/// One parameter of a native call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Name of the parameter in the C header. Only with the feature `docs`: no device needs it.
    #[cfg(feature = "docs")]
    pub name: &'static str,
    /// Kind of the parameter.
    pub kind: ParamKind,
}

/// Kind of a parameter. All kinds are passed as an i32, except [`ParamKind::I64`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParamKind {
    /// An unsigned number.
    U32,
    /// A signed number.
    I32,
    /// A signed 64-bit number.
    I64,
    /// A NUL-terminated string; the host searches the NUL within linear memory, and the app traps if there is none.
    Str,
    /// A NUL-terminated string of any length. If it is longer than 4,096 bytes, the handler itself searches the end,
    /// one part at a time.
    Text,
    /// A pointer to bytes.
    Bytes {
        /// Number of bytes.
        length: Length,
        /// Direction of the access.
        access: Access,
        /// Reaction to bytes outside linear memory.
        fault: OnFault,
    },
    /// Length of a [`ParamKind::Bytes`] parameter, in its unit.
    Len,
    /// An address that the handler itself resolves, with a check of each byte: only in `libc` and `python`, whose C
    /// signatures have no length.
    Address,
}

/// Number of bytes that a pointer parameter points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Always this many.
    Fixed(u16),
    /// The value of the parameter with this index.
    Param(u8),
    /// `size` bytes for each item; the parameter with this index is the number of items.
    Items {
        /// Index of the count.
        param: u8,
        /// Size of an item in bytes.
        size: u16,
    },
}

/// Direction of the access to the bytes behind a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The call reads them.
    Read,
    /// The call writes them.
    Write,
    /// The call keeps using the buffer after it returns (shared rings of the network calls).
    Shared,
}

/// Effect of a bad pointer, as on AkiraOS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFault {
    /// The app traps: out of bounds memory access (`*~` in AkiraOS's notation).
    Trap,
    /// The call returns `-EFAULT` (raw offsets and buffers of fixed size).
    Errno,
}

impl Param {
    /// Makes an unsigned number parameter.
    pub const fn u32(name: &'static str) -> Self {
        Self::new(name, ParamKind::U32)
    }

    /// Makes a signed number parameter.
    pub const fn i32(name: &'static str) -> Self {
        Self::new(name, ParamKind::I32)
    }

    /// Makes a signed 64-bit number parameter.
    pub const fn i64(name: &'static str) -> Self {
        Self::new(name, ParamKind::I64)
    }

    /// Makes a parameter for a NUL-terminated string.
    pub const fn str(name: &'static str) -> Self {
        Self::new(name, ParamKind::Str)
    }

    /// Makes a parameter for a NUL-terminated string of any length.
    pub const fn text(name: &'static str) -> Self {
        Self::new(name, ParamKind::Text)
    }

    /// Makes a parameter for the length of a buffer.
    pub const fn len(name: &'static str) -> Self {
        Self::new(name, ParamKind::Len)
    }

    /// Makes an address parameter without a length.
    pub const fn address(name: &'static str) -> Self {
        Self::new(name, ParamKind::Address)
    }

    /// Makes a buffer that the call reads; the parameter with index `length` is its length. A bad pointer traps.
    pub const fn bytes_in(name: &'static str, length: u8) -> Self {
        Self::bytes(name, Length::Param(length), Access::Read, OnFault::Trap)
    }

    /// Makes a buffer that the call writes; the parameter with index `length` is its length. A bad pointer traps.
    pub const fn bytes_out(name: &'static str, length: u8) -> Self {
        Self::bytes(name, Length::Param(length), Access::Write, OnFault::Trap)
    }

    /// Makes a buffer of `size` bytes that the call reads. A bad pointer returns `-EFAULT`.
    pub const fn fixed_in(name: &'static str, size: u16) -> Self {
        Self::bytes(name, Length::Fixed(size), Access::Read, OnFault::Errno)
    }

    /// Makes a buffer of `size` bytes that the call writes. A bad pointer returns `-EFAULT`.
    pub const fn fixed_out(name: &'static str, size: u16) -> Self {
        Self::bytes(name, Length::Fixed(size), Access::Write, OnFault::Errno)
    }

    /// Makes a buffer that the call keeps; the parameter with index `length` is its length. A bad pointer returns
    /// `-EFAULT`.
    pub const fn ring(name: &'static str, length: u8) -> Self {
        Self::bytes(name, Length::Param(length), Access::Shared, OnFault::Errno)
    }

    /// Makes a bad pointer return `-EFAULT` instead of a trap, as AkiraOS does for the offsets that it checks itself.
    pub const fn or_efault(mut self) -> Self {
        if let ParamKind::Bytes { length, access, .. } = self.kind {
            self.kind = ParamKind::Bytes {
                length,
                access,
                fault: OnFault::Errno,
            };
        }
        self
    }

    /// Makes the length a count of items of `size` bytes instead of bytes.
    pub const fn of_items(mut self, size: u16) -> Self {
        if let ParamKind::Bytes {
            length: Length::Param(param),
            access,
            fault,
        } = self.kind
        {
            self.kind = ParamKind::Bytes {
                length: Length::Items { param, size },
                access,
                fault,
            };
        }
        self
    }

    const fn bytes(name: &'static str, length: Length, access: Access, fault: OnFault) -> Self {
        Self::new(
            name,
            ParamKind::Bytes {
                length,
                access,
                fault,
            },
        )
    }

    #[cfg(feature = "docs")]
    const fn new(name: &'static str, kind: ParamKind) -> Self {
        Self { name, kind }
    }

    #[cfg(not(feature = "docs"))]
    const fn new(_name: &'static str, kind: ParamKind) -> Self {
        Self { kind }
    }
}

impl ParamKind {
    /// Returns whether the parameter is an address in linear memory that the call accesses.
    pub const fn is_pointer(self) -> bool {
        matches!(
            self,
            Self::Str | Self::Text | Self::Bytes { .. } | Self::Address
        )
    }
}
