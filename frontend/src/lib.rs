//! The Spillway page.
//!
//! What is pure lives in [`model`] (folds of what the server says), [`words`] (what the page says)
//! and [`geometry`] (where things are drawn): it compiles natively and is tested there. All else
//! touches the browser and is compiled for it alone.

pub mod geometry;
pub mod model;
pub mod words;
