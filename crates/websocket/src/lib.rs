//! RFC 6455 as bytes: the handshake, the frames, a [`Dissector`] that names every bit of them, and a
//! [`ServerProtocol`] that speaks it.
//!
//! The crate is pure. It opens no socket, reads no clock and draws no chance, so the same bytes give the same
//! items on the server, in the page and in a test. Bytes come from anyone: nothing here panics, and nothing
//! keeps more than the [`DissectorConfig`] allows.
//!
//! - [`handshake`](crate::RequestHead): the two HTTP heads and the accept key, step by step;
//! - [`frame`](crate::FrameHeader): one frame's header, its mask, its close payload, what the RFC forbids;
//! - [`dissect`](crate::Dissector): one direction of one connection, fed as it arrives, cut anywhere;
//! - [`protocol`](crate::ServerProtocol): the server's end of a connection, from bytes to messages and back;
//! - [`export`](crate::Pcapng): a capture as pcapng or JSON;
//! - [`workbench`](crate::Scenario): frames, bytes and handshakes to be sent, lawful or not, and presets of them;
//! - [`deflate`](crate::DeflateOffer): permessage-deflate (RFC 7692), the codec behind the feature `deflate`.

mod deflate;
mod dissect;
mod export;
mod field;
mod frame;
mod handshake;
mod protocol;
mod workbench;

pub use deflate::{DeflateDamage, DeflateOffer, DeflateParams, DeflateReader, OfferProblem};
#[cfg(feature = "deflate")]
pub use deflate::{Deflater, InflateError, Inflater};
pub use dissect::{
    Damage, Dissector, DissectorConfig, Frame, InflateStop, Inflated, Item, ItemKind, MessagePart,
    Pending, Start, Stop, TextState,
};
pub use export::{Connection, Pcapng, SYNTHESISED, Segment, capture_json};
pub use field::Field;
pub use frame::{
    CloseCode, ClosePayload, CloseSender, Endpoint, Fault, FrameHeader, LengthForm, Opcode,
    Utf8Check, Violation, apply_mask,
};
pub use handshake::{
    AcceptKey, Answer, ExtensionOutcome, GUID, HeadDraft, HeadError, HeadFault, Header, Headers,
    Outcome, Piece, RequestHead, ResponseHead, ServerOffer, Step, UpgradeProblem, head_end,
};
pub use protocol::{Closed, Failure, Message, ServerConfig, ServerProtocol};
pub use workbench::{
    Expectation, FORM, FrameDraft, HandshakeDraft, HeadEdit, PRESETS, Payload, Preset, Reply,
    Scenario, ScenarioError, ScenarioProblem, WireStep,
};
