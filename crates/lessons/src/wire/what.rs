//! Which of the things that cross are meant: `client.close && code = 1000`.

use std::fmt::Write as _;

use spillway_websocket::{Endpoint, Opcode};

use super::property::{PROPERTIES, Property};
use super::{WireEvent, WireFrame, WireThing};
use crate::comparison::{Parts, Test};
use crate::nearest::{did_you_mean, list};

/// One kind of thing that crosses, with what has to be true of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct What {
    text: String,
    from: Endpoint,
    kind: &'static Kind,
    terms: Vec<Term>,
}

/// A kind of thing that crosses.
#[derive(Debug)]
struct Kind {
    name: &'static str,
    /// For the author's guide.
    about: &'static str,
    /// The only one who sends it.
    only: Option<Endpoint>,
    is: fn(&WireThing) -> bool,
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kind {}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    property: &'static Property,
    test: Test,
}

impl What {
    /// Reads it, with what is wrong with it and what there is.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut terms = text.split("&&").map(str::trim);
        let named = terms.next().unwrap_or_default();
        let (from, kind) = thing(named)?;
        let terms = terms.map(|term| Term::parse(term, named, kind));
        Ok(Self {
            text: String::from(text),
            from,
            kind,
            terms: terms.collect::<Result<_, _>>()?,
        })
    }

    /// Whether this is one of them.
    pub(crate) fn is(&self, event: &WireEvent) -> bool {
        event.from == self.from
            && (self.kind.is)(&event.thing)
            && self.terms.iter().all(|term| term.holds(&event.thing))
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// A number of the first such thing: `client.text.bytes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Amount {
    text: String,
    of: What,
    property: &'static Property,
}

impl Amount {
    /// Reads it, with what is wrong with it and what there is.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (named, terms) = text.split_once("&&").unwrap_or((text, ""));
        let named = named.trim();
        let Some((of, name)) = named.rsplit_once('.').filter(|(of, _)| of.contains('.')) else {
            return Err(format!(
                "`{named}` is no amount; write `SIDE.THING.PROPERTY`, such as `client.text.bytes`"
            ));
        };
        let (_, kind) = thing(of)?;
        let property = property(name, of, kind)?;
        if property.is_flag() {
            return Err(format!(
                "`{name}` is true or false; ask for a number, such as `bytes`"
            ));
        }
        let whole = match terms {
            "" => String::from(of),
            terms => format!("{of} &&{terms}"),
        };
        Ok(Self {
            text: String::from(text),
            of: What::parse(&whole)?,
            property,
        })
    }

    /// How much it is of this thing; `None` when it is another one.
    pub(crate) fn value(&self, event: &WireEvent) -> Option<u64> {
        let is = self.of.is(event);
        is.then(|| self.property.value_of(&event.thing)).flatten()
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// What it is a number of, as it was written.
    pub(crate) fn of(&self) -> &str {
        self.of.text()
    }

    /// Whether it counts bytes.
    pub(crate) const fn is_bytes(&self) -> bool {
        self.property.is_bytes()
    }
}

/// Reads `client.close`.
fn thing(text: &str) -> Result<(Endpoint, &'static Kind), String> {
    let Some((side, name)) = text.split_once('.') else {
        return Err(format!(
            "`{text}` is nothing that crosses; write `SIDE.THING`, such as `client.text` or \
             `server.close && code = 1000`"
        ));
    };
    let from = match side {
        "client" => Endpoint::Client,
        "server" => Endpoint::Server,
        side => {
            let hint = did_you_mean(side, ["client", "server"]);
            let hint = if hint.is_empty() { "." } else { &hint };
            return Err(format!(
                "`{side}` sends nothing{hint} Sides: `client`, `server`."
            ));
        }
    };
    let known = || {
        let known = KINDS.iter();
        known.filter(move |kind| kind.only.is_none_or(|only| only == from))
    };
    let Some(kind) = known().find(|kind| kind.name == name) else {
        let names = || known().map(|kind| kind.name);
        let hint = did_you_mean(name, names());
        let hint = if hint.is_empty() { "." } else { &hint };
        let names = list(names());
        return Err(format!(
            "the {side} sends no `{name}`{hint} There are {names}."
        ));
    };
    Ok((from, kind))
}

/// The property of this name that such a thing has.
fn property(name: &str, of: &str, kind: &Kind) -> Result<&'static Property, String> {
    let known = || {
        let known = PROPERTIES.iter();
        known.filter(|property| property.of.contains(&kind.name))
    };
    known().find(|known| known.name == name).ok_or_else(|| {
        let names: Vec<&str> = known().map(|known| known.name).collect();
        let hint = did_you_mean(name, names.iter().copied());
        let hint = if hint.is_empty() { "." } else { &hint };
        let has = match &names[..] {
            [] => String::from("It has none."),
            names => format!("There are {}.", list(names.iter().copied())),
        };
        format!("`{of}` has no property `{name}`{hint} {has}")
    })
}

impl Term {
    fn parse(text: &str, of: &str, kind: &Kind) -> Result<Self, String> {
        let parts = Parts::of(text);
        let property = property(parts.path, of, kind)?;
        let test = parts.test(parts.path, property.is_flag(), &["=", ">=", "<="])?;
        Ok(Self { property, test })
    }

    fn holds(&self, thing: &WireThing) -> bool {
        let value = self.property.value_of(thing);
        value.is_some_and(|value| self.test.holds(value))
    }
}

impl WireThing {
    /// It, if it is a frame.
    pub(super) const fn frame(&self) -> Option<&WireFrame> {
        match self {
            Self::Frame(frame) => Some(frame),
            Self::Request { .. } | Self::Answer { .. } | Self::End => None,
        }
    }

    fn is_of(&self, opcode: Opcode) -> bool {
        self.frame()
            .is_some_and(|frame| frame.header.opcode == opcode)
    }
}

static KINDS: [Kind; 10] = [
    Kind {
        name: "request",
        about: "the request that opens the connection",
        only: Some(Endpoint::Client),
        is: |thing| matches!(thing, WireThing::Request { .. }),
    },
    Kind {
        name: "answer",
        about: "the answer to it, whatever it says",
        only: Some(Endpoint::Server),
        is: |thing| matches!(thing, WireThing::Answer { .. }),
    },
    kind("text", "a frame that begins a text", |thing| {
        thing.is_of(Opcode::Text)
    }),
    kind("binary", "a frame that begins a binary message", |thing| {
        thing.is_of(Opcode::Binary)
    }),
    kind(
        "continuation",
        "a frame that goes on with a message",
        |thing| thing.is_of(Opcode::Continuation),
    ),
    kind("ping", "a ping", |thing| thing.is_of(Opcode::Ping)),
    kind("pong", "a pong", |thing| thing.is_of(Opcode::Pong)),
    kind("close", "a Close frame", |thing| thing.is_of(Opcode::Close)),
    kind("frame", "any frame", |thing| thing.frame().is_some()),
    kind(
        "end",
        "the end of the TCP connection, by who ends it first",
        |thing| matches!(thing, WireThing::End),
    ),
];

const fn kind(name: &'static str, about: &'static str, is: fn(&WireThing) -> bool) -> Kind {
    Kind {
        name,
        about,
        only: None,
        is,
    }
}

/// The tables of what crosses and of what it has, for the author's guide, in Markdown.
#[must_use]
pub fn wire_table() -> String {
    let mut table = String::from("| thing | is |\n|---|---|\n");
    for kind in &KINDS {
        let side = match kind.only {
            Some(Endpoint::Client) => "client",
            Some(Endpoint::Server) => "server",
            None => "SIDE",
        };
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| `{side}.{}` | {} |", kind.name, kind.about);
    }
    table.push_str("\n| property | of | is |\n|---|---|---|\n");
    for property in &PROPERTIES {
        let frames = property.of.contains(&"frame");
        let others = property.of.iter().copied().filter(|name| {
            let kind = KINDS.iter().find(|kind| kind.name == *name);
            !frames || kind.is_some_and(|kind| kind.only.is_some())
        });
        let others = list(others);
        let of = match (frames, others.as_str()) {
            (true, "") => String::from("frames"),
            (true, others) => format!("frames, {others}"),
            (false, others) => String::from(others),
        };
        // The same.
        let _ = writeln!(table, "| `{}` | {of} | {} |", property.name, property.about);
    }
    table
}
