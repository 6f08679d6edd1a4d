//! A sentence whose parts mean something: names, code, reasons.

/// A sentence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phrase(pub Vec<Part>);

/// One part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Plain words.
    Text(String),
    /// The name of a thing.
    Name(String),
    /// Something as it is written in code.
    Code(String),
    /// The reason, said more quietly.
    Because(String),
}

/// The five meanings of the page; each also has a word or a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// Data, flow.
    #[default]
    Water,
    /// At or over a mark, waiting.
    Brim,
    /// An error, or something lost.
    Fault,
    /// Ended, reached.
    Done,
    /// Nothing of the above.
    Quiet,
}

impl Phrase {
    /// An empty sentence.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds plain words.
    #[must_use]
    pub fn text(self, text: impl Into<String>) -> Self {
        self.with(Part::Text(text.into()))
    }

    /// Adds a name.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        self.with(Part::Name(name.into()))
    }

    /// Adds code.
    #[must_use]
    pub fn code(self, code: impl Into<String>) -> Self {
        self.with(Part::Code(code.into()))
    }

    /// Adds the reason.
    #[must_use]
    pub fn because(self, reason: impl Into<String>) -> Self {
        self.with(Part::Because(reason.into()))
    }

    /// The sentence without its markup, for screen readers and tests.
    #[must_use]
    pub fn plain(&self) -> String {
        self.0.iter().map(Part::as_str).collect()
    }

    fn with(mut self, part: Part) -> Self {
        self.0.push(part);
        self
    }
}

impl Part {
    /// Its words.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Text(text) | Self::Name(text) | Self::Code(text) | Self::Because(text) => text,
        }
    }
}

impl Tone {
    /// The class that colours it.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Water => "water",
            Self::Brim => "brim",
            Self::Fault => "fault",
            Self::Done => "done",
            Self::Quiet => "quiet",
        }
    }
}
