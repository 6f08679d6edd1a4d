//! One WebSocket of the client.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Poll, ready};

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

use super::dialect::{Dialect, Heard};
use super::frames::{Frame, Frames, PONG, TEXT, write};

/// A connection that is in its room.
#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    frames: Frames,
    dialect: Dialect,
}

thread_local! {
    /// Where all connections read into by turns: none of them keeps what it has read.
    static ROOM: RefCell<Vec<u8>> = RefCell::new(vec![0; 256 * 1024]);
}

impl Connection {
    /// Connects and waits until the room has answered.
    pub(super) async fn open(addr: &str, dialect: Dialect, room: &str, name: &str) -> Result<Self> {
        let mut stream = TcpStream::connect(addr).await?;
        stream.set_nodelay(true)?;
        let path = dialect.path(room, name);
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {addr}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let mut head = Vec::new();
        let end = loop {
            if stream.read_buf(&mut head).await? == 0 {
                bail!("the server ended the connection");
            }
            if let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        if !head.starts_with(b"HTTP/1.1 101 ") {
            bail!("no 101: {}", String::from_utf8_lossy(&head));
        }
        let mut connection = Self {
            stream,
            frames: Frames::default(),
            dialect,
        };
        let (mut is_ready, mut answers) = (false, Vec::new());
        let hear = |text: &[u8]| dialect.hear(text);
        connection.frames.read(&head[end..], |frame| {
            is_ready |= take(frame, hear, &mut answers) == Some(Heard::Ready);
        });
        connection.send(&answers).await?;
        while !is_ready {
            let open = connection.heard(|heard| is_ready |= heard == Heard::Ready);
            open.await.context("before the room answered")?;
        }
        Ok(connection)
    }

    /// Waits for the next bytes, and hands on what they say. What wants an answer gets it.
    pub(super) async fn heard(&mut self, mut each: impl FnMut(Heard)) -> Result<()> {
        let Self {
            stream,
            frames,
            dialect,
        } = self;
        let mut answers = Vec::new();
        let mut ended = false;
        poll_fn(|context| {
            ROOM.with_borrow_mut(|room| {
                let mut room = ReadBuf::new(room);
                ready!(Pin::new(&mut *stream).poll_read(context, &mut room))?;
                ended = room.filled().is_empty();
                frames.read(room.filled(), |frame| {
                    ended |= frame == Frame::Close;
                    let heard = take(frame, |text| dialect.hear(text), &mut answers);
                    heard.into_iter().for_each(&mut each);
                });
                Poll::Ready(std::io::Result::Ok(()))
            })
        })
        .await?;
        if ended {
            bail!("the server closed a connection");
        }
        self.send(&answers).await
    }

    /// Writes frames.
    pub(super) async fn send(&mut self, frames: &[u8]) -> Result<()> {
        if !frames.is_empty() {
            self.stream.write_all(frames).await?;
        }
        Ok(())
    }
}

/// What a frame says; what it has to be answered with is appended to the answers.
fn take(frame: Frame<'_>, hear: impl Fn(&[u8]) -> Heard, answers: &mut Vec<u8>) -> Option<Heard> {
    match frame {
        Frame::Text(text) => {
            let heard = hear(text);
            if let Heard::Asks(answer) = heard {
                write(TEXT, answer, answers);
            }
            Some(heard)
        }
        Frame::Ping => {
            write(PONG, &[], answers);
            None
        }
        Frame::Close | Frame::Other => None,
    }
}
