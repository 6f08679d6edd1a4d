//! The wire types read and written field by field instead of through serde's derived code.
//!
//! For enums told apart by a tag that code is a fifth of the compressed page, and the page has a
//! budget. Both speak the same JSON: the tests hold every kind of message against serde's reading
//! of it, and do not compile when a kind is missing.

mod chat;
mod control;
mod course;
mod event;
mod fields;
mod parse;
mod stages;
#[cfg(test)]
mod tests;
mod transports;
mod view;
mod write;

pub use chat::{from_client, from_server};
pub use control::message;
pub use course::course;
pub use fields::flag_lists;
pub use stages::{catalogue, uploaded, uploads};
pub use transports::{note, notes, queues, server_clock, trial, trial_measured};
pub use write::{flags, request, say};
