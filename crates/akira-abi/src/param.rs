/// One parameter of a native call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name in the C header. Only with the feature `docs`: no device needs it.
    #[cfg(feature = "docs")]
    pub name: &'static str,
    /// What it is.
    pub kind: ParamKind,
}

/// What a parameter is. Everything travels as an i32 but [`ParamKind::I64`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParamKind {
    /// An unsigned number.
    U32,
    /// A signed number.
    I32,
    /// A signed 64-bit number.
    I64,
    /// A NUL-terminated string; the NUL is searched inside linear memory, and without one the app traps.
    Str,
    /// The same of any length: of one over 4,096 bytes the handler finds the end itself, a part at a time.
    Text,
    /// A pointer to bytes.
    Bytes {
        /// How many bytes.
        length: Length,
        /// Which way they go.
        access: Access,
        /// What happens when they leave linear memory.
        fault: OnFault,
    },
    /// The length of a [`ParamKind::Bytes`] parameter, in its unit.
    Len,
    /// An address that the handler itself resolves, a checked byte at a time: only in `libc` and
    /// `python`, whose C signatures carry no length.
    Address,
}

/// How many bytes a pointer parameter points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Always this many.
    Fixed(u16),
    /// As many as the value of the parameter with this index says.
    Param(u8),
    /// `size` bytes for each of as many items as the parameter with this index says.
    Items {
        /// The index of the count.
        param: u8,
        /// The bytes of one item.
        size: u16,
    },
}

/// Which way the bytes behind a pointer go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The call reads them.
    Read,
    /// The call writes them.
    Write,
    /// The call keeps the buffer after it returns (shared rings of the network calls).
    Shared,
}

/// What a bad pointer does to the app, as on AkiraOS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnFault {
    /// The app traps: out of bounds memory access (`*~` in AkiraOS's notation).
    Trap,
    /// The call returns `-EFAULT` (raw offsets and buffers of fixed size).
    Errno,
}

impl Param {
    /// Makes an unsigned number.
    pub const fn u32(name: &'static str) -> Self {
        Self::new(name, ParamKind::U32)
    }

    /// Makes a signed number.
    pub const fn i32(name: &'static str) -> Self {
        Self::new(name, ParamKind::I32)
    }

    /// Makes a signed 64-bit number.
    pub const fn i64(name: &'static str) -> Self {
        Self::new(name, ParamKind::I64)
    }

    /// Makes a NUL-terminated string.
    pub const fn str(name: &'static str) -> Self {
        Self::new(name, ParamKind::Str)
    }

    /// Makes a NUL-terminated string of any length.
    pub const fn text(name: &'static str) -> Self {
        Self::new(name, ParamKind::Text)
    }

    /// Makes the length of a buffer.
    pub const fn len(name: &'static str) -> Self {
        Self::new(name, ParamKind::Len)
    }

    /// Makes an address without a length.
    pub const fn address(name: &'static str) -> Self {
        Self::new(name, ParamKind::Address)
    }

    /// Makes a buffer that the call reads, as long as the parameter with index `length` says. A bad one traps.
    pub const fn bytes_in(name: &'static str, length: u8) -> Self {
        Self::bytes(name, Length::Param(length), Access::Read, OnFault::Trap)
    }

    /// Makes a buffer that the call writes, as long as the parameter with index `length` says. A bad one traps.
    pub const fn bytes_out(name: &'static str, length: u8) -> Self {
        Self::bytes(name, Length::Param(length), Access::Write, OnFault::Trap)
    }

    /// Makes a buffer of `size` bytes that the call reads. A bad one is `-EFAULT`.
    pub const fn fixed_in(name: &'static str, size: u16) -> Self {
        Self::bytes(name, Length::Fixed(size), Access::Read, OnFault::Errno)
    }

    /// Makes a buffer of `size` bytes that the call writes. A bad one is `-EFAULT`.
    pub const fn fixed_out(name: &'static str, size: u16) -> Self {
        Self::bytes(name, Length::Fixed(size), Access::Write, OnFault::Errno)
    }

    /// Makes a buffer that the call keeps, as long as the parameter with index `length` says. A bad one is `-EFAULT`.
    pub const fn ring(name: &'static str, length: u8) -> Self {
        Self::bytes(name, Length::Param(length), Access::Shared, OnFault::Errno)
    }

    /// Makes a bad buffer `-EFAULT` instead of a trap, as AkiraOS does for the offsets that it checks itself.
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

    /// Makes the length count items of `size` bytes instead of bytes.
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
    /// Returns whether it is an address in linear memory that the call follows.
    pub const fn is_pointer(self) -> bool {
        matches!(
            self,
            Self::Str | Self::Text | Self::Bytes { .. } | Self::Address
        )
    }
}
