use std::fmt;
use std::io::{self, ErrorKind};

use akira_abi::caps::AppName;
use akira_bridge_storage::ENTRY_BYTES;

use super::{MAX_IMAGE, MAX_SIDECAR};

/// An app as it is kept: all that it takes to install it again.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// The name it is installed under.
    pub name: String,
    /// Its image.
    pub image: Vec<u8>,
    /// The manifest that came beside its image.
    pub sidecar: Option<Vec<u8>>,
    /// The capabilities that its operator granted.
    pub grant: Vec<String>,
    /// The capabilities that its operator denied.
    pub deny: Vec<String>,
}

impl Stored {
    /// Makes an app of nothing but an image and perhaps a name, which is empty until its manifest gives one.
    pub fn bare(name: Option<String>, image: Vec<u8>) -> Self {
        Self {
            name: name.unwrap_or_default(),
            image,
            ..Self::default()
        }
    }

    /// Makes sure that what is kept can be read again.
    pub(super) fn check(&self) -> io::Result<()> {
        let fault = |kind, what| Err(io::Error::new(kind, format!("{:?}: {what}", self.name)));
        let sidecar = self.sidecar.as_ref().map_or(0, Vec::len);
        if AppName::new(&self.name).is_none() {
            let rule = AppName::RULE;
            return fault(
                ErrorKind::InvalidInput,
                format!("not a name of an app: 1-31 {rule}"),
            );
        }
        if self.image.len() > MAX_IMAGE || sidecar > MAX_SIDECAR {
            let most = format!("{MAX_IMAGE} bytes of image and {MAX_SIDECAR} of manifest");
            return fault(ErrorKind::FileTooLarge, format!("more than {most}"));
        }
        Ok(())
    }

    /// Returns the bytes it takes.
    pub(super) fn size(&self) -> u64 {
        let files = [Some(&self.image), self.sidecar.as_ref()];
        let sizes = files
            .iter()
            .flatten()
            .map(|file| file.len() as u64 + u64::from(ENTRY_BYTES));
        sizes.sum()
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stored")
            .field("name", &self.name)
            .field("image_bytes", &self.image.len())
            .field("sidecar_bytes", &self.sidecar.as_ref().map(Vec::len))
            .field("grant", &self.grant)
            .field("deny", &self.deny)
            .finish()
    }
}
