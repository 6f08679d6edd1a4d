//! Exported captures, read back.

#![cfg(feature = "deflate")]

mod capture;
mod json;
mod pcapng;
mod reader;
mod tshark;
