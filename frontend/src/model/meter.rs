//! Measuring: speeds and shares of time at any moment that is kept, from absolute counts.
//!
//! Everything here is a fold of events, so what is measured at a moment is the same whether the
//! moment is now or was rewound to.

use std::collections::VecDeque;

use spillway_streams::EventKind;

use super::history::{Moment, State};
use super::run::Figures;

/// Length of the window a speed is measured over, microseconds.
const WINDOW_US: u64 = 1_000_000;
/// Counts are noted once in such a time, at its end, which bounds the window to 50 of them.
const GRAIN_US: u64 = 20_000;
/// Length of the window a share of time is measured over, microseconds.
const SHARE_WINDOW_US: u64 = 3_000_000;

/// Shares of a stage's time, in thousandths. What is left of a thousand is idle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// An operation was under way.
    pub busy: u64,
    /// It was held back by what follows.
    pub held: u64,
}

impl Share {
    /// Busy, held back and idle in whole per cent: always a hundred together.
    #[must_use]
    pub fn percents(self) -> [u64; 3] {
        let thousandths = [
            self.busy,
            self.held,
            1_000_u64.saturating_sub(self.busy + self.held),
        ];
        let mut percents = thousandths.map(|part| part / 10);
        let left = 100_u64.saturating_sub(percents.iter().sum());
        for _ in 0..left {
            // What rounding down took most from gets it back.
            let lack = |at: &usize| thousandths[*at].saturating_sub(percents[*at] * 10);
            let most = (0..3).rev().max_by_key(lack).unwrap_or(0);
            percents[most] += 1;
        }
        percents
    }
}

/// What was counted of a stage so far.
#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    out: u64,
    taken: u64,
    stops: u64,
    refusals: u64,
}

/// The counts of all stages at one time.
#[derive(Debug)]
struct Sample {
    at_us: u64,
    moment: Moment,
    totals: Box<[Totals]>,
}

/// How a stage had spent its time when that was reported.
#[derive(Debug, Clone, Copy, Default)]
struct Report {
    at_us: u64,
    moment: Moment,
    busy_us: u64,
    held_us: u64,
}

/// The counts of a run over time, as far back as moments are kept and their windows reach.
#[derive(Debug, Default)]
pub struct Tape {
    samples: VecDeque<Sample>,
    reports: Vec<VecDeque<Report>>,
}

impl Tape {
    /// Begins with what is known at a moment.
    pub fn restart(&mut self, moment: Moment, state: &State) {
        *self = Self::default();
        self.reports
            .resize_with(state.view.stages.len(), VecDeque::new);
        self.sample(moment, state);
    }

    /// The state of `moment` is about to be followed by one of `next_us`.
    pub fn note(&mut self, moment: Moment, state: &State, next_us: u64) {
        if next_us / GRAIN_US != state.view.at_us / GRAIN_US {
            self.sample(moment, state);
        }
    }

    /// Notes a report of times; `state` has followed `kind` already, at `moment`.
    pub fn report(&mut self, moment: Moment, state: &State, stage: usize, kind: &EventKind) {
        if let EventKind::Times { busy_us, held_us } = kind
            && let Some(reports) = self.reports.get_mut(stage)
        {
            if reports.is_empty() {
                reports.push_back(Report::default());
            }
            reports.push_back(Report {
                at_us: state.view.at_us,
                moment,
                busy_us: *busy_us,
                held_us: *held_us,
            });
        }
    }

    /// Lets go of what no moment from `oldest_us` on needs.
    pub fn forget_before(&mut self, oldest_us: u64) {
        let start = oldest_us.saturating_sub(WINDOW_US);
        while self.samples.len() > 1 && self.samples[1].at_us <= start {
            self.samples.pop_front();
        }
        for reports in &mut self.reports {
            let last = reports.partition_point(|report| report.at_us <= oldest_us);
            let last = reports
                .get(last.saturating_sub(1))
                .map_or(0, |last| last.at_us);
            let start = last.saturating_sub(SHARE_WINDOW_US);
            while reports.len() > 2 && reports[1].at_us <= start {
                reports.pop_front();
            }
        }
    }

    /// What is measured at a moment; `now_us` is its time, or later when nothing has come since.
    #[must_use]
    pub fn figures(&self, moment: Moment, state: &State, now_us: u64) -> Vec<Figures> {
        let start = now_us.saturating_sub(WINDOW_US);
        let known = |sample: &Sample| sample.at_us <= start && sample.moment <= moment;
        let at = self.samples.partition_point(known).saturating_sub(1);
        let base = self.samples.get(at).filter(|base| base.moment <= moment);
        let span = base.map_or(0, |base| now_us.saturating_sub(base.at_us));
        // A window that has not been open for a second is measured by its length.
        let young = base.is_some_and(|base| base.at_us > start) || now_us < WINDOW_US;
        let per_second = |rose: u64| match young {
            true => rose.saturating_mul(WINDOW_US) / span.clamp(WINDOW_US / 10, WINDOW_US),
            false => rose,
        };
        // Nothing has come for a whole window.
        let still = state.view.at_us <= start && start > 0;
        let now = totals(state);
        let stages = now.iter().enumerate();
        let figures = stages.map(|(at, now)| {
            let before = base.filter(|_| !still);
            let before = before.and_then(|base| base.totals.get(at).copied());
            let before = before.unwrap_or(*now);
            Figures {
                out_per_s: per_second(now.out.saturating_sub(before.out)),
                taken_per_s: per_second(now.taken.saturating_sub(before.taken)),
                stops_per_s: per_second(now.stops.saturating_sub(before.stops)),
                refusals_per_s: per_second(now.refusals.saturating_sub(before.refusals)),
                share: self.share(at, moment),
            }
        });
        figures.collect()
    }

    /// The shares between the oldest and the newest report of the window before a moment.
    fn share(&self, stage: usize, moment: Moment) -> Option<Share> {
        let reports = self.reports.get(stage)?;
        let end = reports.partition_point(|report| report.moment <= moment);
        let last = reports.get(end.checked_sub(1)?)?;
        let start = last.at_us.saturating_sub(SHARE_WINDOW_US);
        let first = reports.partition_point(|report| report.at_us <= start);
        let first = reports.get(first.saturating_sub(1))?;
        let span = last
            .at_us
            .checked_sub(first.at_us)
            .filter(|span| *span > 0)?;
        let part = |from: u64, to: u64| (to.saturating_sub(from) * 1_000 / span).min(1_000);
        let busy = part(first.busy_us, last.busy_us);
        Some(Share {
            busy,
            held: part(first.held_us, last.held_us).min(1_000 - busy),
        })
    }

    fn sample(&mut self, moment: Moment, state: &State) {
        self.samples.push_back(Sample {
            at_us: state.view.at_us,
            moment,
            totals: totals(state).into(),
        });
    }
}

fn totals(state: &State) -> Vec<Totals> {
    let stages = state.view.stages.iter().zip(&state.counts);
    let of = stages.map(|(stage, counts)| Totals {
        out: stage
            .readable
            .as_ref()
            .map_or(0, |side| side.bytes + side.discarded_bytes),
        taken: stage.writable.as_ref().map_or(0, |side| side.bytes),
        stops: counts.stops,
        refusals: counts.refusals,
    });
    of.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    /// A run whose source has given `total(at)` bytes at each of its times.
    struct Fed {
        tape: Tape,
        state: State,
        moment: Moment,
    }

    impl Fed {
        fn new() -> Self {
            let mut view = sample::pipeline();
            view.at_us = 0;
            let state = State::of(view);
            let mut tape = Tape::default();
            tape.restart(Moment(0), &state);
            Self {
                tape,
                state,
                moment: Moment(0),
            }
        }

        fn counts(&mut self, at_us: u64, total: u64) {
            self.tape.note(self.moment, &self.state, at_us);
            self.moment.0 += 1;
            self.state.view.at_us = at_us;
            let source = self.state.view.stages[0].readable.as_mut();
            source.expect("a Readable").bytes = total;
        }

        fn times(&mut self, at_us: u64, busy_us: u64, held_us: u64) {
            self.counts(at_us, 0);
            let kind = EventKind::Times { busy_us, held_us };
            self.tape.report(self.moment, &self.state, 0, &kind);
        }

        fn figures(&self, now_us: u64) -> Figures {
            self.tape.figures(self.moment, &self.state, now_us)[0]
        }
    }

    #[test]
    fn a_steady_count_gives_its_rate() {
        let mut fed = Fed::new();
        for tick in 1..=300 {
            fed.counts(tick * 10_000, tick * 640);
        }
        let rate = fed.figures(3_000_000).out_per_s;
        assert!((63_000..=66_000).contains(&rate), "{rate}");
    }

    #[test]
    fn a_count_that_stands_still_falls_to_nothing_within_a_second() {
        let mut fed = Fed::new();
        fed.counts(2_000_000, 0);
        fed.counts(2_500_000, 1_000);
        assert_eq!(fed.figures(2_600_000).out_per_s, 1_000);
        assert_eq!(fed.figures(3_600_000).out_per_s, 0);
    }

    #[test]
    fn a_young_run_is_measured_over_its_age() {
        let mut fed = Fed::new();
        fed.counts(500_000, 1_000);
        assert_eq!(fed.figures(500_000).out_per_s, 2_000);
    }

    #[test]
    fn what_lies_before_the_window_of_the_oldest_moment_is_let_go() {
        let mut fed = Fed::new();
        for at in 0..5_000_000_u64 / 100 {
            fed.times(at * 100, at * 50, 0);
            fed.tape.forget_before(at * 100);
        }
        assert!(fed.tape.samples.len() < 60, "{}", fed.tape.samples.len());
        assert!(
            fed.figures(5_000_000)
                .share
                .is_some_and(|share| share.busy == 500)
        );
    }

    #[test]
    fn shares_never_pass_a_whole() {
        let mut fed = Fed::new();
        fed.times(1_000_000, 700_000, 500_000);
        let share = Share {
            busy: 700,
            held: 300,
        };
        assert_eq!(fed.figures(1_000_000).share, Some(share));
    }

    #[test]
    fn percents_are_a_hundred_together_whatever_the_shares() {
        for busy in 0..=1_000 {
            for held in 0..=1_000 - busy {
                let percents = Share { busy, held }.percents();
                assert_eq!(percents.iter().sum::<u64>(), 100, "{busy} {held}");
                for (percent, share) in percents.iter().zip([busy, held, 1_000 - busy - held]) {
                    assert!(percent * 10 < share + 10 && share < percent * 10 + 10);
                }
            }
        }
        let thirds = Share {
            busy: 333,
            held: 333,
        };
        assert_eq!(thirds.percents(), [33, 33, 34]);
    }
}
