/// Chooses which of the peers makes room for a newcomer: the one with the nearest deadline, if that is before
/// `spared`, the first deadline that is safe. Returns its index.
///
/// Deadlines are instants of whatever clock the server has. With the newcomer's own deadline as `spared`, the
/// newcomer is the one to go where all others have more time left.
pub fn displaced<T: Ord>(deadlines: impl IntoIterator<Item = T>, spared: T) -> Option<usize> {
    let nearest = deadlines
        .into_iter()
        .enumerate()
        .min_by(|(_, a), (_, b)| a.cmp(b));
    nearest
        .filter(|(_, deadline)| *deadline < spared)
        .map(|(index, _)| index)
}
