//! `send_scenario`: any bytes, over a connection of their own, to this server alone.

use std::sync::Arc;

use spillway_protocol::control::{ErrorCode, Message, Prediction};
use tokio::sync::mpsc;

use super::Refusal;
use super::start::find_lesson;
use super::watch::goals_of;
use crate::app::App;
use crate::control::{Listener, WATCH_QUEUE, forward, push};
use crate::session::Session;
use crate::workbench::CannotSend;

pub(super) async fn send(
    app: &Arc<App>,
    session: &Arc<Session>,
    id: u64,
    (text, lesson, question): (&str, Option<String>, Option<Prediction>),
) -> Result<Message, Refusal> {
    let (text, listener) = match (lesson, question) {
        (lesson, Some(asked)) if text.is_empty() => {
            let question = question_of(app, lesson, &asked)?;
            session.allowance.free().await;
            question
        }
        (_, Some(_)) => {
            let message =
                "a question has a scenario of its own; send_scenario takes one or the other";
            return Err(Refusal::malformed(message));
        }
        (Some(address), None) => (text.to_owned(), Some(goals_of(app, session, address)?)),
        (None, None) => (text.to_owned(), None),
    };
    let Some(&server) = app.sessions.env().address.get() else {
        return Err(Refusal::new(
            ErrorCode::Internal,
            "the server has no listener of its own",
        ));
    };
    let (watcher, events) = mpsc::channel(WATCH_QUEUE);
    let connecting = app
        .workbench
        .connect(server, &text, &session.allowance, watcher);
    let sending = connecting.await.map_err(|error| refused(&error))?;
    let capture = session.next_capture();
    tokio::spawn(forward(Arc::clone(session), capture, listener, events));
    let (session, stopping) = (Arc::clone(session), app.shutdown.clone());
    tokio::spawn(async move {
        let over = sending.run(capture, stopping).await;
        push(&session.outbox, Message::ScenarioOver(over)).await;
    });
    Ok(Message::Sending { id, capture })
}

/// The scenario of a question, and who listens to it.
fn question_of(
    app: &App,
    lesson: Option<String>,
    asked: &Prediction,
) -> Result<(String, Option<Listener>), Refusal> {
    let Some(address) = lesson else {
        return Err(Refusal::malformed("a question is one of a lesson; name it"));
    };
    let posed = find_lesson(app, &address)?
        .posed(asked.number, asked.seed)
        .map_err(|error| Refusal::new(ErrorCode::NotAllowed, error))?;
    let Some(frames) = posed.frames.clone() else {
        let message = "this question is answered by a run; ask it with start";
        return Err(Refusal::new(ErrorCode::NotAllowed, message));
    };
    let question = posed
        .predict(&asked.prediction)
        .map_err(Refusal::malformed)?;
    Ok((frames, Some(Listener::question(asked.number, question))))
}

fn refused(error: &CannotSend) -> Refusal {
    let code = match error {
        CannotSend::Text(_) | CannotSend::WaitsTooLong { .. } => ErrorCode::BadScenario,
        CannotSend::NotNow(_) | CannotSend::TooMany => ErrorCode::Quota,
        CannotSend::Connect(_) => ErrorCode::Internal,
    };
    Refusal::new(code, error)
}
