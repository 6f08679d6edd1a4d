//! What is said about the options of a kind, for `GET /api/stages`. The tests hold it to what the
//! kinds read: every name, every bound, every default.

#[cfg(test)]
mod noted;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(super) use noted::Noted;
use serde_json::{Value, json};
use spillway_protocol::stages::{StageOption, Takes};

use super::options::MAX_MARK;

/// An option of a kind.
#[derive(Clone, Copy)]
pub(crate) struct Documented {
    name: &'static str,
    takes: Allowed,
    about: &'static str,
    required: bool,
    default: Option<Given>,
    example: Option<Given>,
}

/// What an option may be.
#[derive(Clone, Copy)]
enum Allowed {
    Number(u64, Option<u64>),
    Size(u64, Option<u64>),
    Text,
    Choice(&'static [&'static str]),
    Bool,
    List,
    Map,
}

/// A value of an option.
#[derive(Clone, Copy)]
enum Given {
    Number(u64),
    Text(&'static str),
    Bool(bool),
    List(&'static [&'static str]),
    Map(&'static [(&'static str, &'static str)]),
}

impl Documented {
    const fn new(name: &'static str, takes: Allowed, about: &'static str) -> Self {
        Self {
            name,
            takes,
            about,
            required: false,
            default: None,
            example: None,
        }
    }

    /// The stage cannot be made without it.
    pub(super) const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The number that it is when left out.
    pub(super) const fn or(mut self, default: u64) -> Self {
        self.default = Some(Given::Number(default));
        self
    }

    /// The text that it is when left out.
    pub(super) const fn or_text(mut self, default: &'static str) -> Self {
        self.default = Some(Given::Text(default));
        self
    }

    /// What it is when left out.
    pub(super) const fn or_bool(mut self, default: bool) -> Self {
        self.default = Some(Given::Bool(default));
        self
    }

    /// A number to begin with.
    pub(super) const fn such_as(mut self, example: u64) -> Self {
        self.example = Some(Given::Number(example));
        self
    }

    /// A text to begin with.
    pub(super) const fn such_as_text(mut self, example: &'static str) -> Self {
        self.example = Some(Given::Text(example));
        self
    }

    /// A list to begin with.
    pub(super) const fn such_as_list(mut self, example: &'static [&'static str]) -> Self {
        self.example = Some(Given::List(example));
        self
    }

    /// Texts by name to begin with.
    pub(super) const fn such_as_map(
        mut self,
        example: &'static [(&'static str, &'static str)],
    ) -> Self {
        self.example = Some(Given::Map(example));
        self
    }

    /// As it goes to a client.
    pub(super) fn option(&self) -> StageOption {
        StageOption {
            name: self.name.to_owned(),
            takes: self.takes.takes(),
            required: self.required,
            default: self.default.map(Given::value),
            example: self.example.map(Given::value),
            about: self.about.to_owned(),
        }
    }
}

impl Allowed {
    fn takes(self) -> Takes {
        match self {
            Self::Number(min, max) => Takes::Number { min, max },
            Self::Size(min, max) => Takes::Size { min, max },
            Self::Text => Takes::Text,
            Self::Choice(choices) => Takes::Choice {
                choices: choices.iter().map(|&choice| choice.to_owned()).collect(),
            },
            Self::Bool => Takes::Bool,
            Self::List => Takes::List,
            Self::Map => Takes::Map,
        }
    }
}

impl Given {
    fn value(self) -> Value {
        match self {
            Self::Number(number) => number.into(),
            Self::Text(text) => text.into(),
            Self::Bool(flag) => flag.into(),
            Self::List(texts) => json!(texts),
            Self::Map(texts) => texts
                .iter()
                .map(|&(name, text)| (name, json!(text)))
                .collect(),
        }
    }
}

/// A whole number within these bounds.
pub(super) const fn number(
    name: &'static str,
    min: u64,
    max: Option<u64>,
    about: &'static str,
) -> Documented {
    Documented::new(name, Allowed::Number(min, max), about)
}

/// A number of bytes within these bounds.
pub(super) const fn size(
    name: &'static str,
    min: u64,
    max: Option<u64>,
    about: &'static str,
) -> Documented {
    Documented::new(name, Allowed::Size(min, max), about)
}

/// A text.
pub(super) const fn text(name: &'static str, about: &'static str) -> Documented {
    Documented::new(name, Allowed::Text, about)
}

/// One of these texts.
pub(super) const fn choice(
    name: &'static str,
    choices: &'static [&'static str],
    about: &'static str,
) -> Documented {
    Documented::new(name, Allowed::Choice(choices), about)
}

/// `true` or `false`.
pub(super) const fn flag(name: &'static str, about: &'static str) -> Documented {
    Documented::new(name, Allowed::Bool, about)
}

/// Texts.
pub(super) const fn list(name: &'static str, about: &'static str) -> Documented {
    Documented::new(name, Allowed::List, about)
}

/// Texts by name.
pub(super) const fn map(name: &'static str, about: &'static str) -> Documented {
    Documented::new(name, Allowed::Map, about)
}

const LABEL: Documented = text("label", "what the page calls it");

const SPEED: Documented = size(
    "bytes_per_s",
    1,
    None,
    "bytes a second; full speed when left out",
);

const MARK: Documented =
    size("high_water_mark", 0, Some(MAX_MARK), "mark of its buffer").or(16 * 1024);

const READABLE_MARK: Documented = size(
    "readable_high_water_mark",
    0,
    Some(MAX_MARK),
    "mark of the buffer of its read side",
)
.or(16 * 1024);

/// What the stages at either end have.
pub(super) const END: &[Documented] = &[SPEED, MARK, LABEL];

/// The same for those over a file.
pub(super) const FILE: &[Documented] = &[
    SPEED,
    size("high_water_mark", 0, Some(MAX_MARK), "mark of its buffer").or(64 * 1024),
    LABEL,
];

/// The same for those without a speed of their own.
pub(super) const UNHURRIED: &[Documented] = &[MARK, LABEL];

/// The same for those that always have a speed.
pub(super) const HURRIED: &[Documented] = &[
    size("bytes_per_s", 1, None, "bytes a second").or(20_000),
    MARK,
    LABEL,
];

/// What a Transform or a Duplex has.
pub(super) const BOTH: &[Documented] = &[MARK, READABLE_MARK, LABEL];

/// What a sample has that is made from a seed.
pub(super) const SAMPLE: &[Documented] = &[
    number("rows", 0, None, "how many cities; or give `bytes`").or(10_000),
    size("bytes", 0, None, "about how large; or give `rows`").such_as(1_000_000),
    number("seed", 0, None, "other seeds give other cities"),
];
