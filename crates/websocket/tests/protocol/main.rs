//! The server's end of a connection against a client that sends whatever bytes it likes. The modules are the
//! sections of the public Autobahn suite.

#![cfg(feature = "deflate")]
#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod client;
mod closing;
mod compression;
mod fragments;
mod framing;
mod limits;
mod pings;
mod text;
