//! Runs over real databases: SQLite, and a MariaDB and a PostgreSQL that the tests start.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod command_line;
#[expect(dead_code, reason = "other tests use the rest")]
#[path = "../playground/mod.rs"]
mod playground;
mod rows;
mod servers;
