//! `pipe`, `unpipe`, `pause`, `resume`, `destroy`: the verbs, carried out by the run.

use spillway_protocol::control::Message;

use super::{Refusal, ask};
use crate::engine::{RunCommand, RunVerb};
use crate::session::Session;

pub(super) async fn carry_out(
    session: &Session,
    id: u64,
    run: &str,
    verb: RunVerb,
) -> Result<Message, Refusal> {
    ask(session, id, run, |reply| RunCommand::Verb(verb, reply)).await
}
