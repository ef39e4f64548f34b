//! Line-by-line diff of two lists.

/// Returns a diff. Lines only in `expected` have the prefix `-`, lines only in `written` have `+`,
/// and common lines have a blank.
pub fn diff(expected: &[String], written: &[String]) -> String {
    let common = common(expected, written);
    let (mut i, mut j, mut text) = (0, 0, String::new());
    while i < expected.len() || j < written.len() {
        let same = i < expected.len() && j < written.len() && expected[i] == written[j];
        let only_expected =
            j == written.len() || (i < expected.len() && common[i + 1][j] >= common[i][j + 1]);
        let (mark, line) = match (same, only_expected) {
            (true, _) => (' ', &expected[i]),
            (false, true) => ('-', &expected[i]),
            (false, false) => ('+', &written[j]),
        };
        text.push_str(&format!("  {mark} {line}\n"));
        i += usize::from(mark != '+');
        j += usize::from(mark != '-');
    }
    text
}

/// Returns, for each pair of positions, the length of the longest common subsequence from there on.
fn common(a: &[String], b: &[String]) -> Vec<Vec<usize>> {
    let mut common = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i][j] = if a[i] == b[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.split(' ').map(String::from).collect()
    }

    #[test]
    fn shows_each_line_once_and_where_it_is_from() {
        let text = diff(&lines("a b c d"), &lines("a c x d e"));
        assert_eq!(text, "    a\n  - b\n    c\n  + x\n    d\n  + e\n");
    }
}
