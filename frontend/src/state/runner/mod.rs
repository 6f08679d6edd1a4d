//! One run on the page, of a lesson or of any stages: starts it, folds what the server says, and
//! shows it.
//!
//! Messages change the plain [`Run`] at once; signals follow at most once per animation frame, and
//! what is read rather than watched (figures, sentences, the log) at most eight times a second.

mod asking;
mod draw;
mod predict;
mod rewind;
mod told;
mod why;

use leptos::prelude::*;
use spillway_protocol::control::{Answered, Clock, Command, Message, Prediction, Start};
use spillway_streams::{RunView, StageId};

use super::RunClock;
use crate::connection::{Connection, Refusal};
use crate::html::shown;
use crate::model::history::Span;
use crate::model::run::Run;
use draw::Frame;
pub use rewind::{Go, Then};
pub use told::{Notice, Told};
pub use why::Why;

/// Where a run stands as the page sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Nothing was started.
    Off,
    /// Asked for, not there yet.
    Starting,
    /// There; its outcome is in its view.
    On,
    /// The server no longer has it, and why.
    Gone(String),
}

/// One run after another of the same work. Copies are the same.
#[derive(Clone, Copy)]
pub struct Runner {
    connection: Connection,
    start: StoredValue<Start>,
    run: StoredValue<Option<Run>, LocalStorage>,
    frame: StoredValue<Frame>,
    /// The request that starts the run; other runs of the page have their own.
    asked: StoredValue<u64>,
    /// The clock that it was asked to begin with.
    begins: StoredValue<Option<Clock>>,
    /// Bytes that the run may hold before the server stops it.
    pub memory: RwSignal<u64>,
    /// Where the run stands.
    pub phase: RwSignal<Phase>,
    /// The picture, anew each frame in which something changed.
    pub view: RwSignal<RunView>,
    /// What is read, at most eight times a second.
    pub told: RwSignal<Told>,
    /// What came of the last verb.
    pub notice: RwSignal<Option<Notice>>,
    /// The stage whose verbs are shown.
    pub selected: RwSignal<StageId>,
    /// The past moment that is shown instead of now; while there is one, verbs are off.
    pub then: RwSignal<Option<Then>>,
    /// The moments that can be shown.
    pub span: RwSignal<Span>,
    /// How far the solution is that is played on the run, as HTML; empty when none is.
    pub shown: RwSignal<String>,
    /// The question of the lesson that the run is to answer; 0 when none.
    pub question: RwSignal<u64>,
    /// What came of a prediction that the run was to answer.
    pub answered: RwSignal<Option<Answered>>,
    /// Its clock.
    pub clock: RunClock,
    /// The chain of causes behind what is shown.
    pub why: RwSignal<Why>,
}

impl Runner {
    /// Starts the work's run at once, and ends it when the current owner is gone.
    #[must_use]
    pub fn open(connection: Connection, start: Start) -> Self {
        let runner = Self::prepare(connection, start);
        runner.start();
        runner
    }

    /// The same without starting it yet.
    #[must_use]
    pub fn prepare(connection: Connection, start: Start) -> Self {
        let runner = Self {
            connection,
            start: StoredValue::new(start),
            run: StoredValue::new_local(None),
            frame: StoredValue::new(Frame::default()),
            asked: StoredValue::new(0),
            begins: StoredValue::new(None),
            memory: RwSignal::new(0),
            phase: RwSignal::new(Phase::Off),
            view: RwSignal::default(),
            told: RwSignal::default(),
            notice: RwSignal::new(None),
            selected: RwSignal::new(StageId(0)),
            then: RwSignal::new(None),
            span: RwSignal::default(),
            shown: RwSignal::default(),
            question: RwSignal::new(0),
            answered: RwSignal::new(None),
            clock: RunClock::new(),
            why: RwSignal::default(),
        };
        connection.on_message(move |message| runner.hear(message));
        let ticking = set_interval_with_handle(
            move || runner.ask_frame(),
            std::time::Duration::from_millis(250),
        );
        on_cleanup(move || {
            if let Ok(ticking) = ticking {
                ticking.clear();
            }
            runner.end();
        });
        runner
    }

    /// Says what is started from now on.
    pub fn set_start(self, start: Start) {
        self.start.set_value(start);
    }

    /// Starts the work from the beginning; a run that is under way is ended.
    pub fn start(self) {
        self.start_anew(false, None);
    }

    /// The same, and the lesson's solution is played on it.
    pub fn show(self) {
        self.start_anew(true, None);
    }

    /// Whether the work is a lesson's.
    #[must_use]
    pub fn is_of_lesson(self) -> bool {
        self.start.with_value(|start| start.lesson.is_some())
    }

    fn start_anew(self, show: bool, question: Option<Prediction>) {
        if self.phase.get_untracked() == Phase::Starting {
            return;
        }
        self.end();
        if question.is_some() || self.answered.with_untracked(Option::is_some) {
            self.let_clock_go();
        }
        self.forget();
        let number = question.as_ref().map_or(0, |question| question.number);
        self.question.set(number);
        self.phase.set(Phase::Starting);
        let clock = self.clock.at_start();
        self.begins.set_value(clock);
        let command = Command::Start(Start {
            show,
            clock,
            ..self.asking(question)
        });
        let (id, answer) = self.connection.ask(command);
        self.asked.set_value(id);
        leptos::task::spawn_local(async move {
            self.started(id, answer.await);
        });
    }

    /// Ends the run and clears the picture.
    pub fn reset(self) {
        self.end();
        self.forget();
        self.phase.set(Phase::Off);
        self.view.set(RunView::default());
        self.told.set(Told::default());
        self.clock.hear(Clock::default());
    }

    /// Sends a verb, and shows what came of it. `command` gets the name of the run. While the page
    /// shows a past moment, verbs are refused.
    pub fn act(self, command: impl FnOnce(String) -> Option<Command>) {
        if self.then.with_untracked(Option::is_some) {
            self.say(true, VERBS_ARE_OFF);
            return;
        }
        self.send(command);
    }

    /// The same for what is no verb, and so may be sent from a past moment too.
    pub fn send(self, command: impl FnOnce(String) -> Option<Command>) {
        let Some(command) = self.run_name().and_then(command) else {
            return;
        };
        leptos::task::spawn_local(async move {
            let notice = match self.connection.request(command).await {
                Ok(Message::Ok { note, .. }) => note.map(|text| Notice {
                    refused: false,
                    text,
                }),
                Ok(_) => None,
                Err(refusal) => Some(Notice {
                    refused: true,
                    text: refusal.message,
                }),
            };
            // The learner may have left the lesson by now.
            let _ = self.notice.try_set(notice);
        });
    }

    /// Shows a note, or a refusal.
    pub fn say(self, refused: bool, text: &str) {
        self.notice.set(Some(Notice {
            refused,
            text: text.to_owned(),
        }));
    }

    /// Looks at the run as it is now, with the page's clock, milliseconds; `None` when there is none.
    pub fn peek<T>(self, look: impl FnOnce(f64, &Run) -> T) -> Option<T> {
        let looked = self
            .run
            .try_with_value(|run| Some(look(now_ms(), run.as_ref()?)));
        looked.flatten()
    }

    fn forget(self) {
        self.run.set_value(None);
        self.notice.set(None);
        self.then.set(None);
        self.span.set(Span::default());
        self.why.set(Why::default());
        self.shown.set(String::new());
        self.answered.set(None);
    }

    fn started(self, id: u64, answer: Result<Message, Refusal>) {
        match answer {
            // The run itself was taken up by `hear`. Whoever left or reset it meanwhile does not
            // want it.
            Ok(Message::Started { run, .. }) => {
                if self.phase.try_get_untracked().is_none() || !self.is_named(&run) {
                    self.send_end(run);
                }
            }
            Ok(_) => {}
            Err(refusal) if self.asked.try_get_value() == Some(id) => {
                let notice = Notice {
                    refused: true,
                    text: refusal.message,
                };
                let _ = self.notice.try_set(Some(notice));
                let _ = self.phase.try_set(Phase::Off);
            }
            Err(_) => {}
        }
    }

    /// Ends the run, one that is over too: the server keeps it until then, and keeps few of a page.
    fn end(self) {
        let name = |run: &Option<Run>| run.as_ref().map(|run| run.name.clone());
        if let Some(Some(run)) = self.run.try_with_value(name) {
            self.send_end(run);
        }
    }

    fn send_end(self, run: String) {
        let connection = self.connection;
        leptos::task::spawn_local(async move {
            // If this does not arrive, the server ends the run with the session.
            let _ = connection.request(Command::End { run }).await;
        });
    }

    fn is_named(self, name: &str) -> bool {
        self.run
            .with_value(|run| run.as_ref().is_some_and(|run| run.name == name))
    }

    /// Whether there is a run in which anything can still happen.
    pub(super) fn is_live(self) -> bool {
        self.run
            .with_value(|run| run.as_ref().is_some_and(Run::is_live))
    }

    /// The secret name of the run, once there is one.
    #[must_use]
    pub fn run_name(self) -> Option<String> {
        self.run
            .with_value(|run| run.as_ref().map(|run| run.name.clone()))
    }

    /// Sets the clock of a run that is over, which its next frames show.
    pub(super) fn keep_clock(self, clock: Clock) {
        self.run.update_value(|run| {
            if let Some(run) = run {
                run.clock = clock;
            }
        });
    }

    fn hear(self, message: &Message) {
        match message {
            Message::Started { id, run, memory }
                if self.phase.get_untracked() == Phase::Starting
                    && *id == self.asked.get_value() =>
            {
                self.memory.set(*memory);
                let mut run = Run::new(run.clone());
                let wanted = self.clock.at_start();
                run.clock = wanted.unwrap_or_default();
                self.run.set_value(Some(run));
                self.phase.set(Phase::On);
                if wanted != self.begins.get_value() {
                    // It was set while the run was on its way.
                    self.set_clock(wanted.unwrap_or_default());
                }
            }
            Message::Shown {
                run,
                done,
                of,
                html,
            } if self.is_named(run) => self.shown.set(shown(*done, *of, html)),
            Message::Welcome { runs, .. } => self.look_for_run(runs),
            _ => {}
        }
        let heard = self
            .run
            .try_update_value(|run| run.as_mut().is_some_and(|run| run.apply(message, now_ms())));
        if heard == Some(true) {
            self.ask_frame();
        }
        if let Message::Answered(answered) = message
            && self.is_named(&answered.run)
        {
            self.hear_answer(answered);
        }
    }

    /// After a lost connection: a server that was restarted no longer has the run.
    fn look_for_run(self, runs: &[String]) {
        let Some(name) = self.run_name() else {
            return;
        };
        let over = |run: &Option<Run>| !run.as_ref().is_some_and(Run::is_live);
        if runs.contains(&name) || self.run.with_value(over) {
            return;
        }
        let reason = "the server was restarted and no longer has this run".to_owned();
        self.phase.set(Phase::Gone(reason));
    }
}

fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// Why a verb is refused while the page shows a past moment.
pub const VERBS_ARE_OFF: &str =
    "this is a past moment, and a verb acts on the run as it is now: go back to now first";
