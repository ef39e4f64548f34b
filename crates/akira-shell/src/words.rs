use heapless::Vec;

/// Maximum number of words in a command.
const MOST: usize = 5;

/// Splits a command at blanks. Double quotes enclose a word that contains blanks. Returns `None` if
/// there are too many words.
pub(crate) fn words(mut line: &str) -> Option<Vec<&str, MOST>> {
    let mut words = Vec::new();
    loop {
        line = line.trim_start();
        if line.is_empty() {
            return Some(words);
        }
        let (word, rest) = match line.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => line.split_once(' ').unwrap_or((line, "")),
        };
        words.push(word).ok()?;
        line = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    fn split(line: &str) -> Option<Vec<&str>> {
        words(line).map(|words| words.to_vec())
    }

    extern crate std;
    use std::vec::Vec;

    #[test]
    fn splits_at_blanks_outside_quotes() {
        assert_eq!(split("  start   hello "), Some(["start", "hello"].to_vec()));
        assert_eq!(
            split("stop \"my app\" -f"),
            Some(["stop", "my app", "-f"].to_vec())
        );
        assert_eq!(split("stop \"my app"), Some(["stop", "my app"].to_vec()));
        assert_eq!(split("   "), Some(Vec::new()));
    }

    #[test]
    fn takes_no_more_words_than_any_command_has() {
        assert!(split("1 2 3 4 5").is_some());
        assert_eq!(split("1 2 3 4 5 6"), None);
    }
}
