//! Tests across several crates; they are in `tests/`.
