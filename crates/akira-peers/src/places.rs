/// Chooses the peer whose place a new peer takes when the server is full. Returns the index of the
/// peer with the nearest deadline, if that deadline is before `spared`.
///
/// Deadlines are instants of the server's clock. With the new peer's own deadline as `spared`, the
/// new peer is rejected when all other peers have more time left.
pub fn displaced<T: Ord>(deadlines: impl IntoIterator<Item = T>, spared: T) -> Option<usize> {
    let nearest = deadlines
        .into_iter()
        .enumerate()
        .min_by(|(_, a), (_, b)| a.cmp(b));
    nearest
        .filter(|(_, deadline)| *deadline < spared)
        .map(|(index, _)| index)
}
