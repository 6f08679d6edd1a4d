//! The maths of drawing: numbers in, numbers out, no browser.

pub mod board;
pub mod clock;
pub mod layout;
pub mod rove;
pub mod tank;
pub mod throttle;
