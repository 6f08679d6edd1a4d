//! Scenarios: their text, and what a server answers to the presets.

#![cfg(feature = "deflate")]

mod presets;
mod text;
