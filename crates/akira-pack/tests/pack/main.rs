//! What this crate makes is what the tools make, and what devices verify.

mod akpkg;
mod keys;
mod manifests;
mod packages;
