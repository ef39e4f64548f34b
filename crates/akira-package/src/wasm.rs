use crate::claim::{self, Claim};
use crate::need::Need;
use crate::options::TrustCheck;
use crate::verifier::Whole;
use crate::{Container, Error, Field, Package, Trust};

/// First bytes of a module: magic and version 1 (WebAssembly core specification 1.0, section
/// 5.5.16).
pub(crate) const HEADER: [u8; 8] = *b"\0asm\x01\0\0\0";

/// First bytes of a component (Component Model, Binary.md).
const COMPONENT: [u8; 8] = *b"\0asm\x0d\0\x01\0";

/// Id of a custom section.
const CUSTOM: u8 = 0;

/// Name of wasmsign2's section, preceded by its length.
const NAME: [u8; 10] = *b"\x09signature";

/// Parsed fields of a module, and the position of the parser in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wasm {
    stage: Stage,
    container: Container,
    /// Hash in the signature data.
    hash: Option<[u8; 32]>,
    trust: Option<Trust>,
}

/// Meaning of the next bytes.
#[derive(Clone, Copy, Debug)]
enum Stage {
    Header,
    /// Id of the section that may be the signature.
    SectionId,
    /// Size of that section in LEB128, of which the low `bits` bits are known.
    SectionSize {
        size: u32,
        bits: u32,
    },
    /// Name of that section.
    SectionName {
        size: u32,
        is_shortest: bool,
    },
    /// Contents of that section.
    Claim {
        size: usize,
    },
    /// The signed bytes, or the whole module if it has no signature.
    Rest,
}

impl Wasm {
    pub(crate) const fn new() -> Self {
        Self {
            stage: Stage::Header,
            container: Container::Bare,
            hash: None,
            trust: None,
        }
    }

    pub(crate) fn need(&self) -> Need {
        match self.stage {
            Stage::Header => Need::Item(HEADER.len()),
            Stage::SectionId | Stage::SectionSize { .. } => Need::Item(1),
            Stage::SectionName { .. } => Need::Item(NAME.len()),
            Stage::Claim { size } => Need::Item(size),
            Stage::Rest => Need::Rest,
        }
    }

    /// Processes the item that the stage needs.
    pub(crate) fn item(&mut self, item: &[u8], trust_check: &TrustCheck<'_>) -> Result<(), Error> {
        let first = item.first().copied().unwrap_or_default();
        self.stage = match self.stage {
            Stage::Header => self.header(item, trust_check)?,
            Stage::SectionId if first == CUSTOM => Stage::SectionSize { size: 0, bits: 0 },
            Stage::SectionId => self.unsigned(trust_check)?,
            Stage::SectionSize { size, bits } => {
                self.section_size(first, size, bits, trust_check)?
            }
            Stage::SectionName { size, is_shortest } if item == NAME => {
                claim_of(size, is_shortest)?
            }
            Stage::SectionName { .. } => self.unsigned(trust_check)?,
            Stage::Claim { .. } => {
                self.claim(Container::Wasmsign, Claim::parse(item)?, trust_check)?
            }
            Stage::Rest => Stage::Rest,
        };
        Ok(())
    }

    fn header(&mut self, item: &[u8], trust_check: &TrustCheck<'_>) -> Result<Stage, Error> {
        match item {
            item if item == HEADER => {}
            item if item == COMPONENT => return Err(Error::Component),
            _ => return Err(Error::Malformed(Field::WasmHeader)),
        }
        match trust_check.detached {
            Some(claim) => self.claim(Container::Detached, claim?, trust_check),
            None => Ok(Stage::SectionId),
        }
    }

    fn section_size(
        &mut self,
        byte: u8,
        size: u32,
        bits: u32,
        trust_check: &TrustCheck<'_>,
    ) -> Result<Stage, Error> {
        let size = size | u32::from(byte & 0x7F).checked_shl(bits).unwrap_or(0);
        let is_last = byte & 0x80 == 0;
        if bits > 28 || (is_last && size < NAME.len() as u32) {
            return self.unsigned(trust_check);
        }
        Ok(if is_last {
            let is_shortest = byte != 0 || bits == 0;
            Stage::SectionName { size, is_shortest }
        } else {
            let bits = bits + 7;
            Stage::SectionSize { size, bits }
        })
    }

    fn claim(
        &mut self,
        container: Container,
        claim: Claim,
        trust_check: &TrustCheck<'_>,
    ) -> Result<Stage, Error> {
        self.container = container;
        self.trust = Some(trust_check.trust(claim.signer(trust_check.store))?);
        self.hash = Some(claim.hash);
        Ok(Stage::Rest)
    }

    fn unsigned(&mut self, trust_check: &TrustCheck<'_>) -> Result<Stage, Error> {
        self.trust = Some(trust_check.trust(Err(Error::NotSigned))?);
        Ok(Stage::Rest)
    }

    /// Checks the whole module and returns the verified package.
    pub(crate) fn finish(
        mut self,
        whole: &Whole,
        trust_check: &TrustCheck<'_>,
    ) -> Result<Package, Error> {
        if matches!(self.stage, Stage::SectionId) {
            // A module may have no section at all.
            self.stage = self.unsigned(trust_check)?;
        }
        let trust = self.trust.ok_or(Error::Truncated)?;
        if self.hash.is_some_and(|signed| signed != whole.hash) {
            return Err(Error::HashMismatch);
        }
        Ok(Package {
            container: self.container,
            payload: 0..whole.size,
            size: whole.size,
            sha256: whole.sha256,
            signed_hash: self.hash,
            trust,
            version: None,
            security_counter: None,
        })
    }
}

/// Accepts only one encoding of a signature section's header, since no signature covers it.
fn claim_of(size: u32, is_shortest: bool) -> Result<Stage, Error> {
    let size = usize::try_from(size).ok().map(|size| size - NAME.len());
    match size {
        Some(size) if is_shortest && size <= claim::MOST_BYTES => Ok(Stage::Claim { size }),
        _ => Err(Error::Malformed(Field::SignatureSection)),
    }
}
