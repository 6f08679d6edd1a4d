//! The end of a run's log, as much as the page keeps.

use std::collections::VecDeque;
use std::collections::vec_deque::Iter;

use spillway_streams::{Event, EventKind, FlowCause, PauseCause};

/// How many events of each weight are kept. A flood of chunks so never pushes a verb out.
pub const KEPT: usize = 2_000;

/// How much an event tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// A chunk moved.
    Chunk,
    /// The everyday stop and go between a `false` and its `drain`.
    Waiting,
    /// A verb, a change of state, an error: what a learner looks for.
    Deed,
}

/// Which events to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter {
    /// Show every chunk.
    pub chunks: bool,
    /// Show every `false`, `drain`, and what they stop and start.
    pub waiting: bool,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            chunks: false,
            waiting: true,
        }
    }
}

/// The last events of a run.
#[derive(Debug, Default)]
pub struct Log {
    chunks: VecDeque<Event>,
    waiting: VecDeque<Event>,
    deeds: VecDeque<Event>,
}

impl Log {
    /// Adds the newest event. How a stage spends its time and what it has open is drawn, not told.
    pub fn push(&mut self, event: &Event) {
        if matches!(
            event.kind,
            EventKind::Times { .. } | EventKind::Resources { .. }
        ) {
            return;
        }
        let kept = match weigh(&event.kind) {
            Weight::Chunk => &mut self.chunks,
            Weight::Waiting => &mut self.waiting,
            Weight::Deed => &mut self.deeds,
        };
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(event.clone());
    }

    /// The last `count` events that pass the filter, oldest first.
    #[must_use]
    pub fn last(&self, count: usize, filter: Filter) -> Vec<&Event> {
        self.before(u64::MAX, count, filter)
    }

    /// The events around one of them that pass the filter, at most `count`, and that one in any
    /// case, oldest first.
    #[must_use]
    pub fn around(&self, seq: u64, count: usize, filter: Filter) -> Vec<&Event> {
        let mut found = self.before(seq, count / 2, filter);
        found.extend(self.find(seq));
        let lists = self.lists(filter);
        let mut at = lists.map(|events| cut(events, seq + 1));
        let most = found.len() + count / 2;
        while found.len() < most {
            // Each list is in order, so the next event is the first of what is left of them.
            let next = (0..lists.len()).filter_map(|i| Some((i, lists[i]?.get(at[i])?)));
            let Some((i, event)) = next.min_by_key(|(_, event)| event.seq) else {
                break;
            };
            at[i] += 1;
            found.push(event);
        }
        found
    }

    /// The last `count` events before `seq` that pass the filter, oldest first.
    fn before(&self, seq: u64, count: usize, filter: Filter) -> Vec<&Event> {
        let lists = self.lists(filter);
        let mut left = lists.map(|events| cut(events, seq));
        let mut found = Vec::new();
        while found.len() < count {
            // Each list is in order, so the newest event is the newest of their ends.
            let end = |i: usize| Some((i, lists[i]?.get(left[i].checked_sub(1)?)?));
            let ends = (0..lists.len()).filter_map(end);
            let Some((i, event)) = ends.max_by_key(|(_, event)| event.seq) else {
                break;
            };
            left[i] -= 1;
            found.push(event);
        }
        found.reverse();
        found
    }

    fn find(&self, seq: u64) -> Option<&Event> {
        let all = Filter {
            chunks: true,
            waiting: true,
        };
        let lists = self.lists(all).into_iter().flatten();
        let mut there = lists.filter_map(|events| events.get(cut(Some(events), seq)));
        there.find(|event| event.seq == seq)
    }

    fn lists(&self, filter: Filter) -> [Option<&VecDeque<Event>>; 3] {
        [
            Some(&self.deeds),
            Some(&self.waiting).filter(|_| filter.waiting),
            Some(&self.chunks).filter(|_| filter.chunks),
        ]
    }

    /// What is kept of each weight after `seq`, oldest first: deeds, waiting, chunks.
    #[must_use]
    pub fn since(&self, seq: u64) -> [Iter<'_, Event>; 3] {
        [&self.deeds, &self.waiting, &self.chunks]
            .map(|events| events.range(events.partition_point(|event| event.seq <= seq)..))
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

/// How many events of a list come before `seq`.
fn cut(events: Option<&VecDeque<Event>>, seq: u64) -> usize {
    events.map_or(0, |events| events.partition_point(|event| event.seq < seq))
}

/// How much an event tells.
#[must_use]
pub const fn weigh(kind: &EventKind) -> Weight {
    match kind {
        EventKind::Wrote { answer: true, .. }
        | EventKind::Pushed { .. }
        | EventKind::Data { .. }
        | EventKind::Discarded { .. }
        | EventKind::Taken { .. }
        | EventKind::InWork { .. }
        | EventKind::Resources { .. }
        | EventKind::Times { .. } => Weight::Chunk,
        EventKind::Wrote { .. }
        | EventKind::Drain
        | EventKind::Paused {
            by: PauseCause::Backpressure { .. },
        }
        | EventKind::Flowing {
            by: FlowCause::Drain { .. },
            undid_pause: false,
        } => Weight::Waiting,
        _ => Weight::Deed,
    }
}

#[cfg(test)]
mod tests {
    use spillway_streams::{StageId, Verb};

    use super::*;

    fn event(seq: u64, kind: EventKind) -> Event {
        Event {
            seq,
            at_us: seq,
            stage: StageId(0),
            kind,
        }
    }

    const fn work(bytes: u64) -> EventKind {
        EventKind::InWork { bytes }
    }

    fn seqs(log: &Log, count: usize, filter: Filter) -> Vec<u64> {
        log.last(count, filter).iter().map(|e| e.seq).collect()
    }

    #[test]
    fn a_flood_of_chunks_never_pushes_a_verb_out() {
        let mut log = Log::default();
        log.push(&event(1, EventKind::Verb { verb: Verb::Pause }));
        for seq in 2..10_000 {
            log.push(&event(seq, work(seq)));
        }
        assert_eq!(seqs(&log, 50, Filter::default()), [1]);
        assert_eq!(log.chunks.len(), KEPT);
    }

    #[test]
    fn weights_are_merged_in_the_order_they_happened() {
        let mut log = Log::default();
        log.push(&event(1, work(1)));
        log.push(&event(2, EventKind::Drain));
        log.push(&event(3, EventKind::Ended));
        log.push(&event(4, work(2)));
        let all = Filter {
            chunks: true,
            waiting: true,
        };
        assert_eq!(seqs(&log, 50, all), [1, 2, 3, 4]);
        assert_eq!(seqs(&log, 2, all), [3, 4]);
        assert_eq!(seqs(&log, 50, Filter::default()), [2, 3]);
    }

    #[test]
    fn around_an_event_are_those_before_and_after_it_and_itself() {
        let mut log = Log::default();
        for seq in 1..=9 {
            let kind = if seq % 2 == 0 {
                EventKind::Ended
            } else {
                work(seq)
            };
            log.push(&event(seq, kind));
        }
        let around = |seq, count| -> Vec<u64> {
            let found = log.around(seq, count, Filter::default());
            found.iter().map(|event| event.seq).collect()
        };
        assert_eq!(around(4, 4), [2, 4, 6, 8]);
        assert_eq!(
            around(5, 2),
            [4, 5, 6],
            "a chunk, though chunks are not shown"
        );
        assert_eq!(around(99, 4), [6, 8]);
    }

    #[test]
    fn what_is_new_is_what_came_after_an_event() {
        let mut log = Log::default();
        log.push(&event(1, EventKind::Ended));
        log.push(&event(2, EventKind::Drain));
        log.push(&event(3, EventKind::Ended));
        log.push(&event(4, work(1)));
        let new = |seq| {
            let lists = log.since(seq);
            lists.map(|events| events.map(|e| e.seq).collect::<Vec<_>>())
        };
        assert_eq!(new(0), [vec![1, 3], vec![2], vec![4]]);
        assert_eq!(new(2), [vec![3], vec![], vec![4]]);
        assert_eq!(new(4).concat(), [0; 0]);
    }

    #[test]
    fn a_pause_that_a_drain_undid_is_never_everyday() {
        let undone = EventKind::Flowing {
            by: FlowCause::Drain { of: StageId(1) },
            undid_pause: true,
        };
        assert_eq!(weigh(&undone), Weight::Deed);
    }
}
