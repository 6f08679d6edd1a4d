//! Measuring speeds and shares of time from absolute counts.

use std::collections::VecDeque;

/// Length of the window a speed is measured over, microseconds.
const WINDOW_US: u64 = 1_000_000;
/// Counts closer together than this are kept as one, which bounds the window to 50 of them.
const GRAIN_US: u64 = 20_000;
/// Length of the window a share of time is measured over, microseconds.
const SHARE_WINDOW_US: u64 = 3_000_000;

/// How much a count rose within the last second.
#[derive(Debug, Default)]
pub struct Meter {
    samples: VecDeque<(u64, u64)>,
}

impl Meter {
    /// Notes that the count was `total` at `at_us`.
    pub fn record(&mut self, at_us: u64, total: u64) {
        match self.samples.len().checked_sub(2).map(|i| self.samples[i]) {
            Some((before, _)) if at_us.saturating_sub(before) < GRAIN_US => {
                self.samples.pop_back();
            }
            _ => {}
        }
        self.samples.push_back((at_us, total));
        let start = at_us.saturating_sub(WINDOW_US);
        while self.samples.len() > 1 && self.samples[1].0 <= start {
            self.samples.pop_front();
        }
    }

    /// By how much it rose in the second before `now_us`; for a run that is younger, by how much
    /// it rose a second so far.
    #[must_use]
    pub fn per_second(&self, now_us: u64) -> u64 {
        let Some((_, newest)) = self.samples.back() else {
            return 0;
        };
        let start = now_us.saturating_sub(WINDOW_US);
        let base = self
            .samples
            .iter()
            .take_while(|(at, _)| *at <= start)
            .last()
            .or(self.samples.front())
            .map_or(0, |(_, total)| *total);
        let rose = newest.saturating_sub(base);
        if start > 0 {
            return rose;
        }
        rose.saturating_mul(WINDOW_US) / now_us.clamp(WINDOW_US / 10, WINDOW_US)
    }
}

/// Shares of a stage's time, in thousandths. What is left of a thousand is idle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// An operation was under way.
    pub busy: u64,
    /// It was held back by what follows.
    pub held: u64,
}

/// How a stage spent the last few seconds.
#[derive(Debug, Default)]
pub struct TimeShare {
    samples: VecDeque<(u64, u64, u64)>,
}

impl TimeShare {
    /// Notes the times so far as they were reported at `at_us`.
    pub fn record(&mut self, at_us: u64, busy_us: u64, held_us: u64) {
        if self.samples.is_empty() {
            self.samples.push_back((0, 0, 0));
        }
        match self.samples.back() {
            Some((last, _, _)) if at_us.saturating_sub(*last) < GRAIN_US => return,
            _ => self.samples.push_back((at_us, busy_us, held_us)),
        }
        let start = at_us.saturating_sub(SHARE_WINDOW_US);
        while self.samples.len() > 2 && self.samples[1].0 <= start {
            self.samples.pop_front();
        }
    }

    /// The shares between the oldest and the newest report of the window.
    #[must_use]
    pub fn share(&self) -> Option<Share> {
        let (first, last) = (self.samples.front()?, self.samples.back()?);
        let span = last.0.checked_sub(first.0).filter(|span| *span > 0)?;
        let part = |from: u64, to: u64| (to.saturating_sub(from) * 1_000 / span).min(1_000);
        let busy = part(first.1, last.1);
        Some(Share {
            busy,
            held: part(first.2, last.2).min(1_000 - busy),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_count_gives_its_rate() {
        let mut meter = Meter::default();
        for tick in 0..=300 {
            meter.record(tick * 10_000, tick * 640);
        }
        let rate = meter.per_second(3_000_000);
        assert!((63_000..=66_000).contains(&rate), "{rate}");
    }

    #[test]
    fn a_count_that_stands_still_falls_to_nothing_within_a_second() {
        let mut meter = Meter::default();
        meter.record(2_000_000, 0);
        meter.record(2_500_000, 1_000);
        assert_eq!(meter.per_second(2_600_000), 1_000);
        assert_eq!(meter.per_second(3_600_000), 0);
    }

    #[test]
    fn a_young_run_is_measured_over_its_age() {
        let mut meter = Meter::default();
        meter.record(0, 0);
        meter.record(500_000, 1_000);
        assert_eq!(meter.per_second(500_000), 2_000);
    }

    #[test]
    fn the_window_is_bounded_however_often_it_is_fed() {
        let mut meter = Meter::default();
        for at in 0..5_000_000_u64 / 100 {
            meter.record(at * 100, at);
        }
        assert!(meter.samples.len() < 110);
    }

    #[test]
    fn shares_never_pass_a_whole() {
        let mut time = TimeShare::default();
        time.record(1_000_000, 700_000, 500_000);
        let share = time.share();
        assert_eq!(
            share,
            Some(Share {
                busy: 700,
                held: 300
            })
        );
    }
}
