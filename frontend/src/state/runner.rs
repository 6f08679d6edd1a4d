//! One run on the page, of a lesson or of any stages: starts it, folds what the server says, and
//! shows it.
//!
//! Messages change the plain [`Run`] at once; signals follow at most once per animation frame, and
//! what is read rather than watched (figures, sentences, the log) at most eight times a second.

use leptos::prelude::*;
use spillway_protocol::control::{Command, Download, Message, Start};
use spillway_streams::{RunView, StageId};

use crate::connection::{Connection, Refusal};
use crate::model::log::Filter;
use crate::model::run::{Figures, Run};
use crate::words::log_line::Line;
use crate::words::verdict::{Verdict, verdict};

/// Shortest time between two changes of what is read, milliseconds.
const READING_MS: f64 = 125.0;

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

/// What is read rather than watched.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Told {
    /// The picture at that moment.
    pub view: RunView,
    /// What was measured.
    pub figures: Vec<Figures>,
    /// The sentence above the picture.
    pub verdict: Verdict,
    /// Chunk events the server left out.
    pub thinned: u64,
    /// The finished output.
    pub download: Option<Download>,
}

/// What came of a verb: a note, or a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// It was refused.
    pub refused: bool,
    /// In words.
    pub text: String,
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
}

#[derive(Debug, Clone, Copy, Default)]
struct Frame {
    asked: bool,
    told_ms: f64,
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
            memory: RwSignal::new(0),
            phase: RwSignal::new(Phase::Off),
            view: RwSignal::default(),
            told: RwSignal::default(),
            notice: RwSignal::new(None),
            selected: RwSignal::new(StageId(0)),
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
        if self.phase.get_untracked() == Phase::Starting {
            return;
        }
        self.end();
        self.run.set_value(None);
        self.notice.set(None);
        self.phase.set(Phase::Starting);
        let command = Command::Start(self.start.get_value());
        let (id, answer) = self.connection.ask(command);
        self.asked.set_value(id);
        leptos::task::spawn_local(async move {
            self.started(id, answer.await);
        });
    }

    /// Ends the run and clears the picture.
    pub fn reset(self) {
        self.end();
        self.run.set_value(None);
        self.notice.set(None);
        self.phase.set(Phase::Off);
        self.view.set(RunView::default());
        self.told.set(Told::default());
    }

    /// Sends a verb, and shows what came of it. `command` gets the name of the run.
    pub fn act(self, command: impl FnOnce(String) -> Option<Command>) {
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

    /// The last `count` lines of the log that pass the filter, oldest first.
    #[must_use]
    pub fn lines(self, count: usize, filter: Filter) -> Vec<Line> {
        self.run.with_value(|run| {
            run.as_ref().map_or_else(Vec::new, |run| {
                let events = run.log.last(count, filter);
                let line = |event: &&_| Line::of(event, run.view());
                events.iter().map(line).collect()
            })
        })
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

    fn end(self) {
        let live = self.run.try_with_value(|run| {
            let live = run.as_ref().filter(|run| run.is_live());
            live.map(|run| run.name.clone())
        });
        if let Some(Some(run)) = live {
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

    fn run_name(self) -> Option<String> {
        self.run
            .with_value(|run| run.as_ref().map(|run| run.name.clone()))
    }

    fn hear(self, message: &Message) {
        match message {
            Message::Started { id, run, memory }
                if self.phase.get_untracked() == Phase::Starting
                    && *id == self.asked.get_value() =>
            {
                self.memory.set(*memory);
                self.run.set_value(Some(Run::new(run.clone())));
                self.phase.set(Phase::On);
            }
            Message::Welcome { runs, .. } => self.look_for_run(runs),
            _ => {}
        }
        let heard = self
            .run
            .try_update_value(|run| run.as_mut().is_some_and(|run| run.apply(message, now_ms())));
        if heard == Some(true) {
            self.ask_frame();
        }
    }

    /// After a lost connection: a server that was restarted no longer has the run.
    fn look_for_run(self, runs: &[String]) {
        let Some(name) = self.run_name() else {
            return;
        };
        if runs.contains(&name) || self.view.with_untracked(|view| view.outcome.is_some()) {
            return;
        }
        let reason = "the server was restarted and no longer has this run".to_owned();
        self.phase.set(Phase::Gone(reason));
    }

    fn ask_frame(self) {
        let asked = self.frame.try_update_value(|frame| {
            let asked = frame.asked;
            frame.asked = true;
            asked
        });
        if asked == Some(false) {
            request_animation_frame(move || self.draw());
        }
    }

    fn draw(self) {
        let now = now_ms();
        let tell = self.frame.try_update_value(|frame| {
            frame.asked = false;
            let due = now - frame.told_ms >= READING_MS;
            if due {
                frame.told_ms = now;
            }
            due
        });
        let Some(tell) = tell else {
            return;
        };
        self.run.with_value(|run| {
            let Some(run) = run else {
                return;
            };
            if self.view.with_untracked(|view| view != run.view()) {
                self.view.set(run.view().clone());
            }
            if tell {
                let told = tell_of(run, now);
                if self.told.with_untracked(|before| *before != told) {
                    self.told.set(told);
                }
            }
        });
    }
}

fn tell_of(run: &Run, now: f64) -> Told {
    let figures = run.figures(now);
    Told {
        verdict: verdict(run.view(), &figures),
        view: run.view().clone(),
        figures,
        thinned: run.thinned,
        download: run.download.clone(),
    }
}

fn now_ms() -> f64 {
    js_sys::Date::now()
}
