use crate::Content;

/// Creates a `ustar` archive. An entry with content is a file; an entry without is a directory.
pub fn archive<'a>(entries: impl IntoIterator<Item = (&'a String, &'a Content)>) -> Vec<u8> {
    let mut archive = Vec::new();
    for (path, content) in entries {
        let bytes = content.as_deref().unwrap_or_default();
        archive.extend(header(path, content.is_some(), bytes.len()));
        archive.extend(bytes);
        archive.resize(archive.len().next_multiple_of(512), 0);
    }
    archive.resize(archive.len() + 1024, 0);
    archive
}

fn header(path: &str, is_file: bool, size: usize) -> [u8; 512] {
    let mut header = [0; 512];
    let mut put = |at: usize, field: &[u8]| header[at..at + field.len()].copy_from_slice(field);
    put(0, path.as_bytes());
    put(100, b"0000644\0");
    put(108, b"0000000\0");
    put(116, b"0000000\0");
    put(124, format!("{size:011o}\0").as_bytes());
    put(136, b"00000000000\0");
    put(148, b"        ");
    put(156, if is_file { b"0" } else { b"5" });
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    header
}
