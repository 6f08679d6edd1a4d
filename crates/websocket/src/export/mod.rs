//! A capture as files for other tools: pcapng, with headers made up below the bytes that crossed, and JSON.

mod blocks;
mod json;
mod packet;
mod pcapng;

pub use json::capture_json;
pub use pcapng::{Connection, Pcapng, SYNTHESISED, Segment};
