//! The last messages of a room, at hand for whoever comes in.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use axum::extract::ws::Utf8Bytes;

/// Messages as they were sent, oldest first. Sharing the text with the members' queues, a message
/// is encoded and kept once.
#[derive(Debug)]
pub(super) struct History {
    /// At most [`MAX_MESSAGES`]; the last one has the room's highest `seq`.
    kept: VecDeque<Utf8Bytes>,
    /// `seq` of the last message ever said in the room.
    last: u64,
    /// Bytes kept by all rooms together.
    bytes: Arc<AtomicUsize>,
}

/// What a member who came back has missed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Missed {
    /// First and last `seq` that is not kept any more.
    pub(super) gap: Option<(u64, u64)>,
    pub(super) messages: Vec<Utf8Bytes>,
}

impl History {
    pub(super) fn new(bytes: Arc<AtomicUsize>) -> Self {
        Self {
            kept: VecDeque::new(),
            last: 0,
            bytes,
        }
    }

    /// `seq` of the last message; 0 when there was none.
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// Forgets all; the next message has this `seq`.
    pub(super) fn begin_at(&mut self, seq: u64) {
        let kept = self.kept.drain(..).map(|message| message.len()).sum();
        self.bytes.fetch_sub(kept, Relaxed);
        self.last = seq.saturating_sub(1);
    }

    /// Keeps the message with the next `seq`.
    pub(super) fn push(&mut self, message: Utf8Bytes) {
        self.last += 1;
        let mut total = self.bytes.fetch_add(message.len(), Relaxed) + message.len();
        self.kept.push_back(message);
        while self.kept.len() > MAX_MESSAGES || (total > MAX_BYTES && self.kept.len() > 1) {
            let Some(oldest) = self.kept.pop_front() else {
                return;
            };
            total = self.bytes.fetch_sub(oldest.len(), Relaxed) - oldest.len();
        }
    }

    /// One message, if it is still kept.
    pub(super) fn get(&self, seq: u64) -> Option<&Utf8Bytes> {
        let at = seq.checked_sub(self.first())?;
        self.kept.get(usize::try_from(at).ok()?)
    }

    /// What was said after `seq`. A `seq` that was never said is of an earlier life of the room,
    /// so all that is kept is new to whoever asks.
    pub(super) fn after(&self, seq: u64) -> Missed {
        let wanted = if seq > self.last { 1 } else { seq + 1 };
        let first = self.first();
        let gap = (wanted < first).then(|| (wanted, first - 1));
        let skip = usize::try_from(wanted.saturating_sub(first)).unwrap_or(usize::MAX);
        Missed {
            gap,
            messages: self.kept.iter().skip(skip).cloned().collect(),
        }
    }

    /// `seq` of the oldest message kept.
    fn first(&self) -> u64 {
        self.last + 1 - self.kept.len() as u64
    }
}

impl Drop for History {
    fn drop(&mut self) {
        let kept = self.kept.iter().map(|message| message.len()).sum();
        self.bytes.fetch_sub(kept, Relaxed);
    }
}

/// Messages kept per room.
const MAX_MESSAGES: usize = 1000;

/// Bytes kept by all rooms together, so that long messages in many rooms cannot fill the memory:
/// a room that speaks above it forgets its oldest.
const MAX_BYTES: usize = 256 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn history(count: usize) -> History {
        let mut history = History::new(Arc::default());
        for seq in 1..=count {
            history.push(seq.to_string().into());
        }
        history
    }

    fn check(history: &History, after: u64, gap: Option<(u64, u64)>, first: &str, count: usize) {
        let missed = history.after(after);
        assert_eq!(missed.gap, gap);
        assert_eq!(missed.messages.len(), count);
        assert_eq!(
            missed
                .messages
                .first()
                .map_or("", |message| message.as_str()),
            first
        );
    }

    #[test]
    fn what_was_missed_comes_in_order() {
        let history = history(5);
        check(&history, 0, None, "1", 5);
        check(&history, 3, None, "4", 2);
        check(&history, 5, None, "", 0);
        check(&history, 99, None, "1", 5);
        check(&History::new(Arc::default()), 0, None, "", 0);
    }

    #[test]
    fn what_is_not_kept_is_a_gap() {
        let history = history(1200);
        check(&history, 0, Some((1, 200)), "201", 1000);
        check(&history, 150, Some((151, 200)), "201", 1000);
        check(&history, 200, None, "201", 1000);
        check(&history, 9999, Some((1, 200)), "201", 1000);
    }

    #[test]
    fn one_message_is_found_while_it_is_kept() {
        let history = history(1200);
        assert_eq!(history.get(200), None);
        assert_eq!(history.get(201).unwrap().as_str(), "201");
        assert_eq!(history.get(1200).unwrap().as_str(), "1200");
        assert_eq!(history.get(1201), None);
    }

    #[test]
    fn bytes_of_all_rooms_are_counted_and_bounded() {
        let bytes = Arc::new(AtomicUsize::new(MAX_BYTES));
        let mut history = History::new(Arc::clone(&bytes));
        for _ in 0..10 {
            history.push("x".repeat(100).into());
        }
        assert_eq!(history.kept.len(), 1);
        drop(history);
        assert_eq!(bytes.load(Relaxed), MAX_BYTES);
    }
}
