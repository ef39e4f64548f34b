use std::io::{Error as IoError, Read};

use flate2::bufread::GzDecoder;
use tar::{Archive, Entry};

use crate::{AkpkgError, Error, embed_manifest};

/// Maximum unpacked size of an `.akpkg` in bytes: AkiraOS's own limit.
pub const MAX_AKPKG: u32 = 4 << 20;

/// Maximum number of files in an `.akpkg`. AkiraOS's packages have five.
pub const MAX_FILES: usize = 16;

/// Maximum size of a manifest in bytes: AkiraOS accepts less than 4096.
const MAX_MANIFEST: usize = 4095;

/// The compression method "deflate", after gzip's magic (RFC 1952, section 2.3.1).
const GZIP: [u8; 3] = [0x1F, 0x8B, 8];

/// Contents of an AkiraOS `.akpkg`, returned by [`read_akpkg`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Akpkg {
    /// Bytes of `app.wasm`, the WebAssembly module.
    pub module: Vec<u8>,
    /// Bytes of `manifest.json`, or `None` if the package lacks this file.
    pub manifest: Option<Vec<u8>>,
    /// Bytes of the icon `icon_32.bmp`, or `None` if the package lacks this file.
    pub icon: Option<Vec<u8>>,
    /// Bytes of the AI model `model.tflite`, or `None` if the package lacks this file.
    pub model: Option<Vec<u8>>,
    /// Names of all other files, such as AkiraOS's signature, whose contents are not returned.
    pub others: Vec<String>,
}

impl Akpkg {
    /// Returns the module with the manifest embedded, so that it can be signed again. As on
    /// AkiraOS, a manifest inside the module takes precedence over `manifest.json`.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`embed_manifest`].
    pub fn into_module(self) -> Result<Vec<u8>, Error> {
        let has_one = crate::embedded_manifest(&self.module)?.is_some();
        match self.manifest.filter(|_| !has_one) {
            Some(manifest) => embed_manifest(&self.module, &manifest),
            None => Ok(self.module),
        }
    }
}

/// Reads an `.akpkg`: files in a tar archive, compressed with gzip. The package's signature
/// (Dilithium-2) is not checked, because the repackaged app is signed again.
///
/// The declared size is checked before anything is unpacked, and unpacking stops at [`MAX_AKPKG`]
/// if the declared size was wrong.
///
/// # Errors
///
/// [`Error::Akpkg`] with the reason why the file is refused.
pub fn read_akpkg(bytes: &[u8]) -> Result<Akpkg, Error> {
    let tar = unpack(bytes)?;
    let mut files = Files::default();
    let mut archive = Archive::new(&tar[..]);
    for entry in archive.entries().map_err(AkpkgError::Damaged)? {
        files.add(entry.map_err(AkpkgError::Damaged)?)?;
    }
    Ok(files.into_akpkg()?)
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, AkpkgError> {
    if !bytes.starts_with(&GZIP) {
        return Err(AkpkgError::Compression);
    }
    // The last four bytes are the size (RFC 1952, section 2.3.1: ISIZE).
    let claimed = bytes.last_chunk().copied().map(u32::from_le_bytes);
    let claimed = claimed.unwrap_or_default();
    check_size(u64::from(claimed))?;
    let mut gzip = GzDecoder::new(bytes);
    let mut tar = Vec::with_capacity(claimed as usize);
    let most = u64::from(MAX_AKPKG) + 1;
    let mut bounded = (&mut gzip).take(most);
    bounded.read_to_end(&mut tar).map_err(AkpkgError::Damaged)?;
    check_size(tar.len() as u64)?;
    if tar.len() != claimed as usize || !gzip.into_inner().is_empty() {
        return Err(AkpkgError::Size);
    }
    Ok(tar)
}

fn check_size(size: u64) -> Result<(), AkpkgError> {
    let limit = MAX_AKPKG;
    if size > u64::from(limit) {
        return Err(AkpkgError::TooLarge { size, limit });
    }
    Ok(())
}

/// The files that were read so far.
#[derive(Default)]
struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    fn add(&mut self, mut entry: Entry<'_, &[u8]>) -> Result<(), AkpkgError> {
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let kind = entry.header().entry_type();
        let plain = name.strip_prefix("./").unwrap_or(&name);
        if kind.is_dir() && matches!(plain, "" | ".") {
            return Ok(());
        }
        if !kind.is_file() || !is_plain(plain) {
            return Err(AkpkgError::NotAFile(name));
        }
        if self.0.iter().any(|(other, _)| other == plain) {
            return Err(AkpkgError::Duplicate(name));
        }
        if self.0.len() == MAX_FILES {
            return Err(AkpkgError::TooManyFiles(MAX_FILES));
        }
        let mut contents = Vec::new();
        let read = entry.read_to_end(&mut contents);
        let read = read.map_err(AkpkgError::Damaged)?;
        // The tar is truncated within a file.
        if read as u64 != entry.size() {
            return Err(AkpkgError::Damaged(IoError::from(
                std::io::ErrorKind::UnexpectedEof,
            )));
        }
        self.0.push((plain.to_owned(), contents));
        Ok(())
    }

    fn take(&mut self, name: &str) -> Option<Vec<u8>> {
        let at = self.0.iter().position(|(other, _)| other == name)?;
        Some(self.0.swap_remove(at).1)
    }

    fn into_akpkg(mut self) -> Result<Akpkg, AkpkgError> {
        let module = self.take("app.wasm");
        let has_aot = self.take("app.aot").is_some();
        let module = module.ok_or(if has_aot {
            AkpkgError::Aot
        } else {
            AkpkgError::NoApp
        })?;
        let manifest = self.take("manifest.json");
        if let Some(size) = manifest
            .as_ref()
            .map(Vec::len)
            .filter(|&size| size > MAX_MANIFEST)
        {
            let name = "manifest.json";
            return Err(AkpkgError::FileTooLarge {
                name,
                size,
                limit: MAX_MANIFEST,
            });
        }
        Ok(Akpkg {
            module,
            manifest,
            icon: self.take("icon_32.bmp"),
            model: self.take("model.tflite"),
            others: self.0.into_iter().map(|(name, _)| name).collect(),
        })
    }
}

fn is_plain(name: &str) -> bool {
    let is_printable = !name.chars().any(char::is_control);
    is_printable && !name.contains(['/', '\\']) && !matches!(name, "" | "." | "..")
}
