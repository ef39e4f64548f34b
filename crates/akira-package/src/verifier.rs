mod head;

use sha2::{Digest, Sha256};

use crate::boot::{self, Boot};
use crate::need::Need;
use crate::options::TrustCheck;
use crate::wasm::{self, Wasm};
use crate::{Error, Options, Package, TrustStore};
use head::Head;

/// First bytes of WAMR's ahead-of-time format.
const AOT: [u8; 4] = *b"\0aot";

/// Verifies a package as its bytes arrive, in pieces of any size.
///
/// A verifier takes less than 1 KiB, regardless of the package's size. For a module, the first 150
/// bytes show whether a trusted key has signed it; for an MCUboot container, only the last byte
/// does. Use no part of a package before [`finish`](Self::finish) has returned successfully.
#[derive(Clone, Debug)]
pub struct Verifier<'a> {
    trust_check: TrustCheck<'a>,
    /// Hash of all bytes.
    all: Sha256,
    /// Hash of the bytes that the signature covers.
    signed: Sha256,
    size: u32,
    head: Head,
    format: Format,
    failed: Option<Error>,
}

/// Parser of the package's format, once its first four bytes are known.
#[derive(Clone, Debug)]
enum Format {
    Unknown,
    Wasm(Wasm),
    Boot(Boot),
}

/// Results that are known after the last byte of a package.
pub(crate) struct Whole {
    pub(crate) size: u32,
    /// Hash of all bytes.
    pub(crate) sha256: [u8; 32],
    /// Hash of the bytes that the signature covers.
    pub(crate) hash: [u8; 32],
}

/// Verifies a package that is completely in memory, for example in memory-mapped flash.
///
/// # Errors
///
/// Returns the errors of [`Verifier::push`] and [`Verifier::finish`].
pub fn verify(trust: &TrustStore, options: Options<'_>, package: &[u8]) -> Result<Package, Error> {
    let mut verifier = Verifier::new(trust, options);
    verifier.push(package)?;
    verifier.finish()
}

impl<'a> Verifier<'a> {
    /// Creates a verifier for one package. The keys of `trust` are the trusted signers.
    pub fn new(trust: &'a TrustStore, options: Options<'_>) -> Self {
        Self {
            trust_check: TrustCheck::new(trust, &options),
            all: Sha256::new(),
            signed: Sha256::new(),
            size: 0,
            head: Head::new(),
            format: Format::Unknown,
            failed: check_announced(&options).err(),
        }
    }

    /// Returns the number of bytes pushed so far.
    pub fn size(&self) -> u32 {
        self.size
    }

    /// Processes the next bytes of the package.
    ///
    /// # Errors
    ///
    /// [`Error`] with the reason why the package is refused, as soon as the reason is known. Every
    /// later call returns the same error.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.failed.is_none() {
            self.failed = self.take(bytes).err();
        }
        self.failed.map_or(Ok(()), Err)
    }

    /// Returns the description of the verified package. Call `finish` after the last byte was
    /// pushed.
    ///
    /// # Errors
    ///
    /// [`Error`] with the reason why the package is refused.
    pub fn finish(self) -> Result<Package, Error> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let announced = self.trust_check.options.size;
        if announced.is_some_and(|announced| self.size < announced) {
            return Err(Error::Truncated);
        }
        let whole = Whole {
            size: self.size,
            sha256: self.all.finalize().into(),
            hash: self.signed.finalize().into(),
        };
        match self.format {
            Format::Unknown => Err(Error::Truncated),
            Format::Wasm(wasm) => wasm.finish(&whole, &self.trust_check),
            Format::Boot(boot) => boot.finish(&whole, &self.trust_check),
        }
    }

    fn take(&mut self, mut bytes: &[u8]) -> Result<(), Error> {
        self.count(bytes.len())?;
        self.all.update(bytes);
        while !bytes.is_empty() {
            bytes = self.step(bytes)?;
        }
        Ok(())
    }

    fn count(&mut self, more: usize) -> Result<(), Error> {
        let options = &self.trust_check.options;
        let more = u32::try_from(more).unwrap_or(u32::MAX);
        let size = self.size.saturating_add(more);
        if options.size.is_some_and(|announced| size > announced) {
            return Err(Error::TrailingBytes);
        }
        check_size(size, options)?;
        self.size = size;
        Ok(())
    }

    /// Processes the bytes that the format needs next, and returns the unprocessed rest.
    fn step<'b>(&mut self, bytes: &'b [u8]) -> Result<&'b [u8], Error> {
        let need = match &self.format {
            Format::Unknown => Need::Item(boot::MAGIC.len()),
            Format::Wasm(wasm) => wasm.need(),
            Format::Boot(boot) => boot.need(),
        };
        match need {
            Need::Item(size) => {
                let rest = self.head.fill(bytes, size);
                self.item(size)?;
                Ok(rest)
            }
            Need::Pass(left) => Ok(self.pass(bytes, left)),
            Need::Rest => {
                self.signed.update(bytes);
                Ok(&[])
            }
            Need::End => Err(Error::TrailingBytes),
        }
    }

    /// Processes the buffered item if it is complete.
    fn item(&mut self, size: usize) -> Result<(), Error> {
        let Some(item) = self.head.whole(size) else {
            return Ok(());
        };
        let options = &self.trust_check.options;
        match &mut self.format {
            Format::Unknown => {
                // The item stays in the buffer: the formats' headers begin with it.
                self.format = Format::of(item)?;
                return Ok(());
            }
            Format::Wasm(wasm) => wasm.item(item, &self.trust_check)?,
            Format::Boot(_) if self.trust_check.detached.is_some() => {
                return Err(Error::TwoSignatures);
            }
            Format::Boot(boot) => {
                if boot.is_hashed() {
                    self.signed.update(item);
                }
                boot.item(item, options.max_size)?;
            }
        }
        self.head.clear();
        Ok(())
    }

    /// Hashes and skips up to `left` bytes, and returns the rest.
    fn pass<'b>(&mut self, bytes: &'b [u8], left: u32) -> &'b [u8] {
        let most = usize::try_from(left).unwrap_or(usize::MAX);
        let (passing, rest) = bytes.split_at(bytes.len().min(most));
        self.signed.update(passing);
        if let Format::Boot(boot) = &mut self.format {
            // The cast is lossless, since `left` is a `u32`.
            boot.pass(passing.len() as u32);
        }
        rest
    }
}

impl Format {
    /// Detects the format of a package by its first four bytes.
    fn of(magic: &[u8]) -> Result<Self, Error> {
        if wasm::HEADER.starts_with(magic) {
            Ok(Self::Wasm(Wasm::new()))
        } else if magic == boot::MAGIC {
            Ok(Self::Boot(Boot::new()))
        } else if magic == AOT {
            Err(Error::Aot)
        } else {
            Err(Error::NotAPackage)
        }
    }
}

fn check_announced(options: &Options<'_>) -> Result<(), Error> {
    options
        .size
        .map_or(Ok(()), |size| check_size(size, options))
}

fn check_size(size: u32, options: &Options<'_>) -> Result<(), Error> {
    let limit = options.max_size;
    if size > limit {
        return Err(Error::TooLarge { size, limit });
    }
    Ok(())
}
