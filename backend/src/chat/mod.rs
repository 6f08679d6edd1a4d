//! `GET /ws/chat/{room}`: rooms in which people talk.
//!
//! Each room is a task that owns its members and has its newest messages at hand. Each member is a
//! connection's task with a bounded queue: the room never waits for a member, it drops one that is
//! too slow. What is said is kept by a [`store`] before anybody hears it; one task writes.

mod bucket;
mod clock;
mod connection;
mod history;
mod incoming;
mod names;
mod room;
mod rooms;
mod routes;
mod seat;
mod store;

pub use rooms::Rooms;
pub use routes::routes;
pub use store::StoreError;
