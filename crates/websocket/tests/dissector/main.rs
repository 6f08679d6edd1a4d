//! The dissector, seen from outside.

mod any_bytes;
mod bounds;
mod fields;
mod rfc_examples;
mod streams;
mod support;
