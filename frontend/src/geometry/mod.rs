//! The maths of drawing: numbers in, numbers out, no browser.

pub mod board;
pub mod layout;
pub mod rove;
pub mod scale;
pub mod tank;
