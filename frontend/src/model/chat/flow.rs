//! A connection as two streams: what goes in and what comes out, with what waits on either side.

use std::collections::VecDeque;

/// Bytes that are held while reading is paused; then it goes on by itself.
pub const MAX_HELD_BYTES: u64 = 1 << 20;

/// Messages that are held while reading is paused; then it goes on by itself.
const MAX_HELD: usize = 2_000;

/// A connection as two streams, counted where the page gives texts to the browser's WebSocket and
/// where it takes them. Bytes are those of the texts in UTF-8, without the heads of frames.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flow {
    /// Messages given to the browser.
    pub sent: u64,
    /// Their bytes.
    pub sent_bytes: u64,
    /// `bufferedAmount` when it was last asked for.
    pub buffered: u64,
    /// The most that it was.
    pub most_buffered: u64,
    /// Messages that the browser handed over.
    pub received: u64,
    /// Their bytes.
    pub received_bytes: u64,
    /// Messages that the page has taken out of its buffer since it last drew.
    pub undrawn: u64,
    /// Whether the page takes nothing out of its buffer.
    pub paused: bool,
    /// Whether reading went on because the buffer was full.
    pub overflowed: bool,
    /// The most messages that waited to be drawn.
    pub most_waiting: u64,
    held: VecDeque<String>,
    held_bytes: u64,
}

/// What the page holds of what came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Incoming {
    /// Messages.
    pub messages: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Flow {
    /// A message was given to the browser, which then said what its buffer holds.
    pub fn sent(&mut self, bytes: usize, buffered: u64) {
        self.sent += 1;
        self.sent_bytes += bytes as u64;
        self.buffered_now(buffered);
    }

    /// The browser said what its buffer holds.
    pub fn buffered_now(&mut self, buffered: u64) {
        self.buffered = buffered;
        self.most_buffered = self.most_buffered.max(buffered);
    }

    /// The browser handed a message over.
    pub fn arrived(&mut self, text: String) {
        self.received += 1;
        self.received_bytes += text.len() as u64;
        self.held_bytes += text.len() as u64;
        self.held.push_back(text);
        self.most_waiting = self.most_waiting.max(self.waiting());
        if self.paused && (self.held.len() >= MAX_HELD || self.held_bytes >= MAX_HELD_BYTES) {
            self.paused = false;
            self.overflowed = true;
        }
    }

    /// The next message out of the buffer.
    pub fn read(&mut self) -> Option<String> {
        if self.paused {
            return None;
        }
        let text = self.held.pop_front()?;
        self.held_bytes -= text.len() as u64;
        self.undrawn += 1;
        Some(text)
    }

    /// What the buffer holds.
    #[must_use]
    pub fn held(&self) -> Incoming {
        Incoming {
            messages: self.held.len() as u64,
            bytes: self.held_bytes,
        }
    }

    /// Messages that came and are not drawn.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.held.len() as u64 + self.undrawn
    }

    /// Stops taking messages out of the buffer, or goes on.
    pub const fn pause(&mut self, paused: bool) {
        self.paused = paused;
        self.overflowed = false;
    }

    /// A connection is over: what it had handed over and nobody has read comes again by the next.
    pub fn over(&mut self) {
        self.pause(false);
        self.held.clear();
        self.held_bytes = 0;
        self.buffered = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_holds_what_comes_and_gives_it_in_its_order() {
        let mut flow = Flow::default();
        flow.arrived("one".to_owned());
        assert_eq!(flow.read().as_deref(), Some("one"));
        flow.pause(true);
        flow.arrived("two".to_owned());
        flow.arrived("three".to_owned());
        assert_eq!(flow.read(), None);
        let held = Incoming {
            messages: 2,
            bytes: 8,
        };
        assert_eq!(flow.held(), held);
        flow.pause(false);
        assert_eq!(flow.read().as_deref(), Some("two"));
        assert_eq!(flow.read().as_deref(), Some("three"));
        assert_eq!((flow.received, flow.received_bytes), (3, 11));
        assert_eq!((flow.most_waiting, flow.undrawn), (3, 3));
    }

    #[test]
    fn a_full_buffer_ends_the_pause_and_loses_nothing() {
        let mut flow = Flow::default();
        flow.pause(true);
        let text = "x".repeat(300_000);
        for _ in 0..4 {
            flow.arrived(text.clone());
        }
        assert!(!flow.paused && flow.overflowed);
        let mut read = 0;
        while flow.read().is_some() {
            read += 1;
        }
        assert_eq!(read, 4);
        for _ in 0..MAX_HELD {
            flow.pause(true);
            flow.arrived(String::new());
        }
        assert!(!flow.paused, "many small ones fill it, too");
    }

    #[test]
    fn what_is_sent_is_counted_with_the_most_that_waited_in_the_browser() {
        let mut flow = Flow::default();
        flow.sent(5, 11);
        flow.buffered_now(0);
        flow.sent(2, 8);
        assert_eq!((flow.sent, flow.sent_bytes), (2, 7));
        assert_eq!((flow.buffered, flow.most_buffered), (8, 11));
    }
}
