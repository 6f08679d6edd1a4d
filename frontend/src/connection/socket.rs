//! The loop that opens the socket, carries messages, and opens it again.

use std::future::poll_fn;
use std::rc::Rc;

use futures_channel::mpsc;
use futures_util::future::{Either, select};
use futures_util::{SinkExt, StreamExt};
use gloo_net::websocket::futures::WebSocket;
use gloo_net::websocket::{Message as Frame, State, WebSocketError};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use spillway_protocol::VERSION;
use spillway_protocol::control::{Command, ErrorCode, Message, Request};

use super::{Inner, Link, backoff};
use crate::json;

/// How one connection ended.
enum End {
    /// Lost, after it had been greeted or before.
    Lost { greeted: bool },
    /// The server speaks another version: trying again would not help.
    Outdated,
    /// Another connection has taken the session: to come back by itself would take it from there,
    /// and so on for ever.
    Replaced,
}

/// Keeps the connection open for the life of the page.
pub(super) async fn keep_open(
    inner: Rc<Inner>,
    mut waiting: mpsc::Receiver<Request>,
    link: RwSignal<Link>,
) {
    let mut failed = 0;
    loop {
        match carry(&inner, &mut waiting, link).await {
            End::Outdated => {
                link.set(Link::Outdated);
                return;
            }
            End::Replaced => {
                link.set(Link::Elsewhere);
                inner.told_to_come_back().await;
                link.set(Link::Lost { retry_in: 0 });
                continue;
            }
            End::Lost { greeted: true } => failed = 0,
            End::Lost { greeted: false } => failed += 1,
        }
        wait(backoff::seconds(failed, js_sys::Math::random()), link).await;
    }
}

/// Opens one connection and carries messages until it is lost.
async fn carry(inner: &Inner, waiting: &mut mpsc::Receiver<Request>, link: RwSignal<Link>) -> End {
    let mut greeted = false;
    let mut asked = Vec::new();
    let Some(mut socket) = greet(inner).await else {
        return End::Lost { greeted };
    };
    let mut replaced = false;
    loop {
        let next = if greeted {
            match select(socket.next(), waiting.next()).await {
                Either::Left((frame, _)) => frame,
                Either::Right((request, _)) => {
                    let Some(request) = request else {
                        break;
                    };
                    asked.push(request.id);
                    if !send(&mut socket, &request).await {
                        break;
                    }
                    continue;
                }
            }
        } else {
            socket.next().await
        };
        let frame = match next {
            Some(Ok(frame)) => frame,
            Some(Err(WebSocketError::ConnectionClose(close))) => {
                replaced = close.code == REPLACED;
                break;
            }
            Some(Err(_)) | None => break,
        };
        let Some(message) = read(frame) else {
            continue;
        };
        match &message {
            Message::Welcome {
                version, session, ..
            } => {
                if *version != VERSION {
                    return End::Outdated;
                }
                *inner.session.borrow_mut() = Some(session.clone());
                greeted = true;
                link.set(Link::Live);
            }
            Message::Error {
                code: ErrorCode::Version,
                ..
            } => return End::Outdated,
            _ => {}
        }
        inner.deliver(&message);
        asked.retain(|id| inner.waits_for(*id));
    }
    inner.refuse(&asked);
    if replaced {
        End::Replaced
    } else {
        End::Lost { greeted }
    }
}

/// Close code of a connection whose session another one has taken over.
const REPLACED: u16 = 4001;

/// Opens a socket and says hello, with the session of the connection before it.
async fn greet(inner: &Inner) -> Option<WebSocket> {
    let mut socket = WebSocket::open(&super::socket_url("/ws/control")).ok()?;
    let hello = Request {
        id: inner.new_id(),
        command: Command::Hello {
            version: VERSION,
            session: inner.session.borrow().clone(),
        },
    };
    send(&mut socket, &hello).await.then_some(socket)
}

async fn send(socket: &mut WebSocket, request: &Request) -> bool {
    // A socket that could not be opened takes what is sent, and only complains in the console.
    let decided = poll_fn(|context| socket.poll_ready_unpin(context)).await;
    if decided.is_err() || !matches!(socket.state(), State::Open) {
        return false;
    }
    let text = json::request(request);
    socket.send(Frame::Text(text)).await.is_ok()
}

/// A message of the server. One that this page does not know is passed over: the version said
/// that the two understand each other.
fn read(frame: Frame) -> Option<Message> {
    match frame {
        Frame::Text(text) => json::message(&text),
        Frame::Bytes(_) => None,
    }
}

/// Waits, counting down where everybody can see it.
async fn wait(seconds: f64, link: RwSignal<Link>) {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 15 000"
    )]
    let mut left_ms = (seconds * 1_000.0) as u32;
    while left_ms > 0 {
        link.set(Link::Lost {
            retry_in: left_ms.div_ceil(1_000),
        });
        let step = if left_ms.is_multiple_of(1_000) {
            1_000
        } else {
            left_ms % 1_000
        };
        TimeoutFuture::new(step).await;
        left_ms -= step;
    }
    link.set(Link::Lost { retry_in: 0 });
}
