//! What the page hears of a run: the log through the tap, the goals, the finished output.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};

use spillway_lessons::Judge;
use spillway_protocol::control::{Clock, Message};
use spillway_streams::{Event, EventKind, RunView, StageId};

use super::outputs::Outputs;
use super::question::Question;
use super::show::Show;
use crate::engine::outbox::Outbox;
use crate::engine::tap::{Snapshot, Tap};
use crate::metrics::Metrics;

/// The page's side of a run.
pub(super) struct Page {
    pub(super) run: String,
    pub(super) lesson: Option<String>,
    pub(super) outbox: Arc<Outbox>,
    pub(super) judge: Option<Arc<Mutex<Judge>>>,
    pub(super) outputs: Arc<Outputs>,
    pub(super) tap: Tap,
    clock: Clock,
    clock_unsent: bool,
    goals_changed: bool,
    /// The solution that is being played.
    pub(super) show: Option<Show>,
    /// The question that the run answers.
    pub(super) question: Option<Question>,
    /// The stages whose finished files are still to be told of.
    ready_unsent: Vec<StageId>,
    thinned_counted: u64,
}

impl Page {
    pub(super) fn new(
        run: String,
        lesson: Option<String>,
        outbox: Arc<Outbox>,
        judge: Option<Arc<Mutex<Judge>>>,
        outputs: Arc<Outputs>,
    ) -> Self {
        Self {
            run,
            lesson,
            outbox,
            goals_changed: judge.is_some(),
            show: None,
            question: None,
            judge,
            outputs,
            tap: Tap::new(),
            clock: Clock::default(),
            clock_unsent: false,
            ready_unsent: Vec::new(),
            thinned_counted: 0,
        }
    }

    /// Takes an event of the log, judged before anything is thinned.
    pub(super) fn handle_event(&mut self, event: Event, view: &RunView) {
        if let Some(judge) = &self.judge {
            let mut judge = judge.lock().unwrap_or_else(PoisonError::into_inner);
            self.goals_changed |= judge.handle_event(&event, view);
        }
        if let Some(show) = &mut self.show {
            show.player.handle_event(&event, view);
        }
        if let Some(question) = &mut self.question {
            question.handle_event(&event, view);
        }
        match event.kind {
            EventKind::Taken { bytes, .. } => self.outputs.count(event.stage, bytes),
            EventKind::Finished if self.outputs.finish(event.stage) => {
                self.ready_unsent.push(event.stage);
            }
            _ => {}
        }
        self.tap.push(event);
    }

    /// Time has passed without an event: some goals wait for that.
    pub(super) fn handle_time(&mut self, at_us: u64, view: &RunView) {
        if let Some(judge) = &self.judge {
            let mut judge = judge.lock().unwrap_or_else(PoisonError::into_inner);
            self.goals_changed |= judge.handle_time(at_us, view);
        }
        if let Some(show) = &mut self.show {
            show.player.handle_time(at_us, view);
        }
    }

    /// The clock goes otherwise.
    pub(super) fn set_clock(&mut self, clock: Clock) {
        self.clock_unsent |= self.clock != clock;
        self.clock = clock;
    }

    /// A page has come (back): the next message is a snapshot, then the goals.
    pub(super) fn ask_snapshot(&mut self) {
        self.tap.ask_snapshot();
        self.goals_changed = self.judge.is_some();
        if let Some(show) = &mut self.show {
            show.ask();
        }
        if let Some(question) = &mut self.question {
            question.ask();
        }
    }

    /// Whether something waits for a page that is there.
    pub(super) fn has_unsent(&self) -> bool {
        self.outbox.has_page()
            && (self.tap.has_pending()
                || self.clock_unsent
                || self.goals_changed
                || self.show.as_ref().is_some_and(Show::is_unsent)
                || self.question.as_ref().is_some_and(Question::is_unsent)
                || !self.ready_unsent.is_empty())
    }

    /// Sends what waits, if the page has room.
    pub(super) fn flush(&mut self, view: &RunView, metrics: &Metrics) {
        let snapshot = || Snapshot {
            lesson: self.lesson.clone(),
            view: view.clone(),
            clock: self.clock,
            downloads: self.outputs.downloads(),
        };
        self.tap.flush(&self.outbox, &self.run, snapshot);
        let thinned = self.tap.thinned() - self.thinned_counted;
        self.thinned_counted += thinned;
        metrics.dropped_run_events.fetch_add(thinned, Relaxed);
        if self.clock_unsent {
            let run = self.run.clone();
            let clock = self.clock;
            let sent = self.outbox.send(Message::Clock { run, clock });
            self.clock_unsent = sent.is_err();
        }
        if self.goals_changed
            && let (Some(judge), Some(lesson)) = (&self.judge, &self.lesson)
        {
            let judge = judge.lock().unwrap_or_else(PoisonError::into_inner);
            let goals = Message::Goals {
                lesson: lesson.clone(),
                reached: judge.reached().to_vec(),
            };
            self.goals_changed = self.outbox.send(goals).is_err();
        }
        if let Some(show) = &mut self.show {
            show.flush(&self.outbox, &self.run);
        }
        if let Some(question) = &mut self.question {
            question.flush(&self.outbox, &self.run);
        }
        self.ready_unsent.retain(|stage| {
            let Some(download) = self.outputs.download_of(*stage) else {
                return false;
            };
            let run = self.run.clone();
            let sent = self.outbox.send(Message::Ready { run, download });
            sent.is_err()
        });
    }
}
