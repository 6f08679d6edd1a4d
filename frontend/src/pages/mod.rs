//! What an address shows, a file or folder each.

pub mod chat;
pub mod closing;
pub mod compare;
pub mod course;
pub mod echo;
pub mod lesson;
pub mod not_found;
pub mod playground;
pub mod pressure;
pub mod transports;
pub mod workbench;
