#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

mod apps;
mod boot;
mod claim;
mod document;
mod error;
mod key;
mod need;
mod options;
mod package;
mod terms;
mod trust;
mod verifier;
mod wasm;

pub use apps::AppScope;
pub use document::{DocumentError, MAX_DOCUMENT, document_message};
pub use error::{Error, Field};
pub use key::{KeyId, KeyState, TrustedKey};
pub use options::{DeveloperMode, MAX_SIZE, Options, Purpose};
pub use package::{Container, ImageVersion, Package, Trust, Untrusted};
pub use terms::{Facts, Installed, Terms};
pub use trust::{MAX_KEYS, TrustStore};
pub use verifier::{Verifier, verify};
