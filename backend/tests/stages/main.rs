//! Stages that deal with others than one file: what they hand to clients, what they get, several files.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod broken;
mod delivery;
mod files;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../playground/mod.rs"]
mod playground;
mod raw;
mod sources;
mod uploads;
