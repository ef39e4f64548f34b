//! The store on a flash that loses power.

mod cuts;
mod damage;
mod files;
mod forged;
mod full;
mod install;
mod layer;
mod migrate;
mod ranges;
mod runs;
mod settings;
mod shares;
mod wear;
