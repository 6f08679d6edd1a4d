//! A socket of two channels, so that handlers are tested without a network.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Error;
use axum::extract::ws::Message;
use futures_util::{Sink, Stream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// The client's end.
#[derive(Debug)]
pub(crate) struct Client {
    to_server: UnboundedSender<Message>,
    to_client: UnboundedReceiver<Message>,
}

/// The server's end.
#[derive(Debug)]
pub(crate) struct Socket {
    to_server: UnboundedReceiver<Message>,
    to_client: UnboundedSender<Message>,
}

pub(crate) fn pair() -> (Client, Socket) {
    let (server_sender, server_receiver) = unbounded_channel();
    let (client_sender, client_receiver) = unbounded_channel();
    let client = Client {
        to_server: server_sender,
        to_client: client_receiver,
    };
    let socket = Socket {
        to_server: server_receiver,
        to_client: client_sender,
    };
    (client, socket)
}

impl Client {
    pub(crate) fn send(&self, message: Message) {
        self.to_server.send(message).unwrap();
    }

    /// What the server sends next; `None` when it has dropped its end.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        self.to_client.recv().await
    }
}

impl Stream for Socket {
    type Item = Result<Message, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.to_server.poll_recv(cx).map(|message| message.map(Ok))
    }
}

impl Sink<Message> for Socket {
    type Error = Error;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), Error> {
        self.to_client.send(message).map_err(Error::new)
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }
}
