//! The program as it runs for days: what it keeps, through restarts and kills, and whose apps it takes.

mod book;
mod client;
mod console;
mod guests;
mod keys;
mod kills;
mod peers;
mod restart;
mod trust;
