//! `read`: what a learner takes out of a read buffer by hand.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use spillway_protocol::control::{Message, Read};

use super::{Refusal, ask_for};
use crate::engine::{self, RunCommand};
use crate::session::Session;

pub(super) async fn read(session: &Session, id: u64, read: Read) -> Result<Message, Refusal> {
    let Read { run, stage, n } = read;
    let read = engine::Read { stage, n };
    let gave = ask_for(session, &run, |reply| RunCommand::Read(read, reply)).await?;
    let chunk = gave.chunk;
    Ok(Message::Gave {
        id,
        bytes: chunk.as_ref().map(|chunk| chunk.bytes),
        base64: chunk.map_or_else(String::new, |chunk| STANDARD.encode(chunk.beginning)),
        buffered: gave.buffered,
        mark: gave.mark,
        note: gave.note,
    })
}
