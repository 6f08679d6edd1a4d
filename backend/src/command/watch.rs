//! `watch`: a one-use token that lets this session see one connection's bytes.

use std::sync::Arc;

use spillway_protocol::control::Message;
use tokio::sync::mpsc;

use super::Refusal;
use super::start::find_lesson;
use crate::app::App;
use crate::control::{Listener, WATCH_QUEUE, forward};
use crate::session::Session;

pub(super) fn watch(
    app: &Arc<App>,
    session: &Arc<Session>,
    id: u64,
    lesson: Option<String>,
) -> Result<Message, Refusal> {
    let listener = match lesson {
        Some(address) => Some(goals_of(app, session, address)?),
        None => None,
    };
    let (watcher, events) = mpsc::channel(WATCH_QUEUE);
    let token = app.wire.issue(watcher);
    tokio::spawn(forward(
        Arc::clone(session),
        session.next_capture(),
        listener,
        events,
    ));
    Ok(Message::WatchToken { id, token })
}

/// The goals of a lesson, to listen to a connection of this session.
pub(super) fn goals_of(app: &App, session: &Session, address: String) -> Result<Listener, Refusal> {
    let lesson = find_lesson(app, &address)?;
    let judge = session.judge(&address, &lesson);
    Ok(Listener::goals(address, judge))
}
