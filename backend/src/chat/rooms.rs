//! All rooms of the server.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use spillway_protocol::chat::FromServer;
use tokio::sync::mpsc;

use super::clock::Clock;
use super::names::Refusal;
use super::room::{Command, MAX_COMMANDS, Room};
use super::store::{Key, Page, SqliteStore, Store, StoreError};
use crate::metrics::Metrics;

/// Finds rooms by name and makes them. A room is at hand until the server stops, or until there are
/// too many and it has been without visitors the longest; what was said in it is in the store.
#[derive(Debug)]
pub struct Rooms {
    /// Only held to look up a handle; rooms themselves are tasks.
    open: Mutex<HashMap<String, Entry>>,
    /// Bytes of history kept by all rooms.
    bytes: Arc<AtomicUsize>,
    store: Arc<dyn Store>,
    clock: Clock,
    metrics: Arc<Metrics>,
}

/// Held by every visitor. When none is held, not even here, the room ends.
#[derive(Debug)]
pub(super) struct Handle {
    pub(super) commands: mpsc::Sender<Command>,
    name: Arc<str>,
    store: Arc<dyn Store>,
}

#[derive(Debug)]
struct Entry {
    /// No other handle is held when the room is empty.
    handle: Arc<Handle>,
    /// The last visit, counted in visits to any room.
    visit: u64,
}

impl Handle {
    /// A page of what is kept.
    pub(super) async fn history(
        &self,
        before: Option<u64>,
        limit: usize,
    ) -> Result<FromServer, StoreError> {
        let seq = before.unwrap_or(u64::MAX);
        let page = self.store.page(&self.name, Page::Before { seq, limit });
        let entries = page.await?;
        let more = match entries.first() {
            Some(first) => {
                let (seq, limit) = (first.seq, 1);
                let older = self.store.page(&self.name, Page::Before { seq, limit });
                !older.await?.is_empty()
            }
            None => false,
        };
        Ok(FromServer::History {
            before,
            messages: entries.into_iter().map(FromServer::from).collect(),
            more,
        })
    }
}

impl Rooms {
    /// Rooms kept in this file, which is made when it is not there.
    pub fn kept_in(file: PathBuf, metrics: Arc<Metrics>) -> Self {
        Self::new(Arc::new(SqliteStore::new(file)), Clock::system(), metrics)
    }

    /// No room is open yet.
    pub(super) fn new(store: Arc<dyn Store>, clock: Clock, metrics: Arc<Metrics>) -> Self {
        Self {
            open: Mutex::default(),
            bytes: Arc::default(),
            store,
            clock,
            metrics,
        }
    }

    /// Opens what the rooms are kept in, unless that is done.
    ///
    /// # Errors
    /// When it cannot be used; it is then as it was.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.store.ready().await
    }

    /// Whether somebody with this token was in the room, as far as the store knows.
    pub(super) async fn knows(&self, room: &str, token: &str) -> Result<bool, Refusal> {
        let known = self.store.knows(room, &Key::of(token)).await;
        known.map_err(|error| {
            tracing::error!(room, %error, "a room cannot be read");
            let message = format!("what was said in this room cannot be read: {error}");
            ("unreadable", message)
        })
    }

    /// The room of this name, made when there is none.
    pub(super) fn visit(&self, name: &str) -> Result<Arc<Handle>, Refusal> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let visit = open.values().map(|entry| entry.visit).max().unwrap_or(0) + 1;
        if let Some(entry) = open.get_mut(name) {
            entry.visit = visit;
            return Ok(Arc::clone(&entry.handle));
        }
        if open.len() >= MAX_ROOMS {
            let empty = open
                .iter()
                .filter(|(_, entry)| Arc::strong_count(&entry.handle) == 1);
            let oldest = empty
                .min_by_key(|(_, entry)| entry.visit)
                .map(|(name, _)| name.clone());
            let Some(oldest) = oldest else {
                let message = format!("{MAX_ROOMS} rooms are in use; join one of them");
                return Err(("too_many_rooms", message));
            };
            open.remove(&oldest);
        }
        let (commands, queue) = mpsc::channel(MAX_COMMANDS);
        let room = Room::new(
            name,
            Arc::clone(&self.store),
            Arc::clone(&self.bytes),
            self.clock.clone(),
            Arc::clone(&self.metrics),
        );
        tokio::spawn(room.run(queue));
        let handle = Arc::new(Handle {
            commands,
            name: name.into(),
            store: Arc::clone(&self.store),
        });
        open.insert(
            name.to_owned(),
            Entry {
                handle: Arc::clone(&handle),
                visit,
            },
        );
        self.metrics.rooms.store(open.len() as u64, Relaxed);
        Ok(handle)
    }
}

/// Rooms kept at the same time.
const MAX_ROOMS: usize = 1000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::store::memory::MemoryStore;

    fn in_memory() -> Rooms {
        Rooms::new(
            Arc::new(MemoryStore::default()),
            Clock::system(),
            Arc::default(),
        )
    }

    #[tokio::test]
    async fn above_the_limit_the_room_that_is_empty_longest_goes() {
        let rooms = in_memory();
        let held = rooms.visit("held").unwrap();
        let first = Arc::downgrade(&rooms.visit("room-1").unwrap());
        for number in 2..MAX_ROOMS {
            rooms.visit(&format!("room-{number}")).unwrap();
        }
        assert!(first.upgrade().is_some());
        rooms.visit("one-more").unwrap();
        assert!(first.upgrade().is_none());
        assert!(Arc::ptr_eq(&held, &rooms.visit("held").unwrap()));
        assert_eq!(rooms.metrics.rooms.load(Relaxed), MAX_ROOMS as u64);
    }

    #[tokio::test]
    async fn when_every_room_is_in_use_a_new_one_is_refused() {
        let rooms = in_memory();
        let held: Vec<_> = (0..MAX_ROOMS)
            .map(|number| rooms.visit(&number.to_string()).unwrap())
            .collect();
        assert_eq!(rooms.visit("one-more").unwrap_err().0, "too_many_rooms");
        drop(held);
        assert!(rooms.visit("one-more").is_ok());
    }
}
