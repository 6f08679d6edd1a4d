//! `spillway pipe` as a process: what it makes, what it says, what it leaves behind.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod endings;
mod memory;
mod report;
mod support;
mod usage;
mod work;
