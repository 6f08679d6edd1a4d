//! `throttle`: how fast a stage's implementation may go.

use spillway_protocol::control::Message;

use super::{Refusal, ask};
use crate::engine::{RunCommand, Throttle};
use crate::session::Session;

pub(super) async fn throttle(
    session: &Session,
    id: u64,
    run: &str,
    stage: String,
    bytes_per_s: Option<u64>,
) -> Result<Message, Refusal> {
    let throttle = Throttle { stage, bytes_per_s };
    ask(session, id, run, |reply| {
        RunCommand::Throttle(throttle, reply)
    })
    .await
}
