//! Apps on flash, end to end: packages come in, are verified, run, prove themselves and go, on a flash that loses power.

mod cuts;
mod device;
mod fails;
mod held;
mod many;
mod mutated;
mod refused;
mod reserved;
mod rotate;
mod shares;
mod size;
mod trial;
mod wear;
mod whole;
