/// Input that a format needs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// This many bytes in one piece.
    Item(usize),
    /// This many bytes, which are hashed and skipped.
    Pass(u32),
    /// All following bytes.
    Rest,
    /// No more bytes.
    End,
}
