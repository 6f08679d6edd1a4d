//! The token that lets the page see the bytes of its own connection.

use std::pin::pin;

use futures_util::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use spillway_protocol::control::{Command, Message};

use crate::connection::Connection;

/// Whether the bytes of the chat connection are being watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Watching {
    /// There has been no connection.
    NotYet,
    /// They are.
    Yes,
    /// They are not.
    No {
        /// Why, in words.
        why: String,
    },
}

/// Asks for a token. The chat waits for the page's own channel a moment when it is opened, and
/// longer when it comes back: a server that was restarted is back for both.
pub async fn watch_token(
    connection: Connection,
    lesson: Option<String>,
    first: bool,
) -> (Option<String>, Watching) {
    let patience = TimeoutFuture::new(if first { 3_000 } else { 20_000 });
    let asking = pin!(ask(connection, lesson));
    match select(asking, patience).await {
        Either::Left((Ok(token), _)) => (Some(token), Watching::Yes),
        Either::Left((Err(why), _)) => (None, Watching::No { why }),
        Either::Right(_) => {
            let why = "the page's own channel to the server is not open".to_owned();
            (None, Watching::No { why })
        }
    }
}

/// Asks until there is an answer.
async fn ask(connection: Connection, lesson: Option<String>) -> Result<String, String> {
    loop {
        let lesson = lesson.clone();
        match connection.request(Command::Watch { lesson }).await {
            Ok(Message::WatchToken { token, .. }) => return Ok(token),
            Ok(_) => return Err("the server's answer is not a token".to_owned()),
            Err(refusal) if refusal.code.is_some() => return Err(refusal.message),
            // The channel was lost before the answer came.
            Err(_) => TimeoutFuture::new(300).await,
        }
    }
}
