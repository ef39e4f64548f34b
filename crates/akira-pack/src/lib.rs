#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod akpkg;
mod container;
mod error;
mod key;
mod manifest;
mod module;
mod seal;
mod sections;

pub use akpkg::{Akpkg, MAX_AKPKG, MAX_FILES, read_akpkg};
pub use container::{ContainerOptions, pack_container};
pub use error::{AkpkgError, Error};
pub use key::{PublicKey, SigningKey};
pub use manifest::{embed_manifest, embedded_manifest};
pub use module::{is_signed, sign_detached, sign_module};
pub use seal::seal;
