//! Messages of a chat.

use spillway_protocol::chat::{FromClient, FromServer, Said};

use super::fields::Fields;
use super::parse::parse;

/// Reads a message of the chat's server; `None` when it is none, or of a kind that this page has no
/// use for, which both sides pass over.
#[must_use]
pub fn from_server(text: &[u8]) -> Option<FromServer> {
    let value = parse(text)?;
    message(Fields::of(&value)?)
}

fn message(fields: Fields<'_>) -> Option<FromServer> {
    Some(match fields.str("type")? {
        "welcome" => FromServer::Welcome {
            room: fields.string("room")?,
            you: fields.string("you")?,
            token: fields.string("token")?,
            seq: fields.u64("seq")?,
            members: fields.strings("members")?,
            creator: fields.bool("creator").unwrap_or(false),
            pinned: fields.u64("pinned"),
        },
        "joined" => FromServer::Joined {
            name: fields.string("name")?,
        },
        "left" => FromServer::Left {
            name: fields.string("name")?,
        },
        "said" => FromServer::Said(Said {
            seq: fields.u64("seq")?,
            id: fields.string("id")?,
            from: fields.string("from")?,
            text: fields.string("text")?,
            at: fields.u64("at")?,
        }),
        "edited" => FromServer::Edited {
            seq: fields.u64("seq")?,
            of: fields.u64("of")?,
            id: fields.string("id")?,
            from: fields.string("from")?,
            text: fields.string("text")?,
            at: fields.u64("at")?,
        },
        "deleted" => FromServer::Deleted {
            seq: fields.u64("seq")?,
            of: fields.u64("of")?,
            id: fields.string("id")?,
            from: fields.string("from")?,
            at: fields.u64("at")?,
        },
        "pinned" => FromServer::Pinned {
            seq: fields.u64("seq")?,
            of: fields.u64("of")?,
            on: fields.bool("on")?,
            id: fields.string("id")?,
            from: fields.string("from")?,
            at: fields.u64("at")?,
        },
        "muted" => FromServer::Muted {
            seq: fields.u64("seq")?,
            name: fields.string("name")?,
            on: fields.bool("on")?,
            id: fields.string("id")?,
            from: fields.string("from")?,
            at: fields.u64("at")?,
        },
        "removed" => FromServer::Removed {
            seq: fields.u64("seq")?,
            name: fields.string("name")?,
            id: fields.string("id")?,
            from: fields.string("from")?,
            at: fields.u64("at")?,
        },
        "history" => FromServer::History {
            before: fields.u64("before"),
            messages: fields.objects("messages", message)?,
            more: fields.bool("more")?,
        },
        "typing" => FromServer::Typing {
            name: fields.string("name")?,
        },
        "gap" => FromServer::Gap {
            from: fields.u64("from")?,
            to: fields.u64("to")?,
        },
        "error" => FromServer::Error {
            code: fields.string("code")?,
            message: fields.string("message")?,
            id: fields.maybe_string("id")?,
        },
        _ => return None,
    })
}

/// Reads a message of a chat client, as the tap saw it cross.
#[must_use]
pub fn from_client(text: &[u8]) -> Option<FromClient> {
    let value = parse(text)?;
    let fields = Fields::of(&value)?;
    match fields.str("type")? {
        "say" => Some(FromClient::Say {
            id: fields.string("id")?,
            text: fields.string("text")?,
        }),
        _ => None,
    }
}
