//! The loop of one control connection.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::Message as Frame;
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use spillway_protocol::control::{Command, ErrorCode, Message, Request};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::app::App;
use crate::command::{self, Refusal};
use crate::session::Session;
use crate::socket::{self, finish, shut_down};

/// How often an idle connection is asked whether it is still there.
const PING: Duration = Duration::from_secs(30);

/// Requests one connection may make in a burst, and each second from then on.
const BURST: f64 = 200.0;
const RATE: f64 = 50.0;

/// How long a page has to take one message before it is let go.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) async fn serve<S>(mut socket: S, app: &Arc<App>)
where
    S: Stream<Item = Result<Frame, axum::Error>> + Sink<Frame> + Unpin,
{
    let mut page = Page::default();
    let mut ping = interval(PING);
    ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ping.reset();
    let mut unanswered_pings = 0_u8;
    loop {
        let out = tokio::select! {
            received = socket.next() => match received {
                Some(Ok(frame)) => {
                    unanswered_pings = 0;
                    match page.handle_frame(app, frame).await {
                        Turn::Send(message) => encode(&message),
                        Turn::Nothing => continue,
                        Turn::Close(code, reason) => {
                            finish(&mut socket, code, reason).await;
                            break;
                        }
                    }
                }
                Some(Err(error)) => {
                    if let Some((code, reason)) = socket::failed(&error, &app.metrics) {
                        finish(&mut socket, code, reason).await;
                    }
                    break;
                }
                None => break,
            },
            pushed = page.next_push() => match pushed {
                Some(message) => encode(&message),
                None => {
                    let (code, reason) = page.let_go();
                    finish(&mut socket, code, reason).await;
                    break;
                }
            },
            _ = ping.tick() => {
                unanswered_pings += 1;
                if unanswered_pings > 2 {
                    finish(&mut socket, 1008, "no answer to two pings").await;
                    break;
                }
                Frame::Ping(bytes::Bytes::new())
            }
            () = app.shutdown.cancelled() => {
                shut_down(&mut socket).await;
                break;
            }
        };
        if !matches!(
            tokio::time::timeout(PATIENCE, socket.send(out)).await,
            Ok(Ok(()))
        ) {
            break;
        }
    }
    page.left(app);
}

/// What to do after a frame.
enum Turn {
    Send(Box<Message>),
    Nothing,
    Close(u16, &'static str),
}

/// One page's connection: nobody until `hello`, then its session.
#[derive(Default)]
struct Page {
    joined: Option<Joined>,
    rate: Option<Rate>,
}

struct Joined {
    session: Arc<Session>,
    attachment: u64,
    pushes: mpsc::Receiver<Message>,
}

/// Close code of a connection whose session another one has taken over.
const REPLACED: u16 = 4001;

impl Page {
    /// Why nothing more is pushed to this page.
    fn let_go(&self) -> (u16, &'static str) {
        let replaced = self.joined.as_ref();
        let replaced =
            replaced.is_some_and(|joined| joined.session.has_moved_from(joined.attachment));
        if replaced {
            (REPLACED, "replaced by a newer connection")
        } else {
            (1000, "the session was ended")
        }
    }

    async fn handle_frame(&mut self, app: &Arc<App>, frame: Frame) -> Turn {
        let text = match frame {
            Frame::Text(text) => text,
            Frame::Binary(_) => {
                return refuse(None, &Refusal::malformed("control messages are JSON text"));
            }
            Frame::Ping(_) | Frame::Pong(_) | Frame::Close(_) => return Turn::Nothing,
        };
        if !self.rate.get_or_insert_with(Rate::new).allows() {
            return Turn::Close(1008, "more than 50 requests a second");
        }
        let request: Request = match serde_json::from_str(&text) {
            Ok(request) => request,
            Err(error) => return refuse(id_of(&text), &Refusal::malformed(error)),
        };
        let id = request.id;
        match self.handle_request(app, request).await {
            Ok(answer) => Turn::Send(Box::new(answer)),
            Err(refusal) => refuse(Some(id), &refusal),
        }
    }

    async fn handle_request(
        &mut self,
        app: &Arc<App>,
        request: Request,
    ) -> Result<Message, Refusal> {
        let Some(joined) = &self.joined else {
            let Command::Hello { version, session } = request.command else {
                return Err(Refusal::new(
                    ErrorCode::HelloFirst,
                    "the first message on a connection is hello",
                ));
            };
            let session = command::hello(app, version, session.as_deref())?;
            let (attachment, pushes) = session.attach();
            let runs = session.run_names();
            session.ask_snapshots();
            let welcome = Message::Welcome {
                id: request.id,
                version: spillway_protocol::VERSION,
                session: session.id.clone(),
                runs,
            };
            self.joined = Some(Joined {
                session,
                attachment,
                pushes,
            });
            return Ok(welcome);
        };
        command::carry_out(app, &joined.session, request).await
    }

    /// The next message that was not asked for; `None` when the session was taken over or ended.
    async fn next_push(&mut self) -> Option<Message> {
        match &mut self.joined {
            Some(joined) => joined.pushes.recv().await,
            None => std::future::pending().await,
        }
    }

    /// The connection is over: the session waits for its page to come back.
    fn left(self, app: &Arc<App>) {
        let Some(joined) = self.joined else {
            return;
        };
        let app = Arc::clone(app);
        tokio::spawn(async move {
            drop(joined.pushes);
            let lingers = app.sessions.linger(&joined.session, joined.attachment);
            tokio::select! {
                () = lingers => {}
                () = app.shutdown.cancelled() => {}
            }
        });
    }
}

fn refuse(id: Option<u64>, refusal: &Refusal) -> Turn {
    Turn::Send(Box::new(Message::Error {
        id,
        code: refusal.code,
        message: refusal.message.clone(),
    }))
}

/// The id of a request that could not be read as a whole.
fn id_of(text: &str) -> Option<u64> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    value.get("id")?.as_u64()
}

fn encode(message: &Message) -> Frame {
    match serde_json::to_string(message) {
        Ok(text) => Frame::Text(text.into()),
        Err(error) => {
            // Every message is made of maps with string keys, which JSON can hold.
            tracing::error!(%error, "a message cannot be written as JSON");
            Frame::Ping(bytes::Bytes::new())
        }
    }
}

/// A bucket of requests that refills with time.
struct Rate {
    left: f64,
    at: Instant,
}

impl Rate {
    fn new() -> Self {
        Self {
            left: BURST,
            at: Instant::now(),
        }
    }

    fn allows(&mut self) -> bool {
        let now = Instant::now();
        let refill = now.duration_since(self.at).as_secs_f64() * RATE;
        self.left = (self.left + refill).min(BURST);
        self.at = now;
        self.left -= 1.0;
        self.left >= 0.0
    }
}
