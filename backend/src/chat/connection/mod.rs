//! One connection of the chat: its task, from `welcome` to the Close frame.

mod gate;
mod reasons;
#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::Message;
use bytes::Bytes;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use self::gate::Gate;
use self::reasons::{Reason, Reasons};
use crate::chat::bucket::Bucket;
use crate::chat::incoming::{self, Incoming};
use crate::chat::names::Refusal;
use crate::chat::room::{
    Command, Ending, Join, Joined, Kind, MAX_BEHIND, MemberId, Outgoing, encode, notice,
};
use crate::chat::rooms::Handle;
use crate::metrics::Metrics;
use crate::socket::{failed, finish};
use crate::wire::ChatEvent;

/// Who comes, and to which room.
#[derive(Debug)]
pub(super) struct Guest {
    pub(super) room: Arc<Handle>,
    pub(super) name: String,
    pub(super) token: Option<String>,
    /// Whether the store knows the token.
    pub(super) known: bool,
    pub(super) after: Option<u64>,
}

/// What a connection needs of the server.
#[derive(Debug, Clone)]
pub(super) struct Surroundings {
    /// Messages a second; 0: no limit.
    pub(super) rate: u32,
    pub(super) metrics: Arc<Metrics>,
    pub(super) shutdown: CancellationToken,
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The client is gone, or has closed.
    Gone,
    /// By a Close frame with this code and reason.
    Close(u16, &'static str),
}

/// Says why somebody cannot come in, and closes.
pub(super) async fn refuse<S>(mut socket: S, (code, message): Refusal)
where
    S: Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error> + Unpin,
{
    let sent = socket.send(Message::Text(encode(&notice(code, message, None))));
    if matches!(timeout(PATIENCE, sent).await, Ok(Ok(()))) {
        finish(&mut socket, 1008, code).await;
    }
}

/// Serves a connection; `tell` hears what happens in its chat.
pub(super) async fn serve<S>(
    mut socket: S,
    guest: Guest,
    surroundings: Surroundings,
    tell: impl Fn(ChatEvent),
) where
    S: Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error> + Unpin,
{
    let (outgoing, queue) = mpsc::channel(MAX_BEHIND);
    let (ending, ended) = oneshot::channel();
    let (answer, answered) = oneshot::channel();
    let Guest {
        room,
        name,
        token,
        known,
        after,
    } = guest;
    let join = Command::Join(Join {
        name,
        token,
        known,
        after,
        outgoing,
        ending,
        answer,
    });
    room.commands.send(join).await.ok();
    let joined = match answered.await {
        Ok(Ok(joined)) => joined,
        Ok(Err(refusal)) => return refuse(socket, refusal).await,
        Err(_) => return finish(&mut socket, 1011, "the room failed").await,
    };
    let mut talk = Talk {
        bucket: Bucket::new(surroundings.rate, Instant::now()),
        reasons: Reasons::new(ended, &surroundings.shutdown),
        around: surroundings,
        socket: &mut socket,
        reading: Gate::new(),
        room: &room,
        member: joined.member,
        queue,
        unanswered: 0,
        pending: None,
        typed: None,
        tell,
    };
    let member = joined.member;
    let end = talk.run(joined).await;
    room.commands.send(Command::Leave { member }).await.ok();
    if let End::Close(code, reason) = end {
        finish(&mut socket, code, reason).await;
    }
}

/// A connection that is in its room.
struct Talk<'a, S, T> {
    socket: &'a mut S,
    /// Before what the socket has received.
    reading: Gate,
    room: &'a Handle,
    member: MemberId,
    around: Surroundings,
    queue: mpsc::Receiver<Outgoing>,
    reasons: Reasons,
    bucket: Bucket,
    /// Pings since the client was last heard.
    unanswered: u32,
    /// Waits for a place among the room's commands; until then nothing more is read.
    pending: Option<Command>,
    /// When the others were last told that this one is writing.
    typed: Option<Instant>,
    tell: T,
}

impl<S, T> Talk<'_, S, T>
where
    S: Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error> + Unpin,
    T: Fn(ChatEvent),
{
    async fn run(&mut self, joined: Joined) -> End {
        match self.talk(joined).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn talk(&mut self, joined: Joined) -> Result<Infallible, End> {
        for texts in joined.first.chunks(MAX_TOGETHER) {
            for text in texts {
                let feeding = self.socket.feed(Message::Text(text.clone()));
                self.reasons.hurry(feeding).await?;
            }
            self.reasons.hurry(self.socket.flush()).await?;
        }
        (self.tell)(ChatEvent::Joined);
        if joined.creator {
            (self.tell)(ChatEvent::Created);
        }
        if joined.resumed {
            (self.tell)(ChatEvent::Resumed);
        }
        loop {
            let Self {
                socket,
                reading,
                reasons,
                ..
            } = self;
            tokio::select! {
                Some(message) = self.queue.recv() => self.forward(message).await?,
                place = self.room.commands.reserve(), if self.pending.is_some() => {
                    if let (Ok(place), Some(command)) = (place, self.pending.take()) {
                        place.send(command);
                    }
                }
                received = poll_fn(|context| {
                    reading.poll(context, |context| socket.poll_next_unpin(context))
                }), if self.pending.is_none() => self.handle(received).await?,
                reason = poll_fn(|context| reasons.poll_next(context)) => match reason {
                    Reason::End(end) => return Err(end),
                    Reason::Ping => self.ping().await?,
                },
            }
        }
    }

    async fn handle(&mut self, received: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        self.unanswered = 0;
        match received {
            Some(Ok(Message::Text(text))) => self.handle_text(&text).await,
            Some(Ok(Message::Binary(_))) => {
                let message = "this chat speaks JSON in text messages".to_owned();
                self.write_error("binary", message, None).await
            }
            // The library answers pings and Close frames itself.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_))) => Ok(()),
            Some(Err(error)) => Err(match failed(&error, &self.around.metrics) {
                Some((code, reason)) => End::Close(code, reason),
                None => End::Gone,
            }),
            None => Err(End::Gone),
        }
    }

    async fn handle_text(&mut self, text: &str) -> Result<(), End> {
        match incoming::read(text) {
            Incoming::Act { id, .. } if !self.bucket.take(Instant::now()) => {
                self.limited(Some(id)).await
            }
            Incoming::Act { id, act } => {
                let member = self.member;
                self.pending = Some(Command::Act { member, id, act });
                Ok(())
            }
            Incoming::Typing => {
                // Too often is as good as seldom: it is left out without a word.
                if self
                    .typed
                    .is_none_or(|typed| typed.elapsed() >= TYPING_EVERY)
                {
                    self.typed = Some(Instant::now());
                    let member = self.member;
                    self.pending = Some(Command::Typing { member });
                }
                Ok(())
            }
            Incoming::History { .. } if !self.bucket.take(Instant::now()) => {
                self.limited(None).await
            }
            Incoming::History { before, limit } => self.tell_history(before, limit).await,
            Incoming::Unknown => Ok(()),
            Incoming::Refused { code, message, id } => self.write_error(code, message, id).await,
        }
    }

    async fn limited(&mut self, id: Option<String>) -> Result<(), End> {
        let message = format!(
            "at most {} messages a second; send it again later",
            self.around.rate
        );
        self.write_error("rate_limited", message, id).await
    }

    /// Reads from the store in this connection's own time; the room knows nothing of it.
    async fn tell_history(&mut self, before: Option<u64>, limit: usize) -> Result<(), End> {
        match self.room.history(before, limit).await {
            Ok(history) => self.write(Message::Text(encode(&history))).await,
            Err(error) => {
                let message = format!("what was said in this room cannot be read: {error}");
                self.write_error("unreadable", message, None).await
            }
        }
    }

    /// Sends this message and those that wait behind it, together.
    async fn forward(&mut self, message: Outgoing) -> Result<(), End> {
        let mut next = Some(message);
        let mut together = 0;
        while let Some(Outgoing { text, kind }) = next {
            let feeding = self.socket.feed(Message::Text(text));
            self.reasons.hurry(feeding).await?;
            match kind {
                Kind::Own => (self.tell)(ChatEvent::Said),
                Kind::Theirs => (self.tell)(ChatEvent::Received),
                Kind::Notice => {}
            }
            together += 1;
            next = if together < MAX_TOGETHER {
                self.queue.try_recv().ok()
            } else {
                None
            };
        }
        self.reasons.hurry(self.socket.flush()).await
    }

    async fn ping(&mut self) -> Result<(), End> {
        if self.unanswered == MAX_UNANSWERED {
            tracing::info!("closing a chat connection: no answer to pings");
            return Err(End::Close(1008, "no answer to pings"));
        }
        self.unanswered += 1;
        self.write(Message::Ping(Bytes::new())).await
    }

    async fn write_error(
        &mut self,
        code: &str,
        message: String,
        id: Option<String>,
    ) -> Result<(), End> {
        self.write(Message::Text(encode(&notice(code, message, id))))
            .await
    }

    async fn write(&mut self, message: Message) -> Result<(), End> {
        self.reasons.hurry(self.socket.send(message)).await
    }
}

fn end_of(ending: &Result<Ending, oneshot::error::RecvError>) -> End {
    match ending {
        Ok(Ending::TooSlow) => TOO_SLOW,
        Ok(Ending::Removed) => End::Close(REMOVED, "removed by the room's creator"),
        Ok(Ending::Replaced) => End::Close(REPLACED, "replaced by a newer connection"),
        Err(_) => End::Close(1011, "the room failed"),
    }
}

const TOO_SLOW: End = End::Close(1008, "too slow");
const STOPPING: End = End::Close(1001, "the server is stopping");

/// A code of this chat's own: the client must not come back by itself, or the two connections
/// would replace each other for ever.
const REPLACED: u16 = 4001;

/// As little may who was made to go come back by itself.
const REMOVED: u16 = 4003;

/// Silent connections are asked whether they are still there.
const PING_EVERY: Duration = Duration::from_secs(30);

/// Pings without an answer before a connection counts as lost.
const MAX_UNANSWERED: u32 = 2;

/// The others need not know more often that somebody is writing.
const TYPING_EVERY: Duration = Duration::from_secs(2);

/// How long one write may wait for the client to read.
const PATIENCE: Duration = Duration::from_secs(30);

/// Messages sent together when many wait.
const MAX_TOGETHER: usize = 64;
