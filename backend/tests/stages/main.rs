//! Stages that deal with others than files: what they hand to clients, and what they get.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod delivery;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../playground/mod.rs"]
mod playground;
mod raw;
mod sources;
mod uploads;
