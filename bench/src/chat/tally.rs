//! What all receivers together have got, and how late.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Instant;

use tokio::sync::Notify;

/// Shared by the connections of the client, which has one thread and one clock.
#[derive(Debug)]
pub(super) struct Tally {
    began: Instant,
    /// When each message was sent, by its number; nanoseconds.
    sent: RefCell<Vec<u64>>,
    /// Of what was delivered since [`Tally::start_over`], microseconds.
    delays: RefCell<Vec<u32>>,
    delivered: Cell<u64>,
    /// Deliveries of another message than the next.
    wrong: Cell<u64>,
    awaited: Cell<u64>,
    complete: Notify,
}

impl Tally {
    pub(super) fn new() -> Rc<Self> {
        Rc::new(Self {
            began: Instant::now(),
            sent: RefCell::new(vec![0]),
            delays: RefCell::default(),
            delivered: Cell::new(0),
            wrong: Cell::new(0),
            awaited: Cell::new(u64::MAX),
            complete: Notify::new(),
        })
    }

    /// Nanoseconds on the client's clock.
    pub(super) fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// A message is sent now; its number.
    pub(super) fn sends(&self) -> u64 {
        let mut sent = self.sent.borrow_mut();
        sent.push(self.now());
        sent.len() as u64 - 1
    }

    /// A receiver whose last message was `last` got this one at `now`.
    pub(super) fn delivered(&self, seq: u64, last: &mut u64, now: u64) {
        let is_next = seq == *last + 1;
        *last = seq;
        let sent = usize::try_from(seq)
            .ok()
            .and_then(|at| self.sent.borrow().get(at).copied());
        match sent {
            Some(sent) if is_next => {
                let delay = now.saturating_sub(sent) / 1000;
                let delay = u32::try_from(delay).unwrap_or(u32::MAX);
                self.delays.borrow_mut().push(delay);
            }
            _ => self.wrong.set(self.wrong.get() + 1),
        }
        self.delivered.set(self.delivered.get() + 1);
        if self.delivered.get() == self.awaited.get() {
            self.complete.notify_one();
        }
    }

    /// Forgets what was delivered, and awaits so many deliveries.
    pub(super) fn start_over(&self, awaited: u64) {
        self.delays.borrow_mut().clear();
        self.delivered.set(0);
        self.wrong.set(0);
        self.awaited.set(awaited);
    }

    /// Until all that is awaited was delivered.
    pub(super) async fn complete(&self) {
        self.complete.notified().await;
    }

    /// Deliveries that did not come, and those of another message than the next.
    pub(super) fn lost(&self) -> u64 {
        self.awaited.get().saturating_sub(self.delivered.get()) + self.wrong.get()
    }

    pub(super) fn count(&self) -> u64 {
        self.delivered.get()
    }

    /// The delay, in milliseconds, that this share of the deliveries does not exceed.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        let mut delays = self.delays.borrow_mut();
        if delays.is_empty() {
            return 0.0;
        }
        let place = (delays.len() as f64 * share) as usize;
        let place = place.min(delays.len() - 1);
        let (_, delay, _) = delays.select_nth_unstable(place);
        f64::from(*delay) / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_counted_once_by_each_receiver() {
        let tally = Tally::new();
        assert_eq!((tally.sends(), tally.sends(), tally.sends()), (1, 2, 3));
        tally.start_over(6);
        let (mut one, mut other) = (0, 0);
        for seq in [1, 2, 3] {
            tally.delivered(seq, &mut one, tally.now());
        }
        tally.delivered(1, &mut other, tally.now());
        assert_eq!(tally.lost(), 2);
        // 2 is left out and 3 comes twice.
        tally.delivered(3, &mut other, tally.now());
        tally.delivered(3, &mut other, tally.now());
        assert_eq!((tally.count(), tally.lost()), (6, 2));
    }

    #[test]
    fn quantiles_are_of_the_delays() {
        let tally = Tally::new();
        let mut last = 0;
        for delay in 1..=100 {
            let seq = tally.sends();
            let sent = tally.sent.borrow()[seq as usize];
            tally.delivered(seq, &mut last, sent + delay * 1_000_000);
        }
        assert_eq!((tally.quantile(0.5), tally.quantile(0.99)), (51.0, 100.0));
    }
}
