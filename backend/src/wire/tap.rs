//! What a connection's bytes are told to.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use spillway_protocol::control::Direction;
use thiserror::Error;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{OwnedPermit, Sender};
use tokio::time::Instant;

use super::meter::{since, thread_cpu};
use super::{ChatEvent, Meter, Span, WatchEvent};
use crate::metrics::Metrics;

/// The tap of one connection, shared by its stream and its handlers.
#[derive(Debug)]
pub struct Tap {
    /// [`HEADS`], [`OFF`], [`WATCHED`] or [`COUNTED`]: the one thing an unwatched read or write looks at.
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
/// Nobody will ever watch this connection, but its bytes are counted.
const COUNTED: u8 = 3;

#[derive(Debug, Default)]
struct Inner {
    /// What was read since the last answer, at most [`MAX_HEAD`].
    head: Vec<u8>,
    /// Bytes read since the last answer, kept or not.
    asked: u64,
    /// The next read begins another request.
    answered: bool,
    capture: Option<Capture>,
    meter: Option<(Arc<Meter>, Span)>,
}

#[derive(Debug)]
struct Capture {
    watcher: Sender<WatchEvent>,
    /// Room for `Closed`, held from the start so that the end is always told.
    closing: Option<OwnedPermit<WatchEvent>>,
    began: Instant,
    /// Bytes that crossed since the watcher's queue was full; nothing is told after that.
    lost: u64,
    /// Who has ended its side first.
    ended_by: Option<Direction>,
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
        let mode = self.mode.load(Ordering::Acquire);
        if mode == OFF {
            return;
        }
        let mut inner = self.inner();
        if mode == HEADS {
            inner.keep_head(direction, bytes);
        }
        if let Some((meter, _)) = &inner.meter {
            meter.crossed(direction, bytes.len() as u64);
        }
        drop(inner);
        if mode == WATCHED {
            self.tell(direction, bytes);
        }
    }

    pub(super) fn off(&self) {
        let mut inner = self.inner();
        if inner.capture.is_none() {
            self.unwatched(&inner);
            inner.head = Vec::new();
        }
    }

    /// The mode of a connection that nobody watches any more, and nobody will.
    fn unwatched(&self, inner: &Inner) {
        let counted = matches!(inner.meter, Some((_, Span::Rest)));
        let mode = if counted { COUNTED } else { OFF };
        self.mode.store(mode, Ordering::Release);
    }

    /// Counts the request that is being answered, and what follows it, for `meter`.
    pub(super) fn count(&self, meter: Arc<Meter>, span: Span) {
        let mut inner = self.inner();
        meter.began();
        meter.crossed(Direction::ToServer, inner.asked);
        inner.meter = Some((meter, span));
        if span == Span::Rest && inner.capture.is_none() {
            self.unwatched(&inner);
            inner.head = Vec::new();
        }
    }

    /// Does `work` on the connection and counts the CPU time that it takes, if somebody wants it
    /// counted by then.
    pub(crate) fn timed<T>(&self, work: impl FnOnce() -> T) -> T {
        let before = thread_cpu();
        let done = work();
        if let (Some((meter, _)), Some(spent)) = (&self.inner().meter, since(before)) {
            meter.spent(spent);
        }
        done
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
        let head = WatchEvent::Bytes {
            direction: Direction::ToServer,
            at_us: 0,
            bytes: Bytes::copy_from_slice(&inner.head[start..]),
        };
        self.begin(&mut inner, watcher, Some(head))
    }

    /// Shows a connection of which nothing has been read yet.
    pub(super) fn watch_all(&self, watcher: Sender<WatchEvent>) -> Result<(), CannotWatch> {
        self.begin(&mut self.inner(), watcher, None)
    }

    fn begin(
        &self,
        inner: &mut Inner,
        watcher: Sender<WatchEvent>,
        head: Option<WatchEvent>,
    ) -> Result<(), CannotWatch> {
        let closing = watcher
            .clone()
            .try_reserve_owned()
            .map_err(|_| CannotWatch::WatcherGone)?;
        for event in [WatchEvent::Opened].into_iter().chain(head) {
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
            ended_by: None,
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

    /// One side says that no more will come from it, or is gone.
    pub(super) fn ended(&self, by: Direction) {
        if self.mode.load(Ordering::Acquire) == WATCHED
            && let Some(capture) = &mut self.inner().capture
        {
            capture.ended_by.get_or_insert(by);
        }
    }

    /// The connection is over.
    pub(super) fn closed(&self) {
        self.mode.store(OFF, Ordering::Release);
        if let Some(mut capture) = self.inner().capture.take()
            && let Some(permit) = capture.closing.take()
        {
            permit.send(WatchEvent::Closed {
                lost: capture.lost,
                // Nobody but the server itself lets go of a connection of which nobody has said anything.
                by: capture.ended_by.unwrap_or(Direction::ToClient),
            });
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
                self.unwatched(&inner);
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
            self.asked = 0;
            self.meter = None;
        }
        self.asked += bytes.len() as u64;
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
        let by = Direction::ToClient;
        assert_eq!(last, Some(WatchEvent::Closed { lost: 7, by }));
    }

    #[test]
    fn an_exchange_is_counted_from_its_first_byte_to_its_last_and_no_further() {
        let tap = tap();
        tap.crossed(Direction::ToServer, b"GET /before HTTP/1.1\r\n\r\n");
        tap.crossed(Direction::ToClient, b"HTTP/1.1 200 OK\r\n\r\n");
        tap.crossed(Direction::ToServer, b"GET /counted HT");
        tap.crossed(Direction::ToServer, b"TP/1.1\r\n\r\n");
        let meter = Arc::new(Meter::default());
        tap.count(Arc::clone(&meter), Span::Exchange);
        tap.crossed(Direction::ToClient, b"HTTP/1.1 200 OK\r\n\r\n");
        tap.crossed(Direction::ToClient, b"body");
        tap.crossed(Direction::ToServer, b"GET /after HTTP/1.1\r\n\r\n");
        tap.crossed(Direction::ToClient, b"HTTP/1.1 200 OK\r\n\r\n");
        assert_eq!(
            (meter.requests(), meter.to_server(), meter.to_client()),
            (1, 25, 23)
        );
    }

    #[test]
    fn a_socket_is_counted_until_it_ends_watched_or_not() {
        for watched in [false, true] {
            let tap = tap();
            tap.crossed(Direction::ToServer, REQUEST);
            let (watcher, events) = mpsc::channel(8);
            if watched {
                tap.watch(watcher, LINE).unwrap();
            }
            let meter = Arc::new(Meter::default());
            tap.count(Arc::clone(&meter), Span::Rest);
            tap.off();
            tap.crossed(Direction::ToClient, b"101");
            tap.crossed(Direction::ToServer, b"frame");
            drop(events);
            tap.crossed(Direction::ToClient, b"frames");
            tap.crossed(Direction::ToClient, b"more");
            let sent = REQUEST.len() as u64 + 5;
            assert_eq!((meter.to_server(), meter.to_client()), (sent, 13));
        }
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
