//! The store on a flash that loses power.

mod cuts;
mod damage;
mod files;
mod flash;
mod full;
mod install;
mod model;
mod random;
mod runs;
mod settings;
mod setup;
