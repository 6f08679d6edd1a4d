//! Any bytes, in any pieces: nothing panics, nothing depends on where the bytes were cut, nothing grows.
//!
//! With `SPILLWAY_FUZZ_SECONDS` the test of `seeds` goes on for so long, from `SPILLWAY_FUZZ_SEED` on; it names the seed
//! that failed.

#![cfg(feature = "deflate")]

mod dissector;
mod heads;
mod inflaters;
mod protocol;
mod seeds;
mod stream;
