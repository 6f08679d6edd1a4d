//! Any bytes, in any pieces: nothing panics, nothing depends on where the bytes were cut, nothing grows.
//!
//! `cargo test -p spillway-websocket --features deflate --release --test fuzz -- --ignored --nocapture` goes on for
//! `SPILLWAY_FUZZ_SECONDS` (60), from `SPILLWAY_FUZZ_SEED` on, and names the seed that failed.

#![cfg(feature = "deflate")]

mod dissector;
mod heads;
mod inflaters;
mod long_run;
mod protocol;
mod stream;
