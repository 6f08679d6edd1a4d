//! What the page knows, as plain structs without a browser: folds of what the server says.

pub mod address;
pub mod bottleneck;
pub mod causes;
pub mod chat;
pub mod closing;
pub mod compare;
pub mod course;
#[cfg(test)]
pub(crate) mod driven;
pub mod echo;
pub mod history;
pub mod instruments;
pub mod log;
pub mod meter;
pub mod playground;
pub mod pressure;
pub mod progress;
pub mod run;
#[cfg(test)]
pub(crate) mod sample;
pub mod show;
pub mod sound;
pub mod transports;
pub mod wire;
pub mod workbench;
