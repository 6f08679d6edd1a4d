//! Presets: text.

use super::{Expectation, Preset};
use crate::frame::Opcode;

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        name: "bad-utf8",
        title: "Text that is not UTF-8",
        rule: "a text message must be valid UTF-8 as a whole",
        section: "RFC 6455 §8.1",
        text: r#"text "a\xffb""#,
        expected: Expectation::Close(1007),
    },
    Preset {
        name: "bad-utf8-early",
        title: "Text that is wrong long before its end",
        rule: "a server may fail the connection at the first wrong byte",
        section: "RFC 6455 §8.1",
        text: r#"text length=1000 "a\xff""#,
        expected: Expectation::Close(1007),
    },
    Preset {
        name: "cut-character",
        title: "A text that ends inside a character",
        rule: "a text message must be valid UTF-8 as a whole",
        section: "RFC 6455 §8.1",
        text: r#"text "\xe2\x82""#,
        expected: Expectation::Close(1007),
    },
    Preset {
        name: "split-character",
        title: "A character cut between two fragments",
        rule: "a fragment need not be valid by itself: the message must be",
        section: "RFC 6455 §5.6",
        text: r#"text more "\xe2\x82"
continuation "\xac""#,
        expected: Expectation::Messages(&[(Opcode::Text, b"\xe2\x82\xac")]),
    },
];
