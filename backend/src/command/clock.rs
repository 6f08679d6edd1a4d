//! `clock`: how fast the events of a run come.

use spillway_protocol::control::{Clock, ErrorCode, Message};

use super::{Refusal, ask};
use crate::engine::{Rate, RateError, RunCommand};
use crate::session::Session;

pub(super) async fn set(
    session: &Session,
    id: u64,
    run: &str,
    clock: Clock,
) -> Result<Message, Refusal> {
    let rate = rate(clock)?;
    ask(session, id, run, |reply| RunCommand::Clock(rate, reply)).await
}

/// The rate that a clock asks for.
pub(super) fn rate(clock: Clock) -> Result<Rate, Refusal> {
    Rate::try_from(clock).map_err(|error| {
        let code = match error {
            RateError::Missing | RateError::NotSlow(_) => ErrorCode::Malformed,
            RateError::OutOfRange(_) => ErrorCode::NotAllowed,
        };
        Refusal::new(code, error)
    })
}
