//! What the tests in a real browser stand on: the server and chromedriver as processes, a browser
//! that says what it shows, a relay that records, and a stage that tidies up after each test.
//!
//! The tests themselves are in `tests/browser`. They need the binary `spillway` with the page in
//! it (`cargo xtask build`) and Debian's `chromium` and `chromium-driver`; `cargo xtask test` brings
//! all of them and names them in `SPILLWAY_BIN`, `SPILLWAY_CHROMIUM` and `SPILLWAY_CHROMEDRIVER`.

mod axe;
mod browser;
mod driver;
mod plain_http;
mod recorder;
mod relay;
mod sample;
mod scene;
mod server;
mod wait;

pub use fantoccini::key::Key;

pub use axe::{Node, Violation};
pub use browser::{Browser, Entry, Seen, Viewport, id};
pub use plain_http::{Answer, get};
pub use recorder::{Memory, Recorded, Spread};
pub use relay::{Recording, Relay};
pub use sample::{big_cities, gunzip};
pub use scene::{Scene, play, play_alone, play_as_a_crowd, play_measuring, play_with};
pub use server::Server;
pub use wait::{Look, wait_until};
