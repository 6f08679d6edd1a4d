//! Presets: control.

use super::{Expectation, Preset};
use crate::frame::Opcode;

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        name: "ping",
        title: "A ping",
        rule: "a ping is answered by a pong with its payload",
        section: "RFC 6455 §5.5.3",
        text: r#"ping "are you there?""#,
        expected: Expectation::Messages(&[(Opcode::Pong, b"are you there?")]),
    },
    Preset {
        name: "pong",
        title: "A pong that nobody asked for",
        rule: "a pong without a ping is allowed, and not answered",
        section: "RFC 6455 §5.5.3",
        text: r#"pong "still here""#,
        expected: Expectation::Nothing,
    },
    Preset {
        name: "long-ping",
        title: "A ping of 126 bytes",
        rule: "a control frame carries at most 125 bytes",
        section: "RFC 6455 §5.5",
        text: "ping fill 61 126",
        expected: Expectation::Close(1002),
    },
    Preset {
        name: "fragmented-ping",
        title: "A ping in fragments",
        rule: "a control frame must not be fragmented",
        section: "RFC 6455 §5.5",
        text: r#"ping more "a"
continuation "b""#,
        expected: Expectation::Close(1002),
    },
];
