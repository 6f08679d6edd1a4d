//! One run as the page knows it: a fold of the server's messages about it.

use spillway_protocol::control::{Download, Message};
use spillway_streams::{Event, EventKind, RunView, StageView};

use super::log::Log;
use super::meter::{Meter, Share, TimeShare};

/// One run.
#[derive(Debug, Default)]
pub struct Run {
    /// Its name on the server.
    pub name: String,
    /// The picture; only messages of the server change it.
    pub view: RunView,
    /// The end of its log.
    pub log: Log,
    /// Chunk events that the server's tap left out so far.
    pub thinned: u64,
    /// Where the finished output can be fetched.
    pub download: Option<Download>,
    gauges: Vec<Gauges>,
    /// The page's clock when the last event came, so that speeds fall while nothing comes.
    heard_ms: f64,
}

/// What is measured of a stage beyond its view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Bytes a second that left its read buffer.
    pub out_per_s: u64,
    /// Bytes a second that its implementation took.
    pub taken_per_s: u64,
    /// How often in the last second its read side was stopped.
    pub stops_per_s: u64,
    /// How often in the last second its `write()` answered false.
    pub refusals_per_s: u64,
    /// How it spends its time, once that was reported.
    pub share: Option<Share>,
}

#[derive(Debug, Default)]
struct Gauges {
    out: Meter,
    taken: Meter,
    stops: Meter,
    refusals: Meter,
    time: TimeShare,
    stop_count: u64,
    refusal_count: u64,
}

impl Run {
    /// A run of which nothing is known but its name.
    #[must_use]
    pub fn new(name: String) -> Self {
        Self {
            name,
            ..Self::default()
        }
    }

    /// Takes in a message of the server; `now_ms` is the page's clock. Returns whether it was
    /// about this run.
    pub fn apply(&mut self, message: &Message, now_ms: f64) -> bool {
        match message {
            Message::Snapshot {
                run,
                view,
                recent,
                thinned,
                download,
                ..
            } if *run == self.name => {
                self.log.clear();
                for event in recent {
                    self.log.push(event);
                }
                self.gauges.clear();
                self.thinned = *thinned;
                self.download.clone_from(download);
                self.replace_view(view, now_ms);
            }
            Message::Events {
                run,
                events,
                thinned,
                view,
            } if *run == self.name => {
                for event in events {
                    self.fold(event);
                }
                self.thinned = *thinned;
                match view {
                    Some(view) => self.replace_view(view, now_ms),
                    None => self.measure(now_ms),
                }
            }
            Message::Ready { run, download } if *run == self.name => {
                self.download = Some(download.clone());
            }
            _ => return false,
        }
        true
    }

    /// Whether anything can still happen in it.
    #[must_use]
    pub const fn is_live(&self) -> bool {
        self.view.outcome.is_none()
    }

    /// What is measured of each stage at the page's time `now_ms`.
    #[must_use]
    pub fn figures(&self, now_ms: f64) -> Vec<Figures> {
        let now_us = self.view.at_us + micros_between(self.heard_ms, now_ms);
        self.gauges
            .iter()
            .map(|gauges| gauges.read(now_us))
            .collect()
    }

    fn fold(&mut self, event: &Event) {
        self.view.apply(event);
        self.log.push(event);
        let at = usize::from(event.stage.0);
        if at >= self.view.stages.len() {
            return;
        }
        if self.gauges.len() <= at {
            self.gauges
                .resize_with(self.view.stages.len(), Gauges::default);
        }
        let gauges = &mut self.gauges[at];
        match &event.kind {
            EventKind::Paused { .. } => gauges.stop_count += 1,
            EventKind::Wrote { answer: false, .. } => gauges.refusal_count += 1,
            _ => {}
        }
    }

    fn replace_view(&mut self, view: &RunView, now_ms: f64) {
        self.view = view.clone();
        self.measure(now_ms);
    }

    fn measure(&mut self, now_ms: f64) {
        self.heard_ms = now_ms;
        self.gauges
            .resize_with(self.view.stages.len(), Gauges::default);
        for (gauges, stage) in self.gauges.iter_mut().zip(&self.view.stages) {
            gauges.record(self.view.at_us, stage);
        }
    }
}

impl Gauges {
    fn record(&mut self, at_us: u64, stage: &StageView) {
        if let Some(readable) = &stage.readable {
            self.out
                .record(at_us, readable.bytes + readable.discarded_bytes);
        }
        if let Some(writable) = &stage.writable {
            self.taken.record(at_us, writable.bytes);
        }
        self.stops.record(at_us, self.stop_count);
        self.refusals.record(at_us, self.refusal_count);
        if stage.busy_us + stage.held_us > 0 {
            self.time.record(at_us, stage.busy_us, stage.held_us);
        }
    }

    fn read(&self, now_us: u64) -> Figures {
        Figures {
            out_per_s: self.out.per_second(now_us),
            taken_per_s: self.taken.per_second(now_us),
            stops_per_s: self.stops.per_second(now_us),
            refusals_per_s: self.refusals.per_second(now_us),
            share: self.time.share(),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a day before the cast"
)]
fn micros_between(from_ms: f64, to_ms: f64) -> u64 {
    const DAY_MS: f64 = 86_400_000.0;
    ((to_ms - from_ms).clamp(0.0, DAY_MS) * 1_000.0) as u64
}

#[cfg(test)]
mod tests {
    use spillway_protocol::control::Clock;
    use spillway_streams::StageId;

    use super::*;
    use crate::model::log::Filter;
    use crate::model::sample;

    fn snapshot(view: RunView, recent: Vec<Event>) -> Message {
        Message::Snapshot {
            run: "r1".to_owned(),
            lesson: None,
            view,
            clock: Clock::default(),
            recent,
            thinned: 0,
            download: None,
        }
    }

    fn events(events: Vec<Event>, view: Option<RunView>) -> Message {
        Message::Events {
            run: "r1".to_owned(),
            events,
            thinned: 7,
            view,
        }
    }

    fn data(seq: u64, at_us: u64, total: u64) -> Event {
        Event {
            seq,
            at_us,
            stage: StageId(0),
            kind: EventKind::Data {
                bytes: 1,
                buffered: 0,
                chunks: seq,
                total,
            },
        }
    }

    fn started() -> Run {
        let mut run = Run::new("r1".to_owned());
        assert!(run.apply(&snapshot(sample::pipeline(), Vec::new()), 0.0));
        run
    }

    #[test]
    fn events_are_folded_into_the_view() {
        let mut run = started();
        run.apply(&events(vec![data(11, 1_100_000, 640)], None), 100.0);
        let readable = run.view.stages[0].readable.as_ref().expect("a Readable");
        assert_eq!(readable.bytes, 640);
        assert_eq!(run.thinned, 7);
    }

    #[test]
    fn a_batch_with_a_view_replaces_what_was_folded() {
        let mut run = started();
        let mut exact = sample::pipeline();
        exact.seq = 99;
        run.apply(
            &events(vec![data(11, 1_100_000, 640)], Some(exact.clone())),
            0.0,
        );
        assert_eq!(run.view, exact);
    }

    #[test]
    fn a_snapshot_after_a_lost_connection_starts_afresh() {
        let mut run = started();
        let waiting = Event {
            kind: EventKind::Drain,
            ..data(11, 1_100_000, 0)
        };
        run.apply(&events(vec![waiting.clone()], None), 0.0);
        run.apply(&snapshot(sample::pipeline(), vec![waiting]), 0.0);
        assert_eq!(run.log.last(10, Filter::default()).len(), 1);
    }

    #[test]
    fn speeds_fall_by_themselves_when_nothing_more_comes() {
        let mut run = started();
        run.apply(&events(vec![data(11, 1_500_000, 64_000)], None), 500.0);
        assert_eq!(run.figures(500.0)[0].out_per_s, 64_000);
        assert_eq!(run.figures(2_600.0)[0].out_per_s, 0);
    }

    #[test]
    fn messages_about_other_runs_change_nothing() {
        let mut run = started();
        let ready = Message::Ready {
            run: "r2".to_owned(),
            download: Download {
                path: String::new(),
                name: String::new(),
                bytes: 1,
            },
        };
        assert!(!run.apply(&ready, 0.0));
        assert!(run.is_live());
    }
}
