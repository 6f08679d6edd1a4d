//! `hello`: who the page is.

use std::sync::Arc;

use spillway_protocol::VERSION;
use spillway_protocol::control::ErrorCode;

use super::Refusal;
use crate::app::App;
use crate::session::Session;

/// Finds the page's session, or opens one. A session that is not known any more is replaced by a
/// new one: the page sees by its empty list of runs that they are gone.
pub(crate) fn hello(
    app: &App,
    version: u32,
    session: Option<&str>,
) -> Result<Arc<Session>, Refusal> {
    if version != VERSION {
        return Err(Refusal::new(
            ErrorCode::Version,
            format!("the page speaks version {version}, the server {VERSION}: reload the page"),
        ));
    }
    app.sessions.open(session).ok_or_else(|| {
        Refusal::new(
            ErrorCode::Quota,
            "the server has as many pages as it can keep; try again in a minute",
        )
    })
}
