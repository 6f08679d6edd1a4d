//! What the chat says.

use spillway_protocol::MAX_CHAT_TEXT_BYTES;

use super::number::exact;
use crate::model::chat::{Delivery, LineKind, Older, Phase, Unsaid};

/// A name for somebody who has none, from a number between 0 and 1.
#[must_use]
pub fn student(random: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 10 and 99"
    )]
    let number = 10 + (random * 90.0) as u32 % 90;
    format!("student {number}")
}

/// A name to try when this one is taken: `ann 2`, `ann 3`.
#[must_use]
pub fn another(name: &str) -> String {
    let numbered = name.rsplit_once(' ').and_then(|(stem, number)| {
        let number: u32 = number.parse().ok()?;
        Some(format!("{stem} {}", number.checked_add(1)?))
    });
    numbered.unwrap_or_else(|| format!("{name} 2"))
}

/// Who is here, in few words: `3 here · ann, bob, you`.
#[must_use]
pub fn presence(members: &[String], you: &str) -> String {
    let others = members.iter().filter(|name| *name != you);
    let mut names: Vec<&str> = others.map(String::as_str).take(MOST_NAMES).collect();
    let hidden = members.len().saturating_sub(names.len() + 1);
    let more = format!("{hidden} more");
    if hidden > 0 {
        names.push(&more);
    }
    if members.iter().any(|name| name == you) {
        names.push("you");
    }
    format!("{} here · {}", members.len(), names.join(", "))
}

/// What a line that is no message says.
#[must_use]
pub fn remark(kind: &LineKind, you: &str) -> String {
    match kind {
        LineKind::Message(_) => String::new(),
        LineKind::Joined { name } if name == you => format!("you joined as {name}"),
        LineKind::Joined { name } => format!("{name} joined"),
        LineKind::Left { name } => format!("{name} left"),
        LineKind::Pinned { from, on: true, .. } => [from, " pinned a message"].concat(),
        LineKind::Pinned { from, .. } => [from, " took the pinned message down"].concat(),
        LineKind::Muted { from, name, on } => {
            let whom = if name == you { "you" } else { name };
            match on {
                true => [from, " muted ", whom].concat(),
                false => [from, " lets ", whom, " speak again"].concat(),
            }
        }
        LineKind::Removed { from, name } => [from, " removed ", name, " from the room"].concat(),
        LineKind::Back => "you are back".to_owned(),
        LineKind::Anew => {
            "the server was started anew and has forgotten what was said above".to_owned()
        }
    }
}

/// How far a message is, in words and in one word for tests.
#[must_use]
pub const fn delivery(delivery: &Delivery, connected: bool) -> (&'static str, &'static str) {
    match delivery {
        Delivery::Sending if connected => ("◌ sending…", "sending"),
        Delivery::Sending => ("◌ waits for the connection", "sending"),
        Delivery::Delivered { .. } => ("✓ delivered", "delivered"),
        Delivery::Refused { .. } => ("✗ not sent", "refused"),
    }
}

/// What became of a text since it was said, if anything did.
#[must_use]
pub const fn change(text: &str, edited: bool) -> Option<&'static str> {
    match (text.is_empty(), edited) {
        (true, _) => Some("taken back"),
        (false, true) => Some(" (edited)"),
        (false, false) => None,
    }
}

/// What is said while the page is not in the room although it wants to be.
#[must_use]
pub fn standing(phase: &Phase) -> Option<String> {
    match phase {
        Phase::Asking { .. } | Phase::Joined => None,
        Phase::Connecting => Some("connecting…".to_owned()),
        Phase::Lost { why, retry_in: 0 } => Some(format!("{why}; trying again")),
        Phase::Lost { why, retry_in } => Some(format!("{why}; trying again in {retry_in} s")),
    }
}

/// Why a text was not said.
#[must_use]
pub fn unsaid(reason: Unsaid) -> Option<String> {
    match reason {
        Unsaid::Empty => None,
        Unsaid::TooLong { bytes } => Some(format!(
            "too long: {} bytes of UTF-8, at most {} are allowed; your text is kept",
            exact(bytes as u64),
            exact(MAX_CHAT_TEXT_BYTES as u64)
        )),
        Unsaid::Away => Some("there is no connection; your text is kept".to_owned()),
        Unsaid::TooLate => Some(
            "a message may be edited for 15 minutes, which are over; you can still take it back"
                .to_owned(),
        ),
        Unsaid::TooMany => {
            Some("wait until your other messages have arrived; your text is kept".to_owned())
        }
    }
}

/// Who is writing; nothing when nobody is.
#[must_use]
pub fn typing(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => [one, " is typing…"].concat(),
        [one, two] => [one, " and ", two, " are typing…"].concat(),
        more => [&exact(more.len() as u64), " people are typing…"].concat(),
    }
}

/// What is above the first line.
#[must_use]
pub const fn older(older: Older) -> &'static str {
    match older {
        Older::More => "Show older messages",
        Older::Loading => "older messages are on their way…",
        Older::Beginning => "This is the beginning of the room.",
        Older::NotKept => "Older messages are not kept.",
        Older::Enough => "Older messages are kept by the room, but this page shows no more.",
    }
}

/// That there are messages further down: `3 new messages ↓`.
#[must_use]
pub fn new_below(unread: u64) -> String {
    match unread {
        0 => "To the newest ↓".to_owned(),
        1 => "1 new message ↓".to_owned(),
        _ => [&exact(unread), " new messages ↓"].concat(),
    }
}

/// The window's title with what came while it was not seen: `(3) #lobby · Spillway`.
#[must_use]
pub fn window_title(title: &str, unread: u64) -> String {
    let counted = title
        .strip_prefix('(')
        .and_then(|rest| rest.split_once(") "));
    let bare = counted.map_or(title, |(_, bare)| bare);
    match unread {
        0 => bare.to_owned(),
        _ => ["(", &exact(unread), ") ", bare].concat(),
    }
}

/// Names shown above a room; the number of the others follows.
const MOST_NAMES: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_taken_name_is_numbered() {
        assert_eq!(another("ann"), "ann 2");
        assert_eq!(another("student 41"), "student 42");
    }

    #[test]
    fn those_present_are_named_you_last() {
        let some = names(&["ann", "bob", "you"]);
        assert_eq!(presence(&some, "bob"), "3 here · ann, you, you");
        assert_eq!(presence(&names(&["ann"]), "ann"), "1 here · you");
        let many = names(&["a", "b", "c", "d", "e", "f", "g", "h"]);
        assert_eq!(presence(&many, "h"), "8 here · a, b, c, d, e, 2 more, you");
    }

    #[test]
    fn a_made_up_name_has_two_digits() {
        assert_eq!(student(0.0), "student 10");
        assert_eq!(student(0.9999), "student 99");
    }

    #[test]
    fn those_who_write_are_named_while_they_are_few() {
        assert_eq!(typing(&[]), "");
        assert_eq!(typing(&["Ada"]), "Ada is typing…");
        assert_eq!(typing(&["Ada", "Bob"]), "Ada and Bob are typing…");
        assert_eq!(typing(&["a", "b", "c"]), "3 people are typing…");
    }

    #[test]
    fn the_title_counts_and_stops_counting() {
        let counted = window_title("#den · Spillway", 3);
        assert_eq!(counted, "(3) #den · Spillway");
        assert_eq!(window_title(&counted, 12), "(12) #den · Spillway");
        assert_eq!(window_title(&counted, 0), "#den · Spillway");
    }

    #[test]
    fn what_the_creator_does_is_said_in_the_room() {
        let (from, name) = ("Ada".to_owned(), "Bob".to_owned());
        let muted = |on| LineKind::Muted {
            from: from.clone(),
            name: name.clone(),
            on,
        };
        assert_eq!(remark(&muted(true), "Grace"), "Ada muted Bob");
        assert_eq!(remark(&muted(true), "Bob"), "Ada muted you");
        assert_eq!(remark(&muted(false), "Bob"), "Ada lets you speak again");
        let removed = LineKind::Removed { from, name };
        assert_eq!(remark(&removed, "Ada"), "Ada removed Bob from the room");
    }

    #[test]
    fn a_long_text_is_told_its_length() {
        let words = unsaid(Unsaid::TooLong { bytes: 17_000 }).expect("words");
        assert!(words.starts_with("too long: 17\u{a0}000 bytes"), "{words}");
    }
}
