//! One trial: its messages, and what each way of getting them has taken.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use spillway_protocol::transports::{self as protocol, TransportMeasured, TrialMeasured};
use thiserror::Error;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::wire::Meter;

/// Messages of a trial.
pub(super) const MESSAGES: usize = 100;

/// Requests that a trial answers: the quickest of polls asks far less often.
const MAX_REQUESTS: u32 = 4_000;

/// The ways that messages go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Poll,
    LongPoll,
    Events,
    Socket,
}

#[derive(Debug)]
pub(super) struct Trial {
    pub(super) settings: protocol::Trial,
    /// Zero of the clock that the messages are told by.
    epoch: Instant,
    notes: Mutex<Vec<Note>>,
    /// How many there are.
    made: watch::Sender<usize>,
    begin: Notify,
    /// In the order of [`Way`].
    meters: [Arc<Meter>; 4],
    requests_left: AtomicU32,
    /// All its messages were made.
    pub(super) all_made: CancellationToken,
    /// The trial is over, whether all its messages were made or not.
    pub(super) over: CancellationToken,
}

/// A message that was made.
#[derive(Debug, Clone)]
pub(super) struct Note {
    /// When it may go out.
    pub(super) due: Instant,
    /// As JSON.
    pub(super) json: String,
}

/// Why a trial does not answer a request.
#[derive(Debug, Error, PartialEq, Eq)]
pub(super) enum TrialError {
    /// Somebody asks in a loop.
    #[error("this trial has answered {MAX_REQUESTS} requests, which is all that it does")]
    TooManyRequests,
}

impl Trial {
    pub(super) fn new(settings: protocol::Trial, epoch: Instant) -> Self {
        Self {
            settings,
            epoch,
            notes: Mutex::default(),
            made: watch::Sender::new(0),
            begin: Notify::new(),
            meters: Default::default(),
            requests_left: AtomicU32::new(MAX_REQUESTS),
            all_made: CancellationToken::new(),
            over: CancellationToken::new(),
        }
    }

    /// What counts the bytes of a way.
    pub(super) fn meter(&self, way: Way) -> &Arc<Meter> {
        &self.meters[way as usize]
    }

    /// Whether somebody has asked for the messages by each of the ways.
    pub(super) fn was_asked_each_way(&self) -> bool {
        self.meters.iter().all(|meter| meter.requests() > 0)
    }

    /// One request more.
    pub(super) fn asked(&self) -> Result<(), TrialError> {
        let one_less = |left: u32| left.checked_sub(1);
        let taken = self.requests_left.fetch_update(Relaxed, Relaxed, one_less);
        taken.map(drop).map_err(|_| TrialError::TooManyRequests)
    }

    /// Lets the messages begin; they begin once.
    pub(super) fn begin(&self) {
        self.begin.notify_one();
    }

    /// For how long the server holds things back.
    pub(super) fn delay(&self) -> Duration {
        Duration::from_millis(self.settings.delay_ms)
    }

    /// Makes the messages at their pace, once it is to begin.
    pub(super) async fn make_all(&self) {
        self.begin.notified().await;
        let mut ticks = interval(Duration::from_millis(self.settings.every_ms));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for seq in 1..=self.settings.messages {
            ticks.tick().await;
            self.make(seq);
        }
        self.all_made.cancel();
    }

    fn make(&self, seq: u64) {
        let now = Instant::now();
        let note = protocol::Note {
            seq,
            at_us: micros(now - self.epoch),
            text: "the water is rising".to_owned(),
        };
        // A number and a text always have a JSON form.
        let Ok(json) = serde_json::to_string(&note) else {
            return;
        };
        let due = now + self.delay();
        self.notes().push(Note { due, json });
        self.made.send_modify(|made| *made += 1);
    }

    /// The messages after the first so many, as one JSON list.
    pub(super) fn list_after(&self, seen: usize) -> String {
        let notes = self.notes();
        let new = notes.get(seen..).unwrap_or_default();
        let list: Vec<&str> = new.iter().map(|note| note.json.as_str()).collect();
        format!("[{}]", list.join(","))
    }

    /// Waits until there are more than so many. Answers at once when no more will come.
    pub(super) async fn more_than(&self, seen: usize) {
        let mut made = self.made.subscribe();
        if seen < MESSAGES {
            tokio::select! {
                // The sender lives as long as `self`.
                _ = made.wait_for(|made| *made > seen) => {}
                () = self.over.cancelled() => {}
            }
        }
    }

    /// The message after so many, when it is due; `None` when the trial is over.
    pub(super) async fn next(&self, seen: usize) -> Option<Note> {
        self.more_than(seen).await;
        let note = self.notes().get(seen).cloned()?;
        sleep_until(note.due).await;
        Some(note)
    }

    /// What was measured so far.
    pub(super) fn measured(&self) -> TrialMeasured {
        let (made, payload) = {
            let notes = self.notes();
            let payload: usize = notes.iter().map(|note| note.json.len()).sum();
            (notes.len() as u64, payload as u64)
        };
        let of = |way| taken(self.meter(way));
        TrialMeasured {
            made,
            payload_bytes: payload,
            poll: of(Way::Poll),
            long_poll: of(Way::LongPoll),
            sse: of(Way::Events),
            websocket: of(Way::Socket),
        }
    }

    fn notes(&self) -> MutexGuard<'_, Vec<Note>> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn taken(meter: &Meter) -> TransportMeasured {
    TransportMeasured {
        requests: meter.requests(),
        bytes_to_server: meter.to_server(),
        bytes_to_client: meter.to_client(),
        cpu_us: meter.cpu().map(micros),
    }
}

pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(delay_ms: u64) -> Trial {
        let settings = protocol::Trial {
            trial: "t".to_owned(),
            messages: MESSAGES as u64,
            every_ms: 50,
            delay_ms,
        };
        Trial::new(settings, Instant::now())
    }

    #[tokio::test(start_paused = true)]
    async fn messages_come_at_their_pace_and_are_held_back_for_the_added_time() {
        let trial = trial(200);
        let began = Instant::now();
        trial.begin();
        let takes = async {
            for seen in 0..MESSAGES {
                let note = trial.next(seen).await.unwrap();
                let at = began.elapsed().as_millis() as usize;
                assert!((seen * 50 + 200..seen * 50 + 205).contains(&at), "{at}");
                let note: protocol::Note = serde_json::from_str(&note.json).unwrap();
                assert_eq!(note.seq as usize, seen + 1);
                assert_eq!(note.at_us as usize / 5_000, seen * 10);
            }
        };
        tokio::join!(trial.make_all(), takes);
        assert_eq!(trial.measured().made, MESSAGES as u64);
        let all = trial.list_after(0).len() as u64;
        assert_eq!(
            trial.measured().payload_bytes,
            all - 101,
            "commas, brackets"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_everything_or_comes_too_late_does_not_wait() {
        let trial = trial(0);
        trial.more_than(MESSAGES).await;
        trial.over.cancel();
        assert!(trial.next(0).await.is_none());
    }

    #[test]
    fn requests_have_an_end() {
        let trial = trial(0);
        for _ in 0..MAX_REQUESTS {
            trial.asked().unwrap();
        }
        assert_eq!(trial.asked(), Err(TrialError::TooManyRequests));
    }
}
