//! The dissector, seen from outside.

mod any_bytes;
mod bounds;
#[cfg(feature = "deflate")]
mod compressed;
mod fields;
mod rfc_examples;
mod streams;
mod support;
