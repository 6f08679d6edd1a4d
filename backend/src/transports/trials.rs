//! The trials that are under way.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use spillway_protocol::transports as protocol;
use thiserror::Error;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::trial::{MESSAGES, Trial, micros};
use crate::security::random_token;

/// Trials at the same time: more than a class starts at once.
const MAX_TRIALS: usize = 64;

/// How long a trial goes on, its messages included, and how long its figures are kept after that.
const LIFETIME: Duration = Duration::from_secs(40);
const KEPT: Duration = Duration::from_secs(20);

/// What a page may ask for.
const EVERY_MS: std::ops::RangeInclusive<u64> = 10..=200;
const DELAY_MS: std::ops::RangeInclusive<u64> = 0..=500;

/// The trials of all sessions.
#[derive(Debug)]
pub(crate) struct Trials {
    epoch: Instant,
    known: Mutex<HashMap<String, Known>>,
    /// How many are known: what every connection looks at, so it takes no lock.
    count: AtomicUsize,
}

#[derive(Debug)]
struct Known {
    session: String,
    trial: Arc<Trial>,
}

/// Why there is no new trial.
#[derive(Debug, Error, PartialEq, Eq)]
pub(super) enum OpenError {
    /// Out of range.
    #[error("every_ms is {0}; it may be {min} to {max}", min = EVERY_MS.start(), max = EVERY_MS.end())]
    Every(u64),
    /// Out of range.
    #[error("delay_ms is {0}; it may be {min} to {max}", min = DELAY_MS.start(), max = DELAY_MS.end())]
    Delay(u64),
    /// A class has been quick.
    #[error("{MAX_TRIALS} trials are under way on this server; try again in a minute")]
    TooMany,
}

impl Trials {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self {
            epoch: Instant::now(),
            known: Mutex::default(),
            count: AtomicUsize::new(0),
        }
    }

    /// The clock that messages are told by.
    pub(super) fn now_us(&self) -> u64 {
        micros(self.epoch.elapsed())
    }

    /// Whether any trial is under way, so that CPU time is worth counting.
    pub(crate) fn any(&self) -> bool {
        self.count.load(Relaxed) > 0
    }

    pub(super) fn find(&self, trial: &str) -> Option<Arc<Trial>> {
        Some(Arc::clone(&self.known().get(trial)?.trial))
    }

    /// Makes a trial for a session, whose last one is over then.
    pub(super) fn open(
        self: &Arc<Self>,
        session: &str,
        every_ms: u64,
        delay_ms: u64,
        tasks: &TaskTracker,
        shutdown: &CancellationToken,
    ) -> Result<Arc<Trial>, OpenError> {
        if !EVERY_MS.contains(&every_ms) {
            return Err(OpenError::Every(every_ms));
        }
        if !DELAY_MS.contains(&delay_ms) {
            return Err(OpenError::Delay(delay_ms));
        }
        let settings = protocol::Trial {
            trial: random_token(),
            messages: MESSAGES as u64,
            every_ms,
            delay_ms,
        };
        let trial = Arc::new(Trial::new(settings, self.epoch));
        let mut known = self.known();
        known.retain(|_, old| {
            if old.session == session {
                old.trial.over.cancel();
            }
            old.session != session
        });
        if known.len() >= MAX_TRIALS {
            return Err(OpenError::TooMany);
        }
        let entry = Known {
            session: session.to_owned(),
            trial: Arc::clone(&trial),
        };
        known.insert(trial.settings.trial.clone(), entry);
        self.count.store(known.len(), Relaxed);
        drop(known);
        let (trials, kept) = (Arc::clone(self), Arc::clone(&trial));
        let shutdown = shutdown.clone();
        tasks.spawn(async move {
            let lives = async {
                // One that nobody lets begin, or that takes too long, is over as well.
                timeout(LIFETIME, kept.make_all()).await.ok();
                tokio::time::sleep(KEPT).await;
            };
            tokio::select! {
                () = lives => {}
                () = kept.over.cancelled() => {}
                () = shutdown.cancelled() => {}
            }
            kept.over.cancel();
            let mut known = trials.known();
            known.remove(&kept.settings.trial);
            trials.count.store(known.len(), Relaxed);
        });
        Ok(trial)
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(trials: &Arc<Trials>, session: &str) -> Result<Arc<Trial>, OpenError> {
        let (tasks, shutdown) = (TaskTracker::new(), CancellationToken::new());
        trials.open(session, 50, 0, &tasks, &shutdown)
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_has_one_trial_and_an_old_one_goes_by_itself() {
        let trials = Arc::new(Trials::new());
        let first = open(&trials, "ann").unwrap();
        let second = open(&trials, "ann").unwrap();
        assert!(first.over.is_cancelled() && !second.over.is_cancelled());
        assert!(trials.find(&first.settings.trial).is_none());
        assert!(trials.find(&second.settings.trial).is_some() && trials.any());
        second.over.cancelled().await;
        while trials.any() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn there_are_only_so_many() {
        let trials = Arc::new(Trials::new());
        for session in 0..MAX_TRIALS {
            open(&trials, &session.to_string()).unwrap();
        }
        assert_eq!(open(&trials, "more").unwrap_err(), OpenError::TooMany);
        assert!(open(&trials, "7").is_ok(), "its own makes room");
    }
}
