//! The connections that the server is about to open to itself.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::Sender;

use crate::wire::WatchEvent;

/// By the address they come from, which is bound before they connect: nobody else can come from it.
#[derive(Debug, Default)]
pub(super) struct Expected {
    /// As many as scenarios are under way.
    watchers: Mutex<HashMap<SocketAddr, Sender<WatchEvent>>>,
}

/// While this lives, the connection is expected.
#[derive(Debug)]
pub(super) struct Expecting {
    expected: Arc<Expected>,
    from: SocketAddr,
    watcher: Sender<WatchEvent>,
}

impl Expected {
    /// A connection from this address is to be shown to `watcher`, from its first byte on.
    pub(super) fn expect(
        self: &Arc<Self>,
        from: SocketAddr,
        watcher: Sender<WatchEvent>,
    ) -> Expecting {
        self.watchers().insert(from, watcher.clone());
        Expecting {
            expected: Arc::clone(self),
            from,
            watcher,
        }
    }

    /// The watcher of a connection that has come; it comes once.
    pub(super) fn take(&self, from: SocketAddr) -> Option<Sender<WatchEvent>> {
        let mut watchers = self.watchers();
        if watchers.is_empty() {
            return None;
        }
        // A listener of both families names an IPv4 client by its IPv6 form.
        watchers.remove(&SocketAddr::new(from.ip().to_canonical(), from.port()))
    }

    fn watchers(&self) -> MutexGuard<'_, HashMap<SocketAddr, Sender<WatchEvent>>> {
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Expecting {
    fn drop(&mut self) {
        let mut watchers = self.expected.watchers();
        // The address may be somebody else's by now.
        if watchers
            .get(&self.from)
            .is_some_and(|watcher| watcher.same_channel(&self.watcher))
        {
            watchers.remove(&self.from);
        }
    }
}
