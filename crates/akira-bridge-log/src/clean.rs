use akira_abi::caps::is_harmless;
use heapless::String;

const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// What ends a text that was cut.
const CUT: char = '…';

/// Makes at most `N` bytes of harmless text; one that is longer ends with [`CUT`].
///
/// The work is bounded by `N` whatever the input: nothing gets shorter on the way, so no more is ever needed.
pub(crate) fn clean<const N: usize>(text: &[u8]) -> String<N> {
    let text = without_line_end(text);
    let text = &text[..text.len().min(N + 4)];
    let mut out = String::new();
    for chunk in text.utf8_chunks() {
        let invalid = (!chunk.invalid().is_empty()).then_some(REPLACEMENT);
        for c in chunk.valid().chars().map(harmless).chain(invalid) {
            if out.push(c).is_err() {
                while out.len() + CUT.len_utf8() > N && out.pop().is_some() {}
                let _ = out.push(CUT);
                return out;
            }
        }
    }
    out
}

fn without_line_end(text: &[u8]) -> &[u8] {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    text.strip_suffix(b"\r").unwrap_or(text)
}

/// Replaces what drives a terminal, breaks the line or hides; a line break or tab by a blank.
fn harmless(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' => ' ',
        c if is_harmless(c) => c,
        _ => REPLACEMENT,
    }
}
