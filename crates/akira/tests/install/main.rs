//! Apps on flash, end to end: packages come in, are verified, run, prove themselves and go, on a flash that loses power.

mod device;
mod trial;
