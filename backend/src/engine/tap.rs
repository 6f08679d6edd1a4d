//! What the page gets of a run's log. The tap never waits: what the page has no room for is
//! thinned, counted, and made good by the exact picture.

use std::collections::VecDeque;

use spillway_protocol::control::{Clock, Message};
use spillway_streams::{Event, RunView};

use super::outbox::{Outbox, Unsent};

/// Chunk events in one batch; at 30 batches a second more than a page can draw.
const CHUNK_EVENTS: usize = 120;

/// Events of any kind that may wait. Beyond it the page gets a snapshot instead.
const MAX_PENDING: usize = 5_000;

/// Events kept for a page that comes back.
const RECENT: usize = 300;

/// The log of a run on its way to a page.
#[derive(Debug, Default)]
pub(super) struct Tap {
    pending: Vec<Event>,
    chunk_events: usize,
    /// The pending batch lacks events, so the exact picture goes with it.
    gap: bool,
    /// Nothing pending makes sense without a snapshot first.
    needs_snapshot: bool,
    thinned: u64,
    recent: VecDeque<Event>,
    /// The page that the last messages went to: another one begins with a snapshot.
    page: u64,
}

impl Tap {
    /// A tap whose first message is a snapshot.
    pub(super) fn new() -> Self {
        Self {
            needs_snapshot: true,
            ..Self::default()
        }
    }

    /// Takes an event of the log.
    pub(super) fn push(&mut self, event: Event) {
        if event.kind.may_be_thinned() {
            if self.chunk_events >= CHUNK_EVENTS {
                self.thinned += 1;
                self.gap = true;
                return;
            }
            self.chunk_events += 1;
        }
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(event.clone());
        if self.pending.len() >= MAX_PENDING {
            self.forget_pending();
        }
        if !self.needs_snapshot {
            self.pending.push(event);
        }
    }

    /// The page lost its place: the next message is a snapshot.
    pub(super) fn ask_snapshot(&mut self) {
        self.forget_pending();
    }

    /// Chunk events thinned out so far.
    pub(super) fn thinned(&self) -> u64 {
        self.thinned
    }

    /// Whether something waits for the page.
    pub(super) fn has_pending(&self) -> bool {
        self.needs_snapshot || self.gap || !self.pending.is_empty()
    }

    /// Sends what waits, if the page has room.
    pub(super) fn flush(
        &mut self,
        outbox: &Outbox,
        run: &str,
        snapshot: impl FnOnce() -> Snapshot,
    ) {
        let page = outbox.page();
        if page != self.page {
            self.page = page;
            self.forget_pending();
        }
        if !self.has_pending() {
            return;
        }
        if self.needs_snapshot {
            self.flush_snapshot(outbox, run, snapshot());
        } else {
            self.flush_events(outbox, run, snapshot);
        }
    }

    fn flush_snapshot(&mut self, outbox: &Outbox, run: &str, snapshot: Snapshot) {
        let message = Message::Snapshot {
            run: run.to_owned(),
            lesson: snapshot.lesson,
            view: snapshot.view,
            clock: snapshot.clock,
            recent: self.recent.iter().cloned().collect(),
            thinned: self.thinned,
            downloads: snapshot.downloads,
        };
        if outbox.send_to(self.page, message).is_ok() {
            self.forget_pending();
            self.needs_snapshot = false;
        }
    }

    fn flush_events(&mut self, outbox: &Outbox, run: &str, snapshot: impl FnOnce() -> Snapshot) {
        let message = Message::Events {
            run: run.to_owned(),
            events: std::mem::take(&mut self.pending),
            thinned: self.thinned,
            view: self.gap.then(|| snapshot().view),
        };
        match outbox.send_to(self.page, message) {
            Ok(()) => {
                self.gap = false;
                self.chunk_events = 0;
            }
            Err(Unsent::NoPage) => self.forget_pending(),
            Err(Unsent::Full(message)) => {
                if let Message::Events { events, .. } = *message {
                    self.pending = events;
                }
            }
        }
    }

    fn forget_pending(&mut self) {
        self.pending = Vec::new();
        self.chunk_events = 0;
        self.gap = false;
        self.needs_snapshot = true;
    }
}

/// What a snapshot holds besides the log.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) lesson: Option<String>,
    pub(super) view: RunView,
    pub(super) clock: Clock,
    pub(super) downloads: Vec<spillway_protocol::control::Download>,
}

#[cfg(test)]
mod tests {
    use spillway_streams::{EventKind, StageId};

    use super::*;

    fn event(seq: u64, kind: EventKind) -> Event {
        Event {
            seq,
            at_us: 0,
            stage: StageId(0),
            kind,
        }
    }

    fn chunk(seq: u64) -> Event {
        event(seq, EventKind::InWork { bytes: seq })
    }

    fn snapshot() -> Snapshot {
        Snapshot {
            lesson: None,
            view: RunView {
                seq: 77,
                ..RunView::default()
            },
            clock: Clock::default(),
            downloads: Vec::new(),
        }
    }

    fn watched() -> (Tap, Outbox, tokio::sync::mpsc::Receiver<Message>) {
        let outbox = Outbox::default();
        let mut page = outbox.attach();
        let mut tap = Tap::new();
        tap.flush(&outbox, "r", snapshot);
        assert!(matches!(page.try_recv(), Ok(Message::Snapshot { .. })));
        (tap, outbox, page)
    }

    #[test]
    fn a_page_that_has_just_come_back_gets_no_event_before_its_snapshot() {
        let (mut tap, outbox, _left) = watched();
        let mut back = outbox.attach();
        tap.push(event(1, EventKind::Drain));
        tap.flush(&outbox, "r", snapshot);
        assert!(matches!(back.try_recv(), Ok(Message::Snapshot { .. })));
        tap.push(event(2, EventKind::Drain));
        tap.flush(&outbox, "r", snapshot);
        assert!(matches!(back.try_recv(), Ok(Message::Events { .. })));
    }

    #[test]
    fn too_many_chunk_events_are_thinned_counted_and_made_good_by_the_picture() {
        let (mut tap, outbox, mut page) = watched();
        for seq in 1..=200 {
            tap.push(chunk(seq));
        }
        tap.push(event(201, EventKind::Drain));
        tap.flush(&outbox, "r", snapshot);
        let Ok(Message::Events {
            events,
            thinned,
            view,
            ..
        }) = page.try_recv()
        else {
            panic!("no events")
        };
        assert_eq!(events.len(), CHUNK_EVENTS + 1);
        assert_eq!(events.last().unwrap().kind, EventKind::Drain);
        assert_eq!(thinned, 80);
        assert_eq!(view.unwrap().seq, 77);
    }

    #[test]
    fn a_batch_without_a_gap_needs_no_picture() {
        let (mut tap, outbox, mut page) = watched();
        tap.push(chunk(1));
        tap.flush(&outbox, "r", snapshot);
        assert!(matches!(
            page.try_recv(),
            Ok(Message::Events { view: None, .. })
        ));
    }

    #[test]
    fn a_page_that_does_not_read_gets_a_snapshot_when_it_reads_again() {
        let (mut tap, outbox, mut page) = watched();
        let mut seq = 0;
        for _ in 0..20 {
            for _ in 0..1_000 {
                seq += 1;
                tap.push(event(seq, EventKind::Drain));
            }
            for _ in 0..10 {
                tap.flush(&outbox, "r", snapshot);
            }
        }
        assert!(tap.pending.len() <= MAX_PENDING);
        assert!(tap.recent.len() <= RECENT);
        while page.try_recv().is_ok() {}
        for seq in 1..=MAX_PENDING as u64 + 1 {
            tap.push(event(seq, EventKind::Drain));
        }
        tap.flush(&outbox, "r", snapshot);
        assert!(matches!(page.try_recv(), Ok(Message::Snapshot { .. })));
    }
}
