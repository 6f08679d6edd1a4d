//! The Spillway page.
//!
//! What is pure lives in [`model`] (folds of what the server says), [`words`] (what the page says)
//! and [`geometry`] (where things are drawn): it compiles natively and is tested there. All else
//! touches the browser and is compiled for it alone, so that the native tests need no browser
//! crate.

#[cfg(target_arch = "wasm32")]
pub mod app;
#[cfg(target_arch = "wasm32")]
pub mod components;
#[cfg(target_arch = "wasm32")]
pub mod connection;
pub mod geometry;
pub mod model;
#[cfg(target_arch = "wasm32")]
pub mod pages;
#[cfg(target_arch = "wasm32")]
pub mod state;
pub mod words;
