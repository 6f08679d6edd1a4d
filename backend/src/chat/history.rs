//! The last messages of a room, at hand for whoever comes in.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use spillway_protocol::chat::{FromServer, Said};
use tokio::time::Instant;

use super::room::encode;

/// Messages as they were sent, oldest first. Sharing the text with the members' queues, a message
/// is encoded and kept once.
#[derive(Debug)]
pub(super) struct History {
    /// At most [`MAX_MESSAGES`]; the last one has the room's highest `seq`.
    kept: VecDeque<Kept>,
    /// `seq` of the last message ever said in the room.
    last: u64,
    /// Bytes kept by all rooms together.
    bytes: Arc<AtomicUsize>,
}

/// A message at hand.
#[derive(Debug)]
struct Kept {
    /// As it is sent.
    message: Utf8Bytes,
    /// The message that an edit is of; 0 for anything else.
    edit_of: u64,
    /// When it was kept, by a clock that nobody sets; unknown of what was there before the room.
    since: Option<Instant>,
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
        let kept = self.kept.drain(..).map(|kept| kept.message.len()).sum();
        self.bytes.fetch_sub(kept, Relaxed);
        self.last = seq.saturating_sub(1);
    }

    /// Keeps the message with the next `seq`; `edit_of` names the one that it is an edit of.
    pub(super) fn push(
        &mut self,
        message: Utf8Bytes,
        edit_of: Option<u64>,
        since: Option<Instant>,
    ) {
        self.last += 1;
        let mut total = self.bytes.fetch_add(message.len(), Relaxed) + message.len();
        self.kept.push_back(Kept {
            message,
            edit_of: edit_of.unwrap_or(0),
            since,
        });
        while self.kept.len() > MAX_MESSAGES || (total > MAX_BYTES && self.kept.len() > 1) {
            let Some(oldest) = self.kept.pop_front() else {
                return;
            };
            let bytes = oldest.message.len();
            total = self.bytes.fetch_sub(bytes, Relaxed) - bytes;
        }
    }

    /// One message, if it is still kept.
    pub(super) fn get(&self, seq: u64) -> Option<&Utf8Bytes> {
        self.kept(seq).map(|kept| &kept.message)
    }

    /// How long ago a message was kept, if that is known without asking the clock on the wall.
    pub(super) fn age(&self, seq: u64) -> Option<Duration> {
        Some(self.kept(seq)?.since?.elapsed())
    }

    fn kept(&self, seq: u64) -> Option<&Kept> {
        let at = seq.checked_sub(self.first())?;
        self.kept.get(usize::try_from(at).ok()?)
    }

    /// Puts another text into a message and into its edits, so that nobody hears the old one again.
    pub(super) fn reword(&mut self, seq: u64, new: &str) {
        let first = self.first();
        for (at, kept) in (first..).zip(&mut self.kept) {
            if at != seq && kept.edit_of != seq {
                continue;
            }
            let Ok(mut message) = serde_json::from_str(&kept.message) else {
                continue;
            };
            let (FromServer::Said(Said { text, .. }) | FromServer::Edited { text, .. }) =
                &mut message
            else {
                continue;
            };
            new.clone_into(text);
            let message = encode(&message);
            self.bytes.fetch_add(message.len(), Relaxed);
            self.bytes.fetch_sub(kept.message.len(), Relaxed);
            kept.message = message;
        }
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
            messages: self
                .kept
                .iter()
                .skip(skip)
                .map(|kept| kept.message.clone())
                .collect(),
        }
    }

    /// `seq` of the oldest message kept.
    fn first(&self) -> u64 {
        self.last + 1 - self.kept.len() as u64
    }
}

impl Drop for History {
    fn drop(&mut self) {
        let kept = self.kept.iter().map(|kept| kept.message.len()).sum();
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
            history.push(seq.to_string().into(), None, None);
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
    fn a_text_that_was_changed_is_not_heard_again() {
        let (of, at) = (1, 5);
        let [id, from, text] = ["1", "Ada", "the old text, which is long"].map(str::to_owned);
        let edited = FromServer::Edited {
            seq: 3,
            of,
            id: id.clone(),
            from: from.clone(),
            text: text.clone(),
            at,
        };
        let said = |seq| {
            let (id, from, text) = (id.clone(), from.clone(), text.clone());
            FromServer::Said(Said {
                seq,
                id,
                from,
                text,
                at,
            })
        };
        let bytes = Arc::default();
        let mut history = History::new(Arc::clone(&bytes));
        history.push(encode(&said(1)), None, None);
        history.push(encode(&said(2)), None, None);
        history.push(encode(&edited), Some(1), None);
        history.reword(1, "new");
        history.reword(7, "of a message that is not at hand");
        let old = |seq| history.get(seq).unwrap().contains("the old text");
        assert_eq!([1, 2, 3].map(old), [false, true, false]);
        assert!(history.get(3).unwrap().contains(r#""text":"new""#));
        drop(history);
        assert_eq!(bytes.load(Relaxed), 0);
    }

    #[test]
    fn bytes_of_all_rooms_are_counted_and_bounded() {
        let bytes = Arc::new(AtomicUsize::new(MAX_BYTES));
        let mut history = History::new(Arc::clone(&bytes));
        for _ in 0..10 {
            history.push("x".repeat(100).into(), None, None);
        }
        assert_eq!(history.kept.len(), 1);
        drop(history);
        assert_eq!(bytes.load(Relaxed), MAX_BYTES);
    }
}
