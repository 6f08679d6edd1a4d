//! The parts of the page, a folder or a file each.

pub mod chat;
pub mod clock_bar;
pub mod code_tabs;
pub mod compare;
pub mod copy;
mod focus;
pub mod header;
pub mod hints;
pub mod keys;
pub mod live_region;
pub mod log_view;
pub mod menu;
pub mod pipeline;
pub mod playground;
pub mod run_bar;
pub mod sheets;
mod slots;
pub mod sound;
pub mod stage_view;
pub mod table_view;
pub mod time_bar;
pub mod verb_bar;
pub mod verdict_bar;
pub mod views;
pub mod wire;
pub mod workbench;
