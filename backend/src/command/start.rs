//! `start`: a lesson's pipeline, or one given in full; `check`: whether it could be started.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use spillway_lessons::{Judge, Lesson, Player, Posed, Stages, Thing};
use spillway_protocol::control::{ErrorCode, Message, Prediction, Start};

use super::{Refusal, clock, refused};
use crate::app::App;
use crate::engine::{Pipeline, Question, Rate, RunHandle, RunPlace, RunSpec};
use crate::security::random_token;
use crate::session::Session;

pub(super) async fn start(
    app: &Arc<App>,
    session: &Arc<Session>,
    id: u64,
    start: Start,
) -> Result<Message, Refusal> {
    let Asked {
        pipeline,
        lesson,
        player,
        question,
        rate,
    } = asked(app, start)?;
    let place = check_quotas(app, session)?;
    // The run of a question is another one than the goals are about.
    let judged = lesson.as_ref().filter(|_| question.is_none());
    let judge = judged.map(|(address, lesson)| {
        let judge = session.judge(address, lesson);
        lock(&judge).handle_new_run();
        judge
    });
    let run = random_token();
    let spec = RunSpec {
        id: run.clone(),
        place,
        lesson: lesson.map(|(address, _)| address),
        pipeline,
        judge,
        player,
        question,
        rate,
        outbox: Arc::clone(&session.outbox),
        uploads: Arc::clone(&session.uploads),
    };
    let handle = RunHandle::start(spec, app.sessions.env())
        .await
        .map_err(|error| refused(&error))?;
    session.keep(run.clone(), handle);
    let memory = app.sessions.env().quotas.memory;
    Ok(Message::Started { id, run, memory })
}

/// Checks what `start` would start.
pub(super) fn check(app: &App, id: u64, start: Start) -> Result<Message, Refusal> {
    asked(app, start).map(|_| Message::Ok { id, note: None })
}

/// What is to be started, checked.
struct Asked {
    pipeline: Pipeline,
    /// The lesson it is of, with its address.
    lesson: Option<(String, Lesson)>,
    /// Its solution, when it is to be played.
    player: Option<Player>,
    /// The question that it answers.
    question: Option<Question>,
    rate: Rate,
}

fn asked(app: &App, start: Start) -> Result<Asked, Refusal> {
    if start.pipes.is_some() && start.stages.is_none() {
        return Err(Refusal::malformed("start takes pipes beside stages only"));
    }
    let rate = clock::rate(start.clock.unwrap_or_default())?;
    let posed = match &start.question {
        Some(prediction) => Some(posed(app, &start, prediction)?),
        None => None,
    };
    let (planned, lesson) = match (start.lesson, start.stages) {
        (Some(address), None) => {
            let lesson = find_lesson(app, &address)?;
            let settings = posed.as_ref().map(|(posed, _)| &*posed.settings);
            let stages = stages_of(&address, &lesson, settings.unwrap_or_default())?;
            (Pipeline::plan_lesson(&stages), Some((address, lesson)))
        }
        (None, Some(stages)) => match start.pipes {
            Some(pipes) => (Pipeline::plan_piped(&stages, &pipes), None),
            None => (Pipeline::plan(&stages), None),
        },
        (Some(address), Some(stages)) => {
            let lesson = find_lesson(app, &address)?;
            if lesson.thing != Thing::Pressure || start.pipes.is_some() {
                let message = "start takes either a lesson or stages; both beside [pressure] alone, in \
                               their order";
                return Err(Refusal::malformed(message));
            }
            (Pipeline::plan(&stages), Some((address, lesson)))
        }
        (None, None) => {
            return Err(Refusal::malformed(
                "start takes either a lesson or stages, exactly one of them",
            ));
        }
    };
    let join = start
        .join
        .or(lesson.as_ref().map(|(_, lesson)| lesson.join));
    let pipeline = planned
        .and_then(|stages| stages.joined_by(join.unwrap_or_default()))
        .map(|stages| stages.hearing(start.heard))
        .and_then(|stages| stages.marked(&start.marks))
        .map_err(|error| Refusal::new(ErrorCode::BadStage, error))?;
    let player = match (&lesson, start.show) {
        (_, false) => posed.as_ref().map(|(posed, _)| posed.player()),
        (Some((address, lesson)), true) => Some(solution(address, lesson)?),
        (None, true) => {
            let message = "start takes show beside a lesson only, whose solution it plays";
            return Err(Refusal::malformed(message));
        }
    };
    Ok(Asked {
        pipeline,
        lesson,
        player,
        question: posed.map(|(_, question)| question),
        rate,
    })
}

/// The question that the run is to answer, and the prediction that it is held against.
fn posed(app: &App, start: &Start, asked: &Prediction) -> Result<(Posed, Question), Refusal> {
    let alone = start.join.is_none() && !start.heard && start.marks.is_empty() && !start.show;
    let Some(address) = start.lesson.as_deref().filter(|_| alone) else {
        return Err(Refusal::malformed(
            "start takes a question beside a lesson and a clock alone: its run is the lesson's own",
        ));
    };
    let lesson = find_lesson(app, address)?;
    let posed = lesson
        .posed(asked.number, asked.seed)
        .map_err(|error| Refusal::new(ErrorCode::NotAllowed, error))?;
    let question = posed
        .predict(&asked.prediction)
        .map_err(Refusal::malformed)?;
    Ok((posed, Question::new(asked.number, question)))
}

/// The lesson of this address.
pub(crate) fn find_lesson(app: &App, address: &str) -> Result<Lesson, Refusal> {
    app.course.lesson(address).ok_or_else(|| {
        let why = app.course.problem(address);
        let why = why.unwrap_or_else(|| String::from("GET /api/course lists them"));
        let address: String = address.chars().take(80).collect();
        Refusal::new(
            ErrorCode::UnknownLesson,
            format!("there is no lesson '{address}'; {why}"),
        )
    })
}

fn stages_of(
    address: &str,
    lesson: &Lesson,
    settings: &[(String, String, Value)],
) -> Result<Stages, Refusal> {
    match lesson.thing.with_settings(settings) {
        Thing::Pipeline(stages) => Ok(stages),
        _ => Err(Refusal::new(
            ErrorCode::NotAllowed,
            format!("the lesson '{address}' has no pipeline to start"),
        )),
    }
}

fn solution(address: &str, lesson: &Lesson) -> Result<Player, Refusal> {
    Player::new(lesson).ok_or_else(|| {
        Refusal::new(
            ErrorCode::NotAllowed,
            format!("the lesson '{address}' has no solution to show"),
        )
    })
}

/// A place for one more run, which nobody else can take meanwhile.
fn check_quotas(app: &App, session: &Session) -> Result<RunPlace, Refusal> {
    let env = app.sessions.env();
    let quotas = env.quotas;
    let full = if session.run_names().len() >= quotas.runs_per_session {
        format!(
            "a page may keep {} runs; end one first",
            quotas.runs_per_session
        )
    } else if env.disk.load(Relaxed) >= quotas.disk {
        format!(
            "the outputs of all runs fill the {} bytes the server gives them; try again in a minute",
            quotas.disk
        )
    } else if let Some(place) = RunPlace::take(&env.metrics, quotas.runs) {
        return Ok(place);
    } else {
        format!(
            "the server keeps {} runs, which is all it can; try again in a minute",
            quotas.runs
        )
    };
    Err(Refusal::new(ErrorCode::Quota, full))
}

fn lock(judge: &Mutex<Judge>) -> std::sync::MutexGuard<'_, Judge> {
    judge.lock().unwrap_or_else(PoisonError::into_inner)
}
