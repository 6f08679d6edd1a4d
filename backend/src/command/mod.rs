//! What the page can ask, one file per message: each says what it does and how it refuses.

mod buffer;
mod clock;
mod end;
mod hello;
mod read;
mod scenario;
mod start;
mod throttle;
mod verb;
mod watch;
mod write;

use std::fmt::Display;
use std::sync::Arc;

use spillway_protocol::control::{Command, ErrorCode, Message, Request};
use tokio::sync::oneshot;

use crate::app::App;
use crate::engine::{Reply, RunCommand, RunError, RunVerb};
use crate::session::Session;

pub(crate) use self::hello::hello;
pub(crate) use self::start::find_lesson;

/// Why a request was refused; nothing has changed.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: ErrorCode,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(code: ErrorCode, message: impl Display) -> Self {
        Self {
            code,
            message: message.to_string(),
        }
    }

    pub(crate) fn malformed(message: impl Display) -> Self {
        Self::new(ErrorCode::Malformed, message)
    }
}

/// Carries out a request of a page that has said hello.
pub(crate) async fn carry_out(
    app: &Arc<App>,
    session: &Arc<Session>,
    request: Request,
) -> Result<Message, Refusal> {
    let id = request.id;
    match request.command {
        Command::Hello { .. } => Err(Refusal::malformed("hello comes once, first")),
        Command::Start(start) => start::start(app, session, id, start).await,
        Command::Check(start) => start::check(app, id, start),
        Command::Pipe { run, from, to } => {
            verb::carry_out(session, id, &run, RunVerb::Pipe { from, to }).await
        }
        Command::Unpipe { run, from, to } => {
            verb::carry_out(session, id, &run, RunVerb::Unpipe { from, to }).await
        }
        Command::Pause { run, stage } => {
            verb::carry_out(session, id, &run, RunVerb::Pause { stage }).await
        }
        Command::Resume { run, stage } => {
            verb::carry_out(session, id, &run, RunVerb::Resume { stage }).await
        }
        Command::Destroy { run, stage, error } => {
            verb::carry_out(session, id, &run, RunVerb::Destroy { stage, error }).await
        }
        Command::Read(read) => read::read(session, id, read).await,
        Command::Write(write) => write::write(session, id, write).await,
        Command::Cork { run, stage } => {
            verb::carry_out(session, id, &run, RunVerb::Cork { stage }).await
        }
        Command::Uncork { run, stage } => {
            verb::carry_out(session, id, &run, RunVerb::Uncork { stage }).await
        }
        Command::EndStage { run, stage } => {
            verb::carry_out(session, id, &run, RunVerb::End { stage }).await
        }
        Command::Buffer(place) => buffer::list(session, id, place).await,
        Command::Chunk { place, at } => buffer::look(session, id, place, at).await,
        Command::Throttle {
            run,
            stage,
            bytes_per_s,
        } => throttle::throttle(session, id, &run, stage, bytes_per_s).await,
        Command::Clock { run, clock } => clock::set(session, id, &run, clock).await,
        Command::End { run } => end::end(session, id, &run),
        Command::Watch { lesson } => watch::watch(app, session, id, lesson),
        Command::SendScenario {
            scenario,
            lesson,
            question,
        } => scenario::send(app, session, id, (&scenario, lesson, question)).await,
    }
}

/// Asks a run for something that has nothing to say, or a note.
async fn ask(
    session: &Session,
    id: u64,
    run: &str,
    command: impl FnOnce(Reply<Option<String>>) -> RunCommand,
) -> Result<Message, Refusal> {
    let note = ask_for(session, run, command).await?;
    Ok(Message::Ok { id, note })
}

/// Asks a run and waits for its answer.
async fn ask_for<T>(
    session: &Session,
    run: &str,
    command: impl FnOnce(Reply<T>) -> RunCommand,
) -> Result<T, Refusal> {
    let Some(commands) = session.with_run(run, |run| run.ask()) else {
        return Err(unknown_run(session, run));
    };
    let (reply, answer) = oneshot::channel();
    if commands.send(command(reply)).await.is_err() {
        return Err(unknown_run(session, run));
    }
    match answer.await {
        Ok(answer) => answer.map_err(|error| refused(&error)),
        Err(_) => Err(unknown_run(session, run)),
    }
}

fn refused(error: &RunError) -> Refusal {
    let code = match error {
        RunError::UnknownStage { .. } => ErrorCode::UnknownStage,
        RunError::Verb(_) | RunError::NotAllowed(_) | RunError::Asked | RunError::Over => {
            ErrorCode::NotAllowed
        }
        RunError::Gone(_) => ErrorCode::Gone,
        RunError::Stage(_) => ErrorCode::BadStage,
        RunError::Folder(_) => ErrorCode::Internal,
    };
    Refusal::new(code, error)
}

fn unknown_run(session: &Session, run: &str) -> Refusal {
    let known = session.run_names();
    let run: String = run.chars().take(40).collect();
    let known = if known.is_empty() {
        "it has none; start one".to_owned()
    } else {
        format!("it has {}", known.join(", "))
    };
    Refusal::new(
        ErrorCode::UnknownRun,
        format!("this session has no run '{run}'; {known}"),
    )
}
