//! `buffer` and `chunk`: what waits in a stage, and what is in it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use spillway_protocol::control::{BufferPlace, Message, Side};
use spillway_streams::BufferSide;

use super::{Refusal, ask_for};
use crate::engine::{Buffer, RunCommand};
use crate::session::Session;

pub(super) async fn list(
    session: &Session,
    id: u64,
    place: BufferPlace,
) -> Result<Message, Refusal> {
    let (run, buffer) = buffer_of(place);
    let held = ask_for(session, &run, |reply| RunCommand::Buffer(buffer, reply)).await?;
    Ok(Message::Buffer {
        id,
        in_hand: held.in_hand,
        chunks: held.chunks,
        more: held.more,
    })
}

pub(super) async fn look(
    session: &Session,
    id: u64,
    place: BufferPlace,
    at: u64,
) -> Result<Message, Refusal> {
    let (run, buffer) = buffer_of(place);
    let looked = ask_for(session, &run, |reply| RunCommand::Chunk(buffer, at, reply)).await?;
    Ok(Message::Chunk {
        id,
        at,
        bytes: looked.bytes,
        base64: STANDARD.encode(looked.beginning),
    })
}

fn buffer_of(place: BufferPlace) -> (String, Buffer) {
    let side = match place.side {
        Side::Read => BufferSide::Read,
        Side::Write => BufferSide::Write,
    };
    let stage = place.stage;
    (place.run, Buffer { stage, side })
}
