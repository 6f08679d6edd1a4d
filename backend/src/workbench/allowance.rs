//! How often a session may send a scenario.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use thiserror::Error;
use tokio::time::{Instant, sleep};

/// Scenarios in a burst, and how long one more takes to become allowed.
const BURST: u32 = 20;
const REFILL: Duration = Duration::from_secs(2);

/// How long a question waits for the scenario before it, and how often it looks.
const PATIENCE: Duration = Duration::from_secs(3);
const LOOK: Duration = Duration::from_millis(20);

/// One session's allowance.
#[derive(Debug, Default)]
pub(crate) struct Allowance {
    busy: Arc<AtomicBool>,
    spent: Mutex<Spent>,
}

/// A bucket that runs empty with use and refills with time.
#[derive(Debug, Default)]
struct Spent {
    count: u32,
    /// When the last one of `count` was given back, or the first was taken.
    since: Option<Instant>,
}

/// Why a session must wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum NotNow {
    /// One is under way.
    #[error("a scenario of this session is still under way; one at a time")]
    Busy,
    /// Too many in too short a time.
    #[error("more than {BURST} scenarios at once; one more is allowed every {} s", REFILL.as_secs())]
    TooOften,
}

/// While this lives, the session's scenario is under way.
#[derive(Debug)]
pub(super) struct Permit(Arc<AtomicBool>);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Allowance {
    /// Waits until none is under way, at most [`PATIENCE`]: one that has answered its question may
    /// still be ending.
    pub(crate) async fn free(&self) {
        let begun = Instant::now();
        while self.busy.load(Ordering::Acquire) && begun.elapsed() < PATIENCE {
            sleep(LOOK).await;
        }
    }

    /// Takes one.
    pub(super) fn begin(&self) -> Result<Permit, NotNow> {
        if self.busy.swap(true, Ordering::AcqRel) {
            return Err(NotNow::Busy);
        }
        let permit = Permit(Arc::clone(&self.busy));
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.take(Instant::now())?;
        Ok(permit)
    }
}

impl Spent {
    fn take(&mut self, now: Instant) -> Result<(), NotNow> {
        let since = *self.since.get_or_insert(now);
        let whole = (now - since).as_secs() / REFILL.as_secs();
        let back = u32::try_from(whole).unwrap_or(u32::MAX).min(self.count);
        self.count -= back;
        self.since = Some(if self.count == 0 {
            now
        } else {
            since + REFILL * back
        });
        if self.count >= BURST {
            return Err(NotNow::TooOften);
        }
        self.count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_question_waits_for_the_scenario_before_it_but_not_for_ever() {
        let allowance = Allowance::default();
        let permit = allowance.begin().unwrap();
        allowance.free().await;
        assert_eq!(allowance.begin().unwrap_err(), NotNow::Busy);
        drop(permit);
        allowance.free().await;
        allowance.begin().unwrap();
    }

    #[test]
    fn one_at_a_time() {
        let allowance = Allowance::default();
        let permit = allowance.begin().unwrap();
        assert_eq!(allowance.begin().unwrap_err(), NotNow::Busy);
        drop(permit);
        assert!(allowance.begin().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_and_then_one_every_two_seconds() {
        let allowance = Allowance::default();
        for _ in 0..BURST {
            allowance.begin().unwrap();
        }
        assert_eq!(allowance.begin().unwrap_err(), NotNow::TooOften);
        tokio::time::advance(REFILL).await;
        allowance.begin().unwrap();
        assert_eq!(allowance.begin().unwrap_err(), NotNow::TooOften);
        tokio::time::advance(REFILL * (BURST + 5)).await;
        for _ in 0..BURST {
            allowance.begin().unwrap();
        }
        assert_eq!(allowance.begin().unwrap_err(), NotNow::TooOften);
    }
}
