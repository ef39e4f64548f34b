//! What was tried for a number that has a target, what that gave, and what the floor is.

const NOTES: &[(&str, &str)] = &[];

/// Returns the note of a metric.
pub(super) fn of(id: &str) -> Option<&'static str> {
    let note = NOTES.iter().find(|(noted, _)| *noted == id);
    note.map(|(_, text)| *text)
}

/// Lists the metrics that have one.
#[cfg(test)]
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    NOTES.iter().map(|(id, _)| *id)
}
