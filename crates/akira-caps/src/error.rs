use core::fmt;

/// Reason why a manifest is refused, with the position of the error in the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManifestError {
    /// Kind of error.
    pub kind: ErrorKind,
    /// Byte offset of the error in the manifest.
    pub offset: usize,
    /// Line of the error, counted from 1.
    pub line: usize,
    /// Column of the error in characters, counted from 1.
    pub column: usize,
}

/// Kind of error in a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The manifest has more bytes than [`Manifest::MAX_BYTES`](crate::Manifest::MAX_BYTES).
    /// Shorten it.
    TooLong,
    /// The manifest is not UTF-8. Save it as UTF-8.
    NotUtf8,
    /// The manifest is not JSON: the text in this variant is missing at the position of the error.
    Expected(&'static str),
    /// The manifest is not JSON: a string does not end on its line. Add the closing quote.
    OpenString,
    /// The manifest is not JSON: a backslash precedes a character that it cannot escape. Double the
    /// backslash.
    BadEscape,
    /// Arrays and objects nest deeper than 16 levels. Flatten the manifest.
    TooDeep,
    /// The field has a value of the wrong type.
    WrongType {
        /// Name of the manifest field.
        field: &'static str,
        /// Type that the field accepts.
        wanted: &'static str,
    },
    /// The number is outside the range of the field.
    OutOfRange {
        /// Name of the manifest field.
        field: &'static str,
        /// Minimum value of the field.
        min: u32,
        /// Maximum value of the field.
        max: u32,
    },
    /// The string in the field is too long.
    TextTooLong {
        /// Name of the manifest field.
        field: &'static str,
        /// Maximum length of the string, in bytes.
        max: usize,
    },
    /// The string violates the rule of the field.
    Invalid {
        /// Name of the manifest field.
        field: &'static str,
        /// Rule that the string violates.
        rule: &'static str,
    },
    /// The list in the field has too many elements.
    TooMany {
        /// Name of the manifest field.
        field: &'static str,
        /// Maximum number of elements in the list.
        max: usize,
    },
    /// A required part of the field is missing.
    Missing {
        /// Name of the manifest field.
        field: &'static str,
        /// Name of the missing part of the field.
        part: &'static str,
    },
    /// The field limits a resource whose name is unknown. It is an error, because a limit must not
    /// be ignored.
    UnknownLimit {
        /// Name of the manifest field.
        field: &'static str,
    },
    /// The limit is set twice. Keep one of the entries. `network_policy` and `resources.network`
    /// set the same limit.
    Repeated {
        /// Name of the manifest field.
        field: &'static str,
    },
}

/// Kind and byte offset of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) at: usize,
}

impl Failure {
    /// Converts the byte offset to a line and a column of the manifest.
    pub(crate) fn locate(self, manifest: &[u8]) -> ManifestError {
        let before = manifest.get(..self.at).unwrap_or(manifest);
        let line = before.rsplit(|&b| b == b'\n').next().unwrap_or_default();
        // Continuation bytes of UTF-8 are 0b10xxxxxx; every other byte begins a character.
        let characters = line.iter().filter(|&&b| b & 0xC0 != 0x80).count();
        ManifestError {
            kind: self.kind,
            offset: self.at,
            line: before.iter().filter(|&&b| b == b'\n').count() + 1,
            column: characters + 1,
        }
    }
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = (self.line, self.column);
        write!(f, "{} at line {line}, column {column}", self.kind)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = crate::Manifest::MAX_BYTES;
        match self {
            Self::TooLong => write!(f, "manifest is longer than {most} bytes: shorten it;"),
            Self::NotUtf8 => write!(f, "manifest is not UTF-8: save it as UTF-8; wrong byte"),
            Self::Expected(what) => write!(f, "manifest is not JSON: expected {what}"),
            Self::OpenString => write!(f, "manifest is not JSON: string without closing '\"'"),
            Self::BadEscape => write!(f, "manifest is not JSON: write \"\\\\\" for a backslash"),
            Self::TooDeep => write!(f, "manifest nests more than 16 levels deep: flatten it"),
            Self::WrongType { field, wanted } => {
                write!(f, "manifest field \"{field}\" must be {wanted}")
            }
            Self::OutOfRange { field, min, max } => {
                write!(f, "manifest field \"{field}\" must be from {min} to {max}")
            }
            Self::TextTooLong { field, max } => {
                write!(
                    f,
                    "manifest field \"{field}\" is longer than {max} bytes: shorten it;"
                )
            }
            Self::Invalid { field, rule } => write!(f, "manifest field \"{field}\" must be {rule}"),
            Self::TooMany { field, max } => {
                write!(f, "manifest field \"{field}\" has more than {max} entries")
            }
            Self::Missing { field, part } => {
                write!(f, "manifest field \"{field}\" lacks \"{part}\"")
            }
            Self::UnknownLimit { field } => {
                write!(
                    f,
                    "manifest field \"{field}\" has an entry that this firmware does not know: remove it;"
                )
            }
            Self::Repeated { field } => {
                write!(f, "manifest sets the limit \"{field}\" twice: keep one;")
            }
        }
    }
}

impl core::error::Error for ManifestError {}
