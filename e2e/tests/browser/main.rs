//! The whole of Spillway in a real browser: the real binary on a free port, Chromium by WebDriver.
//!
//! Every test ends with a look at the console of each browser: an error there fails it.

mod addresses;
mod axe;
mod causes;
mod chat;
mod clock;
mod closing;
mod compare;
mod console;
mod course;
mod everyone;
mod first_load;
mod frames;
mod hands;
mod lesson;
mod looks;
mod loss;
mod playground;
mod predict;
mod presenter;
mod pressure;
mod rewind;
mod room;
mod screenshots;
mod streams;
mod transports;
mod tshark;
mod two_tabs;
mod wire;
mod workbench;
