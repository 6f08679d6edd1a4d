//! Any bytes, in any pieces: nothing panics, nothing depends on where the bytes were cut, nothing grows.

#![cfg(feature = "deflate")]

mod inflaters;
