//! Packages made by the real tools, whole, changed, cut and in pieces; trust stores and what they decide.

mod boot;
mod changes;
mod documents;
mod module;
mod pieces;
mod resources;
mod support;
mod terms;
