//! Tests that cross crates; they are in `tests/`.
