//! Puts the page into the browser.

fn main() {}
