use core::fmt;

/// Why a manifest is refused, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ManifestError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// The byte at which it is.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// The character within the line, from 1.
    pub column: usize,
}

/// What is wrong with a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// It has more bytes than [`Manifest::MAX_BYTES`](crate::Manifest::MAX_BYTES): shorten it.
    TooLong,
    /// It is not UTF-8: save it as UTF-8.
    NotUtf8,
    /// It is not JSON: this is missing.
    Expected(&'static str),
    /// It is not JSON: a string does not end on its line; add the quote.
    OpenString,
    /// It is not JSON: a backslash before something that it does not escape; double it.
    BadEscape,
    /// Arrays and objects nest deeper than 16: flatten it.
    TooDeep,
    /// The field has a value of another type.
    WrongType {
        /// The field.
        field: &'static str,
        /// What it takes.
        wanted: &'static str,
    },
    /// The number is too small or too large.
    OutOfRange {
        /// The field.
        field: &'static str,
        /// The least that it takes.
        min: u32,
        /// The most that it takes.
        max: u32,
    },
    /// The string is too long.
    TextTooLong {
        /// The field.
        field: &'static str,
        /// The most bytes that it takes.
        max: usize,
    },
    /// The string breaks a rule of the field.
    Invalid {
        /// The field.
        field: &'static str,
        /// The rule.
        rule: &'static str,
    },
    /// The list has too many elements.
    TooMany {
        /// The field.
        field: &'static str,
        /// The most that it takes.
        max: usize,
    },
    /// A part of the field is missing.
    Missing {
        /// The field.
        field: &'static str,
        /// Its part.
        part: &'static str,
    },
    /// The field sets a limit of a name that is not known; a limit is never dropped.
    UnknownLimit {
        /// The field.
        field: &'static str,
    },
    /// The limit is set a second time: keep one. `network_policy` and `resources.network` set the same.
    Repeated {
        /// The field.
        field: &'static str,
    },
}

/// What is wrong at which byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: ErrorKind,
    pub(crate) at: usize,
}

impl Failure {
    /// Finds the line and the column in the manifest.
    pub(crate) fn locate(self, manifest: &[u8]) -> ManifestError {
        let before = manifest.get(..self.at).unwrap_or(manifest);
        let line = before.rsplit(|&b| b == b'\n').next().unwrap_or_default();
        // Continuation bytes of UTF-8 are 0b10xxxxxx; the rest begin a character.
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
