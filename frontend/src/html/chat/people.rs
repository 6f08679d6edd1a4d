//! Who is in a room, and what is pinned there.

use super::{button, text};
use crate::html::escape;
use crate::model::chat::Chat;
use crate::words::chat::change;

/// Those who are here; the room's creator has what they may do beside each.
#[must_use]
pub fn members(chat: &Chat, sure: Option<&str>) -> String {
    let mut html = String::new();
    for name in chat.members() {
        let you = name == chat.name();
        let muted = chat.is_muted(name);
        let shown = escape(name);
        html.push_str(
            &[
                "<li data-testid=\"chat-member\" data-name=\"",
                &shown,
                "\"><bdi>",
            ]
            .concat(),
        );
        html.push_str(&shown);
        html.push_str("</bdi>");
        for (on, words) in [
            (you, "you"),
            (you && chat.is_creator(), "creator"),
            (muted, "muted"),
        ] {
            if on {
                html.push_str(&["<em>", words, "</em>"].concat());
            }
        }
        if chat.is_creator() && !you {
            let remove = if sure == Some(name) {
                "Really remove?"
            } else {
                "Remove"
            };
            for (act, words) in [
                ("mute", if muted { "Unmute" } else { "Mute" }),
                ("remove", remove),
            ] {
                html.push_str(&button(act, words, Some(name)).replace(" tabindex=\"-1\"", ""));
            }
        }
        html.push_str("</li>");
    }
    html
}

/// The pinned message; nothing when there is none.
#[must_use]
pub fn pinned(chat: &Chat) -> Option<String> {
    let (seq, told) = chat.pinned()?;
    let mut html = "<span><b>Pinned</b> ".to_owned();
    match told {
        Some((from, said)) => {
            let words = match change(said, false) {
                Some(taken_back) => taken_back.to_owned(),
                None => text(said, chat.known(), chat.name()).0,
            };
            html.push_str(
                &[
                    "<bdi>",
                    &escape(from),
                    "</bdi>: <span dir=\"auto\">",
                    &words,
                    "</span>",
                ]
                .concat(),
            );
        }
        None => html.push_str(&["message ", &seq.to_string()].concat()),
    }
    html.push_str("</span>");
    if chat.is_creator() {
        html.push_str(&button("pin", "Unpin", None));
    }
    Some(html)
}
