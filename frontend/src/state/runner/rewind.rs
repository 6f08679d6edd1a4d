//! Showing a past moment of the run instead of now.

use leptos::prelude::*;

use super::{Runner, Told, Why};
use crate::model::history::{Gone, Moment};
use crate::model::log::Filter;
use crate::words::log_line::Line;

/// The past moment that is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Then {
    /// Which one.
    pub moment: Moment,
    /// The event that led to it; 0 before the first.
    pub seq: u64,
    /// Its time, microseconds since the run began.
    pub at_us: u64,
}

/// Where to go in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    /// To now, and on with it.
    Now,
    /// To a moment; to the newest is to now.
    To(Moment),
    /// Right after an event, also when that is the newest.
    Event(u64),
    /// The same, and the chain of causes that is told stays.
    Cause(u64),
}

impl Runner {
    /// Goes to another moment. One that is not kept any more is answered by the oldest that is.
    pub fn go(self, go: Go) {
        self.run.with_value(|run| {
            let Some(run) = run else {
                return;
            };
            let history = &run.history;
            let moment = match go {
                Go::Now => None,
                Go::To(moment) => Some(moment).filter(|moment| *moment < history.last()),
                Go::Event(seq) | Go::Cause(seq) => Some(history.find(seq).unwrap_or_else(|Gone| {
                    self.say(false, GONE);
                    history.first()
                })),
            };
            let Some(moment) = moment else {
                self.then.set(None);
                self.why.update(Why::forget);
                self.follow();
                return;
            };
            let kept = moment.max(history.first());
            if kept > moment {
                self.say(false, GONE);
            }
            let Some(shown) = run.shown_at(kept) else {
                return;
            };
            let event = history.event(kept);
            self.then.set(Some(Then {
                moment: kept,
                seq: event.map_or(shown.view.seq, |event| event.seq),
                at_us: event.map_or(shown.view.at_us, |event| event.at_us),
            }));
            if !matches!(go, Go::Cause(_)) {
                self.explain(run, Some(kept), kept);
            }
            self.view.set(shown.view.clone());
            self.tell(Told::of(run, shown));
        });
    }

    /// The last `count` lines of the log that pass the filter, oldest first; around a past moment
    /// those before and after its event, and that one in any case.
    #[must_use]
    pub fn lines(self, count: usize, filter: Filter, around: Option<u64>) -> Vec<Line> {
        self.run.with_value(|run| {
            run.as_ref().map_or_else(Vec::new, |run| {
                let events = match around {
                    None => run.log.last(count, filter),
                    Some(seq) => run.log.around(seq, count, filter),
                };
                let line = |event: &&_| Line::of(event, run.view());
                events.iter().map(line).collect()
            })
        })
    }
}

/// What is said when a moment is not kept.
const GONE: &str = "that event is no longer kept: the page keeps the newest events of a run alone. \
                    This is the oldest moment it can still show";
