//! What the server keeps to under load and when runs are given up, seen from outside: its own
//! process, its sockets, its open files.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod class;
mod fair;
mod flood;
mod full_disk;
mod idle;
mod joins;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../playground/mod.rs"]
mod playground;
mod support;
