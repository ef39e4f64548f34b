use core::fmt;

/// Reason why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error<E> {
    /// The peer closed the link. Run the shell again on the next link.
    Closed,
    /// The peer did not type the token in time. Run the shell again on the next link, preferably
    /// after a pause.
    Refused,
    /// The link failed. Repair it and run the shell again.
    Link(E),
}

impl<E: fmt::Display> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the other side closed the link"),
            Self::Refused => f.write_str("the other side did not type the token"),
            Self::Link(error) => write!(f, "the link failed: {error}"),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Closed | Self::Refused => None,
            Self::Link(error) => Some(error),
        }
    }
}
