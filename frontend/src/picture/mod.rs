//! The picture of a run as SVG text, and the patches that keep it up to date.
//!
//! The text depends on the stages and the pipes alone; everything that changes while bytes move is
//! a [`Patch`] to a named slot of it. So a frame costs a few dozen comparisons, and a card keeps
//! its focus.

use std::fmt::Display;

mod cards;
mod patches;
mod pipes;
pub mod playground;
mod table;
#[cfg(test)]
mod tests;

pub use cards::cards;
pub use patches::{cause_patches, frame_patches, told_patches};
pub use pipes::pipes;
pub use table::{table, table_patches};

/// One change to the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The `data-slot` of the element.
    pub slot: String,
    /// What of it.
    pub part: Part,
    /// Its new value.
    pub value: String,
}

/// What of an element changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Its text.
    Text,
    /// An attribute.
    Attribute(&'static str),
    /// A property of its style, which the page's content policy lets no attribute set.
    Style(&'static str),
}

/// Collects patches to the slots of one thing.
struct Patches<'a> {
    prefix: &'a str,
    list: &'a mut Vec<Patch>,
}

impl Patches<'_> {
    fn text(&mut self, slot: &str, value: impl Into<String>) {
        self.push(slot, Part::Text, value.into());
    }

    fn attribute(&mut self, slot: &str, name: &'static str, value: &dyn Display) {
        self.push(slot, Part::Attribute(name), value.to_string());
    }

    fn style(&mut self, slot: &str, name: &'static str, value: String) {
        self.push(slot, Part::Style(name), value);
    }

    fn push(&mut self, slot: &str, part: Part, value: String) {
        let slot = format!("{}{slot}", self.prefix);
        self.list.push(Patch { slot, part, value });
    }
}
