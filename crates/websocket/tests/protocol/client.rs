//! A client that writes frames by hand, and what came back.

use spillway_websocket::{
    ClosePayload, DeflateParams, FrameHeader, Message, Opcode, ServerConfig, ServerProtocol,
};

pub(crate) const LIMIT: usize = 16 * 1024 * 1024;
pub(crate) const KEY: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// A frame that came from the server.
pub(crate) type Sent = (FrameHeader, Vec<u8>);

/// An echo server, and the client in front of it.
pub(crate) struct Echo {
    pub(crate) server: ServerProtocol,
    pub(crate) messages: Vec<Message>,
    sent: Vec<u8>,
}

impl Echo {
    pub(crate) fn new() -> Self {
        Self::with(None)
    }

    pub(crate) fn with(deflate: Option<DeflateParams>) -> Self {
        Self {
            server: ServerProtocol::new(ServerConfig {
                max_message: LIMIT,
                deflate,
            }),
            messages: Vec::new(),
            sent: Vec::new(),
        }
    }

    /// Sends bytes and lets the server do what it does with them.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.server.handle_bytes(bytes);
        while let Some(message) = self.server.poll_message() {
            match &message {
                Message::Text(text) => self.server.send_text(text),
                Message::Binary(bytes) => self.server.send_binary(bytes),
                Message::Ping(_) | Message::Pong(_) | Message::Closed(_) => {}
            }
            self.messages.push(message);
        }
        while let Some(bytes) = self.server.poll_bytes() {
            self.sent.extend_from_slice(&bytes);
        }
        self
    }

    /// Sends a frame, masked.
    pub(crate) fn frame(&mut self, header: FrameHeader, payload: &[u8]) -> &mut Self {
        self.bytes(&header.masked(KEY).encode_frame(payload))
    }

    /// Sends a lawful frame that is whole in itself.
    pub(crate) fn whole(&mut self, opcode: Opcode, payload: &[u8]) -> &mut Self {
        self.frame(FrameHeader::new(opcode, payload.len() as u64), payload)
    }

    /// Sends a fragment that others follow.
    pub(crate) fn part(&mut self, opcode: Opcode, payload: &[u8]) -> &mut Self {
        let header = FrameHeader::new(opcode, payload.len() as u64).unfinished();
        self.frame(header, payload)
    }

    /// The frames that have come back since the last call.
    pub(crate) fn answers(&mut self) -> Vec<Sent> {
        let mut frames = Vec::new();
        let mut rest = &self.sent[..];
        while let Some(header) = FrameHeader::parse(rest) {
            assert!(
                header
                    .faults(spillway_websocket::Endpoint::Server, true)
                    .is_empty()
            );
            let start = header.header_len();
            let end = start + header.payload_len as usize;
            frames.push((header, rest[start..end].to_vec()));
            rest = &rest[end..];
        }
        assert!(rest.is_empty(), "half a frame was sent");
        self.sent.clear();
        frames
    }

    /// Opcode and payload of what has come back since the last call.
    pub(crate) fn payloads(&mut self) -> Vec<(Opcode, Vec<u8>)> {
        let answers = self.answers().into_iter();
        answers
            .map(|(header, payload)| (header.opcode, payload))
            .collect()
    }

    /// The code of the Close frame that came back, which must be the last thing that did.
    pub(crate) fn close_code(&mut self) -> Option<u16> {
        let (header, payload) = self.answers().pop()?;
        assert_eq!(header.opcode, Opcode::Close);
        let (close, faults) = ClosePayload::parse(&payload);
        assert!(faults.is_empty(), "{faults:?}");
        close.code.map(|code| code.0)
    }
}
