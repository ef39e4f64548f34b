/// What a format needs next of the bytes that come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// So many bytes in one piece.
    Item(usize),
    /// So many bytes, which only pass by.
    Pass(u32),
    /// All that follow.
    Rest,
    /// Nothing more.
    End,
}
