//! The whole of Spillway in a real browser: the real binary on a free port, Chromium by WebDriver.

mod streams;
