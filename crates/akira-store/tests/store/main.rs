//! The store on a flash that loses power.

mod cuts;
mod damage;
mod files;
mod full;
mod install;
mod layer;
mod migrate;
mod runs;
mod settings;
