//! A WebSocket client of the checker, which does what a browser does: it offers compression, masks, answers pings, and
//! answers a Close frame.

use std::io;
use std::net::SocketAddr;

use spillway_websocket::{
    ClosePayload, Deflater, Dissector, Frame, FrameHeader, HandshakeDraft, HeadEdit, ItemKind,
    Opcode,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::security::random_bytes;

/// One connection.
pub(super) struct Client {
    stream: TcpStream,
    server: Dissector,
    /// There when compression was agreed on.
    deflater: Option<Deflater>,
    /// What has come of the message at hand.
    message: Vec<u8>,
    has_closed: bool,
}

/// What a client hears.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// The handshake was answered with this status.
    Answer(u16),
    /// A whole message.
    Message(Vec<u8>),
    /// The TCP connection is over.
    End,
}

/// Bytes read at once.
const READ: usize = 64 << 10;

impl Client {
    /// Sends the request for this address; the answer is yet to be heard.
    pub(super) async fn connect(server: SocketAddr, target: &str) -> io::Result<Self> {
        let mut stream = TcpStream::connect(server).await?;
        stream.set_nodelay(true)?;
        let draft = HandshakeDraft {
            edits: vec![HeadEdit::Deflate],
            cut: None,
        };
        let request = draft.encode(&server.to_string(), target, random_bytes());
        stream.write_all(&request).await?;
        Ok(Self {
            stream,
            server: Dissector::server(),
            deflater: None,
            message: Vec::new(),
            has_closed: false,
        })
    }

    /// Sends a message in one frame.
    pub(super) async fn send(&mut self, opcode: Opcode, payload: &[u8]) -> io::Result<()> {
        let deflated = self
            .deflater
            .as_mut()
            .map(|deflater| deflater.message(payload));
        let mut header = FrameHeader::new(opcode, 0);
        header.rsv1 = deflated.is_some();
        self.frame(header, deflated.as_deref().unwrap_or(payload))
            .await
    }

    /// Begins to close.
    pub(super) async fn close(&mut self, payload: &ClosePayload) -> io::Result<()> {
        if self.has_closed {
            return Ok(());
        }
        self.has_closed = true;
        self.frame(FrameHeader::new(Opcode::Close, 0), &payload.encode())
            .await
    }

    /// Listens until there is something to tell.
    pub(super) async fn hear(&mut self) -> Heard {
        let mut buffer = vec![0; READ];
        loop {
            while let Some(item) = self.server.poll_item() {
                let heard = match item.kind {
                    ItemKind::Response(head) => {
                        let agreed = self.server.deflate();
                        self.deflater = agreed.map(|agreed| {
                            let bits = agreed.client_max_window_bits.unwrap_or(15);
                            Deflater::new(bits.max(9), agreed.client_no_context_takeover)
                        });
                        Some(Heard::Answer(head.status))
                    }
                    ItemKind::Frame(frame) => self.take(&frame).await,
                    ItemKind::Request(_) | ItemKind::Damaged(_) => None,
                };
                if let Some(heard) = heard {
                    return heard;
                }
            }
            match self.stream.read(&mut buffer).await {
                Ok(len @ 1..) => self.server.handle_bytes(&buffer[..len], 0),
                Ok(_) | Err(_) => return Heard::End,
            }
        }
    }

    /// Reads at most so many bytes and throws them away; 0 at the end.
    pub(super) async fn skip(&mut self, most: usize) -> usize {
        let mut buffer = vec![0; most.min(READ)];
        self.stream.read(&mut buffer).await.unwrap_or(0)
    }

    async fn take(&mut self, frame: &Frame) -> Option<Heard> {
        match frame.header.opcode {
            Opcode::Ping => {
                let pong = FrameHeader::new(Opcode::Pong, 0);
                // Whether the connection is over, the next read tells.
                self.frame(pong, &frame.payload).await.ok();
                None
            }
            Opcode::Close => {
                let said = frame.close().unwrap_or_default();
                self.close(&said).await.ok();
                None
            }
            opcode if opcode.is_data() => {
                let inflated = frame.inflated.as_ref();
                let payload = inflated.map_or(&frame.payload, |inflated| &inflated.payload);
                self.message.extend_from_slice(payload);
                let message = || std::mem::take(&mut self.message);
                frame.header.fin.then(message).map(Heard::Message)
            }
            _ => None,
        }
    }

    async fn frame(&mut self, header: FrameHeader, payload: &[u8]) -> io::Result<()> {
        let [a, b, c, d, ..] = random_bytes();
        let mut whole = FrameHeader::new(header.opcode, payload.len() as u64).masked([a, b, c, d]);
        whole.rsv1 = header.rsv1;
        self.stream.write_all(&whole.encode_frame(payload)).await
    }
}
