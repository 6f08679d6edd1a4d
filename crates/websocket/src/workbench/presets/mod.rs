//! One scenario for each rule, with the clause that says it and the answer that it asks for.

mod closing;
mod compression;
mod control;
mod fragments;
mod frames;
mod handshake;
mod text;

use crate::frame::{CloseCode, Opcode};

/// A scenario that shows one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// Its name in an address; never changes.
    pub name: &'static str,
    /// What is sent, in a few words.
    pub title: &'static str,
    /// The rule, in plain words.
    pub rule: &'static str,
    /// Where the rule stands.
    pub section: &'static str,
    /// The scenario's text.
    pub text: &'static str,
    /// What a server that echoes messages must answer.
    pub expected: Expectation,
}

/// What a server must answer to a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// It refuses the handshake with this status.
    Status(u16),
    /// It ends the connection with a Close frame of this code, which comes last.
    Close(u16),
    /// It ends the connection with a Close frame without a code.
    CloseWithoutCode,
    /// It sends these messages and control frames, and the connection stays open.
    Messages(&'static [(Opcode, &'static [u8])]),
    /// It sends nothing; the connection stays open.
    Nothing,
    /// It finds the connection lost.
    Lost,
}

impl Expectation {
    /// What the server must do, in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Status(status) => format!("the server refuses the handshake with {status}"),
            Self::Close(code) => {
                let name = CloseCode(*code).name();
                format!("the server sends a close frame with {code} {name}, and nothing after it")
            }
            Self::CloseWithoutCode => "the server sends a close frame without a code".to_owned(),
            Self::Messages(messages) => {
                let names: Vec<&str> = messages.iter().map(|(opcode, _)| opcode.name()).collect();
                format!("the server answers: {}", names.join(", then "))
            }
            Self::Nothing => "the server sends nothing, and the connection stays open".to_owned(),
            Self::Lost => {
                "the server finds the connection lost, which an application knows as 1006"
                    .to_owned()
            }
        }
    }
}

/// All presets, in groups with a name.
pub const PRESETS: &[(&str, &[Preset])] = &[
    ("handshake", handshake::PRESETS),
    ("frames", frames::PRESETS),
    ("control", control::PRESETS),
    ("fragments", fragments::PRESETS),
    ("text", text::PRESETS),
    ("closing", closing::PRESETS),
    ("compression", compression::PRESETS),
];
