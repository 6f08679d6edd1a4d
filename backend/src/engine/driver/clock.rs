//! The clock of a run: how fast its events may come. Not to be confused with `pause()` of a stream.

use std::time::Duration;

use spillway_protocol::control;
use spillway_protocol::control::ClockMode;
use thiserror::Error;
use tokio::time::{Instant, sleep_until};

use super::hold::Hold;

/// Events a second of slow motion, at most.
const MAX_EVENTS_PER_S: u64 = 1_000;

/// Time that may be made up for after waking late, so that slow motion keeps its rate.
const SLACK: Duration = Duration::from_millis(10);

/// How fast the events of a run may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Rate {
    /// As they come.
    #[default]
    Full,
    /// One after the other, with so much time between them.
    Slow { events_per_s: u64 },
    /// None at all.
    Paused,
    /// The next one, and then none.
    Step,
}

/// Why a rate cannot be.
#[derive(Debug, Error)]
pub(crate) enum RateError {
    /// No rate was given.
    #[error("slow motion needs events_per_s, from 1 to {MAX_EVENTS_PER_S}")]
    Missing,
    /// Out of range.
    #[error("events_per_s is from 1 to {MAX_EVENTS_PER_S}, not {0}")]
    OutOfRange(u64),
    /// Only slow motion has one.
    #[error("events_per_s belongs to the mode slow; leave it out with {0}")]
    NotSlow(&'static str),
}

impl TryFrom<control::Clock> for Rate {
    type Error = RateError;

    fn try_from(clock: control::Clock) -> Result<Self, RateError> {
        let (rate, mode) = match (clock.mode, clock.events_per_s) {
            (ClockMode::Slow, None) => return Err(RateError::Missing),
            (ClockMode::Slow, Some(events_per_s)) => {
                return if (1..=MAX_EVENTS_PER_S).contains(&events_per_s) {
                    Ok(Self::Slow { events_per_s })
                } else {
                    Err(RateError::OutOfRange(events_per_s))
                };
            }
            (ClockMode::Full, _) => (Self::Full, "full"),
            (ClockMode::Paused, _) => (Self::Paused, "paused"),
            (ClockMode::Step, _) => (Self::Step, "step"),
        };
        match clock.events_per_s {
            None => Ok(rate),
            Some(_) => Err(RateError::NotSlow(mode)),
        }
    }
}

impl From<Rate> for control::Clock {
    fn from(rate: Rate) -> Self {
        let (mode, events_per_s) = match rate {
            Rate::Full => (ClockMode::Full, None),
            Rate::Slow { events_per_s } => (ClockMode::Slow, Some(events_per_s)),
            Rate::Paused => (ClockMode::Paused, None),
            Rate::Step => (ClockMode::Step, None),
        };
        Self { mode, events_per_s }
    }
}

/// Gives out the tokens of slow motion.
#[derive(Debug)]
pub(super) struct Clock {
    rate: Rate,
    /// When the next event may come.
    next: Instant,
}

impl Clock {
    pub(super) fn new(rate: Rate) -> Self {
        Self {
            rate,
            next: Instant::now(),
        }
    }

    pub(super) const fn rate(&self) -> Rate {
        self.rate
    }

    /// Sets another rate; the next event of slow motion may come at once.
    pub(super) fn set(&mut self, rate: Rate) {
        self.rate = rate;
        self.next = Instant::now();
    }

    /// How a rate holds the run.
    pub(super) const fn hold(&self) -> Hold {
        match self.rate {
            Rate::Full => Hold::Off,
            Rate::Slow { .. } | Rate::Step => Hold::Each,
            Rate::Paused => Hold::Still,
        }
    }

    /// Waits until the next event of slow motion may come; for ever at any other rate.
    pub(super) async fn due(&self) {
        match self.rate {
            Rate::Slow { .. } => sleep_until(self.next).await,
            Rate::Full | Rate::Paused | Rate::Step => std::future::pending().await,
        }
    }

    /// Takes the token for one event, if slow motion has one by now.
    pub(super) fn take_token(&mut self) -> bool {
        let now = Instant::now();
        let Rate::Slow { events_per_s } = self.rate else {
            return false;
        };
        if now < self.next {
            return false;
        }
        let earliest = now.checked_sub(SLACK).unwrap_or(now);
        let between = Duration::from_nanos(1_000_000_000 / events_per_s);
        self.next = self.next.max(earliest) + between;
        true
    }
}

/// The time of a run: it stands still while the clock is paused.
#[derive(Debug)]
pub(super) struct RunTime {
    /// When it last began to go on; `None` while it stands still.
    since: Option<Instant>,
    before: Duration,
}

impl RunTime {
    pub(super) const fn starting(now: Instant) -> Self {
        Self {
            since: Some(now),
            before: Duration::ZERO,
        }
    }

    /// Lets it stand still, or go on.
    pub(super) fn set_still(&mut self, still: bool, now: Instant) {
        self.before = self.at(now);
        self.since = (!still).then_some(now);
    }

    /// How long the run has gone on.
    pub(super) fn at(&self, now: Instant) -> Duration {
        let running = |since| now.saturating_duration_since(since);
        self.before + self.since.map_or(Duration::ZERO, running)
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, timeout};

    use super::*;

    fn wire(mode: ClockMode, events_per_s: Option<u64>) -> control::Clock {
        control::Clock { mode, events_per_s }
    }

    #[test]
    fn slow_motion_has_a_rate_within_its_range_and_nothing_else_has_one() {
        let refused = |mode, events_per_s, says: &str| {
            let error = Rate::try_from(wire(mode, events_per_s)).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
        };
        refused(ClockMode::Slow, None, "from 1 to 1000");
        refused(ClockMode::Slow, Some(0), "from 1 to 1000, not 0");
        refused(ClockMode::Slow, Some(1_001), "not 1001");
        refused(ClockMode::Paused, Some(5), "leave it out with paused");
        for clock in [
            wire(ClockMode::Slow, Some(1)),
            wire(ClockMode::Slow, Some(1_000)),
            wire(ClockMode::Full, None),
            wire(ClockMode::Paused, None),
            wire(ClockMode::Step, None),
        ] {
            assert_eq!(control::Clock::from(Rate::try_from(clock).unwrap()), clock);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_come_at_their_rate_and_are_not_saved_up() {
        let mut clock = Clock::new(Rate::Slow { events_per_s: 10 });
        assert!(clock.take_token());
        assert!(!clock.take_token());
        // A minute in which nothing asked for one.
        advance(Duration::from_mins(1)).await;
        let mut taken = 0;
        let second = async {
            loop {
                clock.due().await;
                taken += i32::from(clock.take_token());
            }
        };
        assert!(timeout(Duration::from_secs(1), second).await.is_err());
        assert!((10..=11).contains(&taken), "{taken}");
    }

    #[test]
    fn the_time_of_a_run_stands_still_while_its_clock_is_paused() {
        let began = Instant::now();
        let after = |ms| began + Duration::from_millis(ms);
        let mut time = RunTime::starting(began);
        time.set_still(true, after(100));
        assert_eq!(time.at(after(900)).as_millis(), 100);
        time.set_still(true, after(900));
        time.set_still(false, after(1_000));
        assert_eq!(time.at(after(1_050)).as_millis(), 150);
    }
}
