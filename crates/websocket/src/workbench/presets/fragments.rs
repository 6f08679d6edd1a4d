//! Presets: fragments.

use super::{Expectation, Preset};
use crate::frame::Opcode;

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        name: "fragments",
        title: "A message in fragments, with a ping between them",
        rule: "control frames may come between the fragments of a message",
        section: "RFC 6455 §5.4",
        text: r#"text more "Hel"
ping "now?"
continuation "lo""#,
        expected: Expectation::Messages(&[(Opcode::Pong, b"now?"), (Opcode::Text, b"Hello")]),
    },
    Preset {
        name: "empty-fragments",
        title: "Fragments without a payload",
        rule: "a fragment may be empty",
        section: "RFC 6455 §5.4",
        text: "text more
continuation more
continuation",
        expected: Expectation::Messages(&[(Opcode::Text, b"")]),
    },
    Preset {
        name: "lone-continuation",
        title: "A continuation out of nowhere",
        rule: "a continuation needs a message that an earlier frame began",
        section: "RFC 6455 §5.4",
        text: r#"continuation "lo""#,
        expected: Expectation::Close(1002),
    },
    Preset {
        name: "mixed-messages",
        title: "A message inside a message",
        rule: "fragments of one message must not be mixed with another message",
        section: "RFC 6455 §5.4",
        text: r#"text more "Hel"
text "other""#,
        expected: Expectation::Close(1002),
    },
];
