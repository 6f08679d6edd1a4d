//! The server's end of a connection against a client that sends whatever bytes it likes. The modules are the
//! sections of the public Autobahn suite.

#![cfg(feature = "deflate")]

mod client;
mod closing;
mod compression;
mod fragments;
mod framing;
mod limits;
mod pings;
mod text;
