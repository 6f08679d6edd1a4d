//! `send_scenario`: any bytes, over a connection of their own, to this server alone.

use std::sync::Arc;

use spillway_protocol::control::{ErrorCode, Message, Prediction};
use tokio::sync::mpsc;

use super::Refusal;
use super::watch::goals_of;
use crate::app::App;
use crate::control::{WATCH_QUEUE, forward, push};
use crate::session::Session;
use crate::workbench::CannotSend;

pub(super) async fn send(
    app: &Arc<App>,
    session: &Arc<Session>,
    id: u64,
    (text, lesson, question): (&str, Option<String>, Option<Prediction>),
) -> Result<Message, Refusal> {
    if question.is_some() {
        let message = "a lesson's question is answered by its run; ask it with start";
        return Err(Refusal::malformed(message));
    }
    let listener = match lesson {
        Some(address) => Some(goals_of(app, session, address)?),
        None => None,
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
        .connect(server, text, &session.allowance, watcher);
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

fn refused(error: &CannotSend) -> Refusal {
    let code = match error {
        CannotSend::Text(_) | CannotSend::WaitsTooLong { .. } => ErrorCode::BadScenario,
        CannotSend::NotNow(_) | CannotSend::TooMany => ErrorCode::Quota,
        CannotSend::Connect(_) => ErrorCode::Internal,
    };
    Refusal::new(code, error)
}
