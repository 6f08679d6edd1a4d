//! The Spillway page.
//!
//! What is pure compiles natively and is tested there: [`model`] (folds of what the server says),
//! [`words`] (what the page says), [`geometry`] (where things are drawn), [`picture`] and [`html`]
//! (what is drawn, as text), [`json`] (the wire types read by hand). All else touches the browser
//! and is compiled for it alone, so that the native tests need no browser crate.

#[cfg(target_arch = "wasm32")]
pub mod app;
#[cfg(target_arch = "wasm32")]
pub mod bundles;
#[cfg(target_arch = "wasm32")]
pub mod components;
#[cfg(target_arch = "wasm32")]
pub mod connection;
pub mod geometry;
pub mod html;
pub mod json;
pub mod model;
#[cfg(target_arch = "wasm32")]
pub mod navigation;
#[cfg(target_arch = "wasm32")]
pub mod pages;
pub mod picture;
#[cfg(target_arch = "wasm32")]
pub mod state;
pub mod words;
