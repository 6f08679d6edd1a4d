//! Plays the lessons of a course on the real engine, as the checker does: the solution of each must
//! reach all its goals, and its start alone none of them.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream;
use spillway_lessons::{Course, Lesson, LessonError};
use spillway_protocol::control::{Command, Message, Request, Start};
use spillway_streams::EventKind;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;

use super::benches;
use super::questions::ask_all;
use crate::app::{App, AppError, Config};
use crate::command::carry_out;
use crate::security::random_token;
use crate::server;

/// Why the lessons could not be played.
#[derive(Debug, Error)]
pub(super) enum RehearsalError {
    /// No server.
    #[error(transparent)]
    App(#[from] AppError),
    /// No address, or no folder.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A solution has so long to reach the goals; it would bore who watches it.
const WITHIN: Duration = Duration::from_mins(2);

/// What was reached by the last event of a run is told no later than this.
const TOLD_WITHIN: Duration = Duration::from_secs(1);

/// The start alone has so much longer than the solution took to reach a goal.
const LONGER: Duration = Duration::from_secs(1);

/// Lessons played at the same time: most of them wait for their speed limits.
const AT_ONCE: usize = 16;

/// Lessons on WebSockets played at the same time.
const BENCHES_AT_ONCE: usize = 8;

/// Plays the lessons of a course folder that has no errors, and says what is wrong with them.
pub(super) async fn rehearse(
    folder: &Path,
    course: &Course,
) -> Result<Vec<LessonError>, RehearsalError> {
    let data = Folder::new();
    let config = Config {
        lessons: Some(folder.to_owned()),
        ..Config::local(&data.0)
    };
    let listener = TcpListener::bind(config.addr).await?;
    let app = App::new(config)?;
    let stop = CancellationToken::new();
    let served = server::run(listener, Arc::clone(&app), stop.clone().cancelled_owned());
    let played = async {
        let lessons = || {
            course.chapters.iter().flat_map(|chapter| {
                let lessons = chapter.lessons.iter();
                lessons.map(|lesson| (format!("{}/{}", chapter.slug, lesson.slug), lesson))
            })
        };
        let on_engine = lessons().filter(|(_, lesson)| !lesson.show.is_empty());
        let problems = stream::iter(on_engine)
            .map(|(address, lesson)| check(&app, address, lesson))
            .buffered(AT_ONCE)
            .collect::<Vec<_>>();
        // One after the other: none is to wait for the machine because of another.
        let problems = problems.await.into_iter().flatten();
        let on_benches = lessons().filter(|(_, lesson)| !lesson.controls.is_empty());
        let of_benches = stream::iter(on_benches)
            .map(async |(address, lesson)| benches::check(&app, &address, lesson).await)
            .buffered(BENCHES_AT_ONCE)
            .collect::<Vec<_>>();
        let of_benches = of_benches.await.into_iter().flatten();
        let of_questions = ask_all(&app, course).await;
        stop.cancel();
        problems.chain(of_benches).chain(of_questions).collect()
    };
    let ((), problems) = tokio::join!(served, played);
    Ok(problems)
}

/// A folder for the data of the runs, which goes with this.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        Self(env::temp_dir().join(format!("spillway-check-{}", random_token())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Whatever stays is in the folder that is there for it.
        fs::remove_dir_all(&self.0).ok();
    }
}

async fn check(app: &Arc<App>, address: String, lesson: &Lesson) -> Vec<LessonError> {
    let solved = CancellationToken::new();
    let solution = async {
        let played = play(app, &address, true, &CancellationToken::new()).await;
        sleep(LONGER).await;
        solved.cancel();
        played
    };
    let (solution, alone) = tokio::join!(solution, play(app, &address, false, &solved));
    let mut problems = Vec::new();
    if let Some(at) = alone.reached.iter().position(|reached| *reached) {
        let message = format!(
            "goal {} is reached by the start alone; ask for something that the learner has to do, \
             or let the stages begin otherwise",
            at + 1
        );
        let line = lesson.goals.get(at).map(|goal| goal.line);
        problems.push(about(lesson, line, message));
    }
    let missing = solution.reached.iter().position(|reached| !*reached);
    if let Some(at) = missing.or(solution.reached.is_empty().then_some(0)) {
        let within = WITHIN.as_secs();
        let message = format!(
            "the solution does not reach goal {} within {within} s; it did {} of its {} steps. {} \
             Correct the solution, or a goal that cannot be reached",
            at + 1,
            solution.done,
            lesson.show.len(),
            solution.told
        );
        let next = lesson.show.get(solution.done).or(lesson.show.last());
        problems.push(about(lesson, next.map(|step| step.line), message));
    }
    problems
}

pub(super) fn about(lesson: &Lesson, line: Option<u32>, message: String) -> LessonError {
    LessonError {
        line,
        ..LessonError::about_file(format!("{}/lesson.toml", lesson.folder), message)
    }
}

/// How a lesson went.
#[derive(Debug, Default)]
struct Played {
    /// The goals, in their order.
    reached: Vec<bool>,
    /// Steps of the solution that were done.
    done: usize,
    /// What was told of it last.
    told: String,
}

impl Played {
    fn is_solved(&self) -> bool {
        !self.reached.is_empty() && self.reached.iter().all(|reached| *reached)
    }

    /// Takes in a message; answers whether the run is over.
    fn hear(&mut self, message: Message) -> bool {
        match message {
            Message::Goals { reached, .. } => self.reached = reached,
            Message::Shown { done, html, .. } => {
                self.done = usize::try_from(done).unwrap_or(usize::MAX);
                self.told = without_tags(&html);
            }
            Message::Events { events, .. } => {
                let over = |kind: &EventKind| matches!(kind, EventKind::Over { .. });
                return events.iter().any(|event| over(&event.kind));
            }
            _ => {}
        }
        false
    }
}

/// Plays a lesson as a page does, until it is solved or over, its time is up, or it is to stop.
async fn play(app: &Arc<App>, address: &str, show: bool, stop: &CancellationToken) -> Played {
    let mut played = Played::default();
    let Some(session) = app.sessions.open(None) else {
        "The server has no session for it.".clone_into(&mut played.told);
        return played;
    };
    let (_, mut messages) = session.attach();
    let start = Start {
        lesson: Some(address.to_owned()),
        show,
        ..Start::default()
    };
    let request = Request {
        id: 1,
        command: Command::Start(start),
    };
    let mut until = Instant::now() + WITHIN;
    if let Err(refusal) = carry_out(app, &session, request).await {
        played.told = format!("It does not start: {}.", refusal.message);
        until = Instant::now();
    }
    while !played.is_solved() {
        let message = tokio::select! {
            message = timeout_at(until, messages.recv()) => message,
            () = stop.cancelled() => break,
        };
        let Ok(Some(message)) = message else {
            break;
        };
        if played.hear(message) {
            until = until.min(Instant::now() + TOLD_WITHIN);
        }
    }
    app.sessions.end(&session.id);
    played
}

/// What is said as HTML, for a terminal: its code in backticks.
pub(super) fn without_tags(html: &str) -> String {
    let html = html.replace("<code>", "`").replace("</code>", "`");
    let mut text = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            letter if !inside => text.push(letter),
            _ => {}
        }
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
