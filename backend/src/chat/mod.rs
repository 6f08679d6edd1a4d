//! `GET /ws/chat/{room}`: rooms in which people talk.
//!
//! Each room is a task that owns its members and its history. Each member is a connection's task
//! with a bounded queue: the room never waits for a member, it drops one that is too slow.

mod bucket;
mod connection;
mod history;
mod incoming;
mod names;
mod room;
mod rooms;
mod routes;
mod seat;

pub use rooms::Rooms;
pub use routes::routes;
