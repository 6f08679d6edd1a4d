//! `end`: a run and all it holds are let go.

use spillway_protocol::control::Message;

use super::{Refusal, unknown_run};
use crate::session::Session;

pub(super) fn end(session: &Session, id: u64, run: &str) -> Result<Message, Refusal> {
    if session.end_run(run) {
        Ok(Message::Ok { id, note: None })
    } else {
        Err(unknown_run(session, run))
    }
}
