/// One parameter of a native call: its name, and how the host checks and passes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Name of the parameter in the C header. It exists only with the feature `docs`, since no
    /// device needs it.
    #[cfg(feature = "docs")]
    pub name: &'static str,
    /// Kind of the parameter.
    pub kind: ParamKind,
}

/// Kind of a parameter. It is passed as an i32, except [`ParamKind::I64`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParamKind {
    /// An unsigned 32-bit number.
    U32,
    /// A signed 32-bit number.
    I32,
    /// A signed 64-bit number.
    I64,
    /// A NUL-terminated string of at most 4,096 bytes with its NUL. For a longer string, the call
    /// returns `-EMSGSIZE`. The app traps if linear memory ends before the NUL.
    Str,
    /// A NUL-terminated string of any length. If it is longer than 4,096 bytes, the call's handler
    /// searches for the end, one part at a time.
    Text,
    /// A pointer to bytes in linear memory.
    Bytes {
        /// Number of bytes that the pointer points to.
        length: Length,
        /// Direction of the access to the bytes.
        access: Access,
        /// Effect of bytes that lie outside linear memory.
        fault: OnFault,
    },
    /// Length of a [`ParamKind::Bytes`] parameter, in bytes or items.
    Len,
    /// An address that the call's handler resolves itself, with a check of each byte. Only `libc`
    /// and `python` have such parameters, since their C signatures contain no length.
    Address,
}

/// Number of bytes that a pointer parameter points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Always this number of bytes.
    Fixed(u16),
    /// As many bytes as the parameter with this index states.
    Param(u8),
    /// As many items as a parameter states.
    Items {
        /// Index of the parameter with the number of items.
        param: u8,
        /// Size of an item, in bytes.
        size: u16,
    },
}

/// Direction of the access to the bytes of a pointer parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The call reads the bytes.
    Read,
    /// The call writes the bytes.
    Write,
    /// The host continues to read and write the bytes after the call has returned, as in the rings
    /// of the network calls.
    Shared,
}

/// Effect of a pointer parameter whose bytes lie outside linear memory, the same as on AkiraOS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFault {
    /// The app traps with an out-of-bounds memory access (`*~` in AkiraOS's notation).
    Trap,
    /// The call returns `-EFAULT` (AkiraOS: raw offsets, and buffers of fixed size).
    Errno,
}

impl Param {
    /// Creates a parameter that is an unsigned number.
    pub const fn u32(name: &'static str) -> Self {
        Self::new(name, ParamKind::U32)
    }

    /// Creates a parameter that is a signed number.
    pub const fn i32(name: &'static str) -> Self {
        Self::new(name, ParamKind::I32)
    }

    /// Creates a parameter that is a signed 64-bit number.
    pub const fn i64(name: &'static str) -> Self {
        Self::new(name, ParamKind::I64)
    }

    /// Creates a parameter that is a NUL-terminated string of at most 4,096 bytes.
    pub const fn str(name: &'static str) -> Self {
        Self::new(name, ParamKind::Str)
    }

    /// Creates a parameter that is a NUL-terminated string of any length.
    pub const fn text(name: &'static str) -> Self {
        Self::new(name, ParamKind::Text)
    }

    /// Creates a parameter that is the length of a buffer.
    pub const fn len(name: &'static str) -> Self {
        Self::new(name, ParamKind::Len)
    }

    /// Creates a parameter that is an address without a length.
    pub const fn address(name: &'static str) -> Self {
        Self::new(name, ParamKind::Address)
    }

    /// Creates a parameter that is a buffer from which the call reads. The parameter with index
    /// `length` is its length. A pointer outside linear memory traps.
    pub const fn bytes_in(name: &'static str, length: u8) -> Self {
        Self::bytes(name, Length::Param(length), Access::Read, OnFault::Trap)
    }

    /// Creates a parameter that is a buffer to which the call writes. The parameter with index
    /// `length` is its length. A pointer outside linear memory traps.
    pub const fn bytes_out(name: &'static str, length: u8) -> Self {
        Self::bytes(name, Length::Param(length), Access::Write, OnFault::Trap)
    }

    /// Creates a parameter that is a buffer of `size` bytes from which the call reads. For a
    /// pointer outside linear memory, the call returns `-EFAULT`.
    pub const fn fixed_in(name: &'static str, size: u16) -> Self {
        Self::bytes(name, Length::Fixed(size), Access::Read, OnFault::Errno)
    }

    /// Creates a parameter that is a buffer of `size` bytes to which the call writes. For a pointer
    /// outside linear memory, the call returns `-EFAULT`.
    pub const fn fixed_out(name: &'static str, size: u16) -> Self {
        Self::bytes(name, Length::Fixed(size), Access::Write, OnFault::Errno)
    }

    /// Creates a parameter that is a buffer which the host uses after the call. The parameter with
    /// index `length` is its length. For a pointer outside linear memory, the call returns
    /// `-EFAULT`.
    pub const fn ring(name: &'static str, length: u8) -> Self {
        Self::bytes(name, Length::Param(length), Access::Shared, OnFault::Errno)
    }

    /// Makes the call return `-EFAULT` for a pointer outside linear memory, instead of trapping.
    /// AkiraOS does so for the offsets that it checks itself.
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

    /// Makes the length of a buffer count items of `size` bytes instead of bytes.
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
