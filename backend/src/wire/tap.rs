//! What a connection's bytes are told to.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use spillway_protocol::control::Direction;
use thiserror::Error;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{OwnedPermit, Sender};
use tokio::time::Instant;

use super::{ChatEvent, WatchEvent};
use crate::metrics::Metrics;

/// The tap of one connection, shared by its stream and its handlers.
#[derive(Debug)]
pub struct Tap {
    /// [`HEADS`], [`OFF`] or [`WATCHED`]: the one thing an unwatched read or write looks at.
    mode: AtomicU8,
    /// Never held across an await; only the connection's own reads, writes and handler want it.
    inner: Mutex<Inner>,
    metrics: Arc<Metrics>,
}

/// Keeps a copy of the request being read, in case a handler wants it watched.
const HEADS: u8 = 0;
/// Nobody will ever watch this connection.
const OFF: u8 = 1;
/// Every read and write is told to the watcher.
const WATCHED: u8 = 2;

#[derive(Debug, Default)]
struct Inner {
    /// What was read since the last answer, at most [`MAX_HEAD`].
    head: Vec<u8>,
    /// The next read begins another request.
    answered: bool,
    capture: Option<Capture>,
}

#[derive(Debug)]
struct Capture {
    watcher: Sender<WatchEvent>,
    /// Room for `Closed`, held from the start so that the end is always told.
    closing: Option<OwnedPermit<WatchEvent>>,
    began: Instant,
    /// Bytes that crossed since the watcher's queue was full; nothing is told after that.
    lost: u64,
}

/// Why a connection cannot be shown.
#[derive(Debug, Error, Clone, Copy, PartialEq, Eq)]
pub enum CannotWatch {
    /// The head is longer than the tap keeps, or came together with another request.
    #[error("the request is too long to be watched, or was sent together with another one")]
    HeadNotKept,
    /// The watcher is gone or has no room for the beginning.
    #[error("whoever asked for the token is gone")]
    WatcherGone,
}

impl Tap {
    /// The tap of a new connection.
    pub fn new(metrics: Arc<Metrics>) -> Self {
        Self {
            mode: AtomicU8::new(HEADS),
            inner: Mutex::default(),
            metrics,
        }
    }

    /// Bytes were read from or written to the socket.
    pub(super) fn crossed(&self, direction: Direction, bytes: &[u8]) {
        match self.mode.load(Ordering::Acquire) {
            HEADS => self.inner().keep_head(direction, bytes),
            WATCHED => self.tell(direction, bytes),
            _ => {}
        }
    }

    pub(super) fn off(&self) {
        let mut inner = self.inner();
        if inner.capture.is_none() {
            self.mode.store(OFF, Ordering::Release);
            inner.head = Vec::new();
        }
    }

    pub(super) fn watch(
        &self,
        watcher: Sender<WatchEvent>,
        request_line: &str,
    ) -> Result<(), CannotWatch> {
        let mut inner = self.inner();
        let start = inner
            .start_of(request_line)
            .ok_or(CannotWatch::HeadNotKept)?;
        let closing = watcher
            .clone()
            .try_reserve_owned()
            .map_err(|_| CannotWatch::WatcherGone)?;
        let head = Bytes::copy_from_slice(&inner.head[start..]);
        let opening = [
            WatchEvent::Opened,
            WatchEvent::Bytes {
                direction: Direction::ToServer,
                at_us: 0,
                bytes: head,
            },
        ];
        for event in opening {
            watcher
                .try_send(event)
                .map_err(|_| CannotWatch::WatcherGone)?;
        }
        inner.head = Vec::new();
        inner.capture = Some(Capture {
            watcher,
            closing: Some(closing),
            began: Instant::now(),
            lost: 0,
        });
        self.mode.store(WATCHED, Ordering::Release);
        Ok(())
    }

    pub(super) fn chat_event(&self, event: ChatEvent) {
        if self.mode.load(Ordering::Acquire) != WATCHED {
            return;
        }
        if let Some(capture) = &self.inner().capture
            && capture.watcher.try_send(WatchEvent::Chat(event)).is_err()
        {
            self.metrics
                .dropped_wire_events
                .fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The connection is over.
    pub(super) fn closed(&self) {
        self.mode.store(OFF, Ordering::Release);
        if let Some(mut capture) = self.inner().capture.take()
            && let Some(permit) = capture.closing.take()
        {
            permit.send(WatchEvent::Closed { lost: capture.lost });
        }
    }

    fn tell(&self, direction: Direction, bytes: &[u8]) {
        let mut inner = self.inner();
        let Some(capture) = &mut inner.capture else {
            return;
        };
        match capture.tell(direction, bytes) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                self.metrics
                    .dropped_wire_events
                    .fetch_add(1, Ordering::Relaxed);
            }
            Err(TrySendError::Closed(_)) => {
                inner.capture = None;
                self.mode.store(OFF, Ordering::Release);
            }
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn keep_head(&mut self, direction: Direction, bytes: &[u8]) {
        if direction == Direction::ToClient {
            self.answered = true;
            return;
        }
        if self.answered {
            self.answered = false;
            self.head.clear();
        }
        let room = MAX_HEAD - self.head.len();
        self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Where the request that begins with this line begins, if all of it is kept.
    fn start_of(&self, request_line: &str) -> Option<usize> {
        let wanted = request_line.as_bytes();
        let start = self
            .head
            .windows(wanted.len())
            .rposition(|window| window == wanted)?;
        let begins = start == 0 || self.head[..start].ends_with(b"\r\n\r\n");
        let complete = self.head[start..]
            .windows(4)
            .any(|window| window == b"\r\n\r\n");
        (begins && complete).then_some(start)
    }
}

/// The longest request head that can be watched.
const MAX_HEAD: usize = 16 * 1024;

impl Capture {
    fn tell(&mut self, direction: Direction, bytes: &[u8]) -> Result<(), TrySendError<()>> {
        if self.lost > 0 {
            self.lost += bytes.len() as u64;
            return Err(TrySendError::Full(()));
        }
        let at_us = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let bytes = Bytes::copy_from_slice(bytes);
        let count = bytes.len() as u64;
        match self.watcher.try_send(WatchEvent::Bytes {
            direction,
            at_us,
            bytes,
        }) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => {
                self.lost = count;
                Err(TrySendError::Full(()))
            }
            Err(TrySendError::Closed(_)) => Err(TrySendError::Closed(())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc;

    const LINE: &str = "GET /ws/chat/a?watch=t HTTP/1.";
    const REQUEST: &[u8] = b"GET /ws/chat/a?watch=t HTTP/1.1\r\nhost: b\r\n\r\n";

    fn tap() -> Tap {
        Tap::new(Arc::default())
    }

    fn first_bytes(tap: &Tap) -> Result<Bytes, CannotWatch> {
        let (watcher, mut events) = mpsc::channel(8);
        tap.watch(watcher, LINE)?;
        assert_eq!(events.try_recv().unwrap(), WatchEvent::Opened);
        match events.try_recv().unwrap() {
            WatchEvent::Bytes { bytes, .. } => Ok(bytes),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_was_sent_before_the_request_is_not_shown() {
        let tap = tap();
        tap.crossed(Direction::ToServer, b"GET /secret HTTP/1.1\r\n\r\n");
        tap.crossed(Direction::ToClient, b"HTTP/1.1 200 OK\r\n\r\n");
        tap.crossed(Direction::ToServer, REQUEST);
        assert_eq!(first_bytes(&tap).unwrap(), REQUEST);
    }

    #[test]
    fn a_request_that_came_together_with_another_is_found() {
        let tap = tap();
        let both = [b"GET /secret HTTP/1.1\r\n\r\n", REQUEST].concat();
        tap.crossed(Direction::ToServer, &both);
        assert_eq!(first_bytes(&tap).unwrap(), REQUEST);
    }

    #[test]
    fn a_request_that_is_too_long_or_not_there_cannot_be_watched() {
        let long = tap();
        long.crossed(Direction::ToServer, &REQUEST[..REQUEST.len() - 2]);
        long.crossed(Direction::ToServer, &vec![b'x'; MAX_HEAD]);
        long.crossed(Direction::ToServer, b"\r\n\r\n");
        assert_eq!(first_bytes(&long), Err(CannotWatch::HeadNotKept));
        assert_eq!(first_bytes(&tap()), Err(CannotWatch::HeadNotKept));
    }

    #[test]
    fn the_end_is_told_even_when_the_queue_is_full() {
        let tap = tap();
        tap.crossed(Direction::ToServer, REQUEST);
        let (watcher, mut events) = mpsc::channel(3);
        tap.watch(watcher, LINE).unwrap();
        tap.crossed(Direction::ToClient, b"12345");
        tap.crossed(Direction::ToServer, b"67");
        tap.closed();
        let mut last = None;
        while let Ok(event) = events.try_recv() {
            last = Some(event);
        }
        assert_eq!(last, Some(WatchEvent::Closed { lost: 7 }));
    }

    #[test]
    fn an_unwatched_connection_keeps_nothing() {
        let tap = tap();
        tap.crossed(Direction::ToServer, REQUEST);
        tap.off();
        tap.crossed(Direction::ToServer, b"frame");
        assert_eq!(tap.inner().head.capacity(), 0);
    }
}
