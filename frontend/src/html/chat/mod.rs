//! The lines of a chat, and what stands around them.
//!
//! Buttons tell what they do by `data-do`: `frames`, `edit`, `take_back`, `pin`, `mute`, `remove`,
//! `open`, `again`. Those of the members also have `data-name`.
//!
//! Test ids: `chat-text`, `chat-frames`, `chat-edit`, `chat-take-back`, `chat-pin`, `chat-mute`, `chat-remove`,
//! `chat-open`, `chat-again`,
//! `chat-member` (with `data-name`), `chat-new-line`, `chat-offer`.

mod duplex;
mod people;
mod text;

use super::escape;
use crate::model::chat::{Chat, Delivery, Line, Look, Marks, Offer, Spoken, Sure};
use crate::words::chat::{change, delivery, remark};
use crate::words::number::exact;

pub use duplex::duplex;
pub use people::{members, pinned};
pub use text::text;

/// What of a row changes: its class, its data, what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineHtml {
    /// Its classes.
    pub class: String,
    /// Names and values of its attributes.
    pub attributes: Vec<(&'static str, String)>,
    /// HTML.
    pub inner: String,
}

/// A line of a chat. `clock` says when something was, in the learner's own time zone.
#[must_use]
pub fn line(chat: &Chat, line: &Line, look: &Look, clock: fn(u64) -> String) -> LineHtml {
    let Some(spoken) = line.spoken() else {
        return LineHtml {
            class: "sys".to_owned(),
            attributes: vec![
                ("data-testid", "chat-system".to_owned()),
                ("data-kind", line.kind.name().to_owned()),
            ],
            inner: escape(&remark(&line.kind, chat.name())),
        };
    };
    let marks = chat.marks(line, look);
    let mut class = "msg".to_owned();
    for (on, name) in [
        (spoken.own, " own"),
        (marks.lit, " lit"),
        (marks.folded, " folded"),
        (marks.editing, " editing"),
        (marks.sure.is_some(), " sure"),
    ] {
        if on {
            class.push_str(name);
        }
    }
    let mut attributes = vec![
        ("data-testid", "chat-message".to_owned()),
        ("role", "article".to_owned()),
        ("tabindex", "-1".to_owned()),
        ("aria-label", ["Message of ", &spoken.from].concat()),
        ("data-from", spoken.from.clone()),
        (
            "data-state",
            delivery(&spoken.delivery, marks.connected).1.to_owned(),
        ),
    ];
    if let Some(seq) = spoken.seq() {
        attributes.push(("data-seq", seq.to_string()));
    }
    LineHtml {
        class,
        attributes,
        inner: message(chat, spoken, marks, clock),
    }
}

fn message(chat: &Chat, spoken: &Spoken, marks: Marks, clock: fn(u64) -> String) -> String {
    let initial: String = spoken.from.chars().take(1).collect();
    let (words, me) = text(&spoken.text, chat.known(), chat.name());
    let how = delivery(&spoken.delivery, marks.connected).0;
    let mut note = match spoken.delivery {
        Delivery::Delivered { at, .. } => clock(at),
        Delivery::Sending | Delivery::Refused { .. } => String::new(),
    };
    if spoken.own {
        let apart = if note.is_empty() { "" } else { " · " };
        note = [&note, apart, how].concat();
    }
    let mut html = [
        "<span class=\"av\" aria-hidden=\"true\">",
        &escape(&initial),
        "</span><span class=\"who\"><bdi>",
        &escape(&spoken.from),
        "</bdi><i>",
        &note,
        "</i>",
    ]
    .concat();
    for (on, tag) in [(me, "mentions you"), (marks.pinned, "pinned")] {
        if on {
            html.push_str(&["<em>", tag, "</em>"].concat());
        }
    }
    html.push_str("</span><span class=\"said\" dir=\"auto\" data-testid=\"chat-text\">");
    html.push_str(&words);
    if let Some(edited) = change(&spoken.text, spoken.edited) {
        html.push_str(&["<i>", edited, "</i>"].concat());
    }
    html.push_str("</span>");
    if marks.folded {
        let all = [
            "Show all ",
            &exact(spoken.text.chars().count() as u64),
            " characters",
        ];
        html.push_str(&button("open", &all.concat(), None));
    }
    if let Delivery::Refused { why } = &spoken.delivery {
        html.push_str(&["<p class=\"problem\">", &escape(why), " "].concat());
        html.push_str(&button("again", "Send again", None));
        html.push_str("</p>");
    }
    html.push_str(&acts(spoken, marks));
    html
}

/// What can be done with a message.
fn acts(spoken: &Spoken, marks: Marks) -> String {
    let sure = |what| marks.sure == Some(what);
    let mut html = "<span class=\"acts\">".to_owned();
    for (on, act, words) in [
        (
            !spoken.text.is_empty(),
            "frames",
            if marks.lit { "Frames off" } else { "Frames" },
        ),
        (marks.editable && !marks.editing, "edit", "Edit"),
        (
            marks.own && !marks.editing,
            "take_back",
            if sure(Sure::TakeBack) {
                "Really take back?"
            } else {
                "Take back"
            },
        ),
        (
            marks.creator,
            "pin",
            if marks.pinned { "Unpin" } else { "Pin" },
        ),
        (
            marks.present,
            "mute",
            if marks.muted { "Unmute" } else { "Mute" },
        ),
        (
            marks.present,
            "remove",
            if sure(Sure::Remove) {
                "Really remove?"
            } else {
                "Remove"
            },
        ),
    ] {
        if on {
            html.push_str(&button(act, words, Some(&spoken.from)));
        }
    }
    html.push_str("</span>");
    html
}

/// A button of a row: it is reached from the row.
fn button(act: &str, words: &str, of: Option<&str>) -> String {
    let whose = match (act, of) {
        ("mute" | "remove", Some(name)) => {
            let name = escape(name);
            [
                " aria-label=\"",
                words,
                " ",
                &name,
                "\" data-name=\"",
                &name,
                "\"",
            ]
            .concat()
        }
        _ => String::new(),
    };
    let tab = if of.is_some() { " tabindex=\"-1\"" } else { "" };
    [
        "<button type=\"button\" class=\"btn small\"",
        tab,
        &whose,
        " data-do=\"",
        act,
        "\" data-testid=\"chat-",
        &act.replace('_', "-"),
        "\">",
        words,
        "</button>",
    ]
    .concat()
}

/// What stands before the new lines.
#[must_use]
pub fn new_line() -> LineHtml {
    LineHtml {
        class: "new-line".to_owned(),
        attributes: vec![
            ("role", "separator".to_owned()),
            ("aria-label", "new since you were here".to_owned()),
            ("data-testid", "chat-new-line".to_owned()),
        ],
        inner: "<span>new since you were here</span>".to_owned(),
    }
}

/// What a word may become, as options of a list.
#[must_use]
pub fn offers(offers: &[Offer], chosen: usize) -> String {
    let option = |(at, offer): (usize, &Offer)| {
        let selected = if at == chosen { "true" } else { "false" };
        [
            "<li role=\"option\" id=\"chat-offer-",
            &at.to_string(),
            "\" aria-selected=\"",
            selected,
            "\" data-testid=\"chat-offer\" data-at=\"",
            &at.to_string(),
            "\">",
            &escape(&offer.label),
            "</li>",
        ]
        .concat()
    };
    offers.iter().enumerate().map(option).collect()
}

#[cfg(test)]
mod tests;
