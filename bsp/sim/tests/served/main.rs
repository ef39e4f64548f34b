//! The running program: its persistent state across restarts and kills, its treatment of slow
//! peers, and its check of signatures.

mod book;
mod client;
mod console;
mod guests;
mod keys;
mod kills;
mod peers;
mod restart;
mod trust;
