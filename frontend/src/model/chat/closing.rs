//! How a chat connection ends.

use spillway_websocket::CloseCode;

/// How a connection ended, in words.
pub(super) fn closing_words(code: u16, reason: &str) -> String {
    match (code, reason) {
        (REPLACED, _) => "this name came into the room by a newer connection".to_owned(),
        (REMOVED, _) => "the creator of this room has made you go".to_owned(),
        (DROPPED, _) => "this page dropped its connection".to_owned(),
        (1006, _) => "the connection broke without a close frame".to_owned(),
        (1005, _) => "the server closed without saying why".to_owned(),
        (_, "") => format!("the server closed with {code}, {}", CloseCode(code).name()),
        _ => format!(
            "the server closed with {code}, {}: {reason}",
            CloseCode(code).name()
        ),
    }
}

/// A close code of the page's own, which means nothing to the server: it comes back.
pub const DROPPED: u16 = 4900;

/// The chat's own close code for a connection whose token was used again.
pub(super) const REPLACED: u16 = 4001;

/// The chat's own close code for somebody whom the room's creator has made go.
pub(super) const REMOVED: u16 = 4003;
