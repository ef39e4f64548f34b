//! Two-way string matching of Crochemore and Perrin (J. ACM 38, 1991): linear time, constant space.
//!
//! The time of a naive search is the product of the lengths, which an app could raise to hours. A
//! rolling hash can be attacked with chosen text, and a failure table needs memory.

/// Returns the offset of the first occurrence of `needle` in `haystack`.
pub(crate) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    Factors::of(needle).find(haystack)
}

/// Needle that is cut in two, so that the position of a mismatch right of the cut determines the
/// shift.
struct Factors<'a> {
    needle: &'a [u8],
    cut: usize,
    shift: usize,
    /// Length of the needle's prefix that is known to match after a shift; 0 unless the needle is
    /// periodic.
    known: usize,
}

impl<'a> Factors<'a> {
    fn of(needle: &'a [u8]) -> Self {
        let (less, greater) = (
            maximal_suffix(needle, |a, b| a < b),
            maximal_suffix(needle, |a, b| a > b),
        );
        let (cut, period) = if less.0 > greater.0 { less } else { greater };
        let repeated = needle.get(period..period + cut);
        let is_periodic = repeated == Some(&needle[..cut]);
        let (shift, known) = match is_periodic {
            true => (period, needle.len() - period),
            false => (cut.max(needle.len() - cut) + 1, 0),
        };
        Self {
            needle,
            cut,
            shift,
            known,
        }
    }

    fn find(&self, haystack: &[u8]) -> Option<usize> {
        let (mut at, mut known) = (0, 0);
        while let Some(window) = haystack.get(at..at + self.needle.len()) {
            if let Some(mismatch) = self.mismatch_right(window, known) {
                at += mismatch - self.cut + 1;
                known = 0;
            } else if self.matches_left(window, known) {
                return Some(at);
            } else {
                at += self.shift;
                known = self.known;
            }
        }
        None
    }

    fn mismatch_right(&self, window: &[u8], known: usize) -> Option<usize> {
        (self.cut.max(known)..self.needle.len()).find(|i| self.needle[*i] != window[*i])
    }

    fn matches_left(&self, window: &[u8], known: usize) -> bool {
        let from = known.min(self.cut);
        self.needle[from..self.cut] == window[from..self.cut]
    }
}

/// Returns the start of the greatest suffix in the order of `is_less`, and its period.
fn maximal_suffix(needle: &[u8], is_less: fn(u8, u8) -> bool) -> (usize, usize) {
    let (mut left, mut right, mut offset, mut period) = (0, 1, 0, 1);
    while let Some(&a) = needle.get(right + offset) {
        let b = needle[left + offset];
        if is_less(a, b) {
            right += offset + 1;
            offset = 0;
            period = right - left;
        } else if a != b {
            left = right;
            right += 1;
            offset = 0;
            period = 1;
        } else if offset + 1 == period {
            right += period;
            offset = 0;
        } else {
            offset += 1;
        }
    }
    (left, period)
}
