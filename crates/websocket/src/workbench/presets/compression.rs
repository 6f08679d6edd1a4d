//! Presets: compression.

use super::{Expectation, Preset};
use crate::frame::Opcode;

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        name: "deflate",
        title: "A compressed message",
        rule: "RSV1 says that the message is compressed",
        section: "RFC 7692 §6.1",
        text: r#"handshake deflate
text rsv1 deflate "Hello""#,
        expected: Expectation::Messages(&[(Opcode::Text, b"Hello")]),
    },
    Preset {
        name: "deflate-rubbish",
        title: "Rubbish instead of deflate",
        rule: "a message that cannot be inflated fails the connection",
        section: "RFC 7692 §7.2.2",
        text: "handshake deflate
text rsv1 hex 07",
        expected: Expectation::Close(1007),
    },
    Preset {
        name: "deflate-cut",
        title: "A compressed message that ends inside a block",
        rule: "with four bytes behind it, a message is whole blocks of deflate",
        section: "RFC 7692 §7.2.2",
        text: "handshake deflate\ntext rsv1 hex f2 48 cd",
        expected: Expectation::Close(1007),
    },
    Preset {
        name: "deflate-continuation",
        title: "RSV1 on a continuation",
        rule: "only the first frame of a message has RSV1",
        section: "RFC 7692 §6.1",
        text: r#"handshake deflate
text more rsv1 deflate "Hel"
continuation rsv1 deflate "lo""#,
        expected: Expectation::Close(1002),
    },
    Preset {
        name: "deflate-ping",
        title: "RSV1 on a ping",
        rule: "control frames are never compressed",
        section: "RFC 7692 §6.1",
        text: r#"handshake deflate
ping rsv1 deflate "a""#,
        expected: Expectation::Close(1002),
    },
    Preset {
        name: "deflate-bad-utf8",
        title: "Compressed text that is not UTF-8",
        rule: "a text message must be valid UTF-8 once it is inflated",
        section: "RFC 7692 §6.2",
        text: r#"handshake deflate
text rsv1 deflate "\xff""#,
        expected: Expectation::Close(1007),
    },
    Preset {
        name: "deflate-unknown",
        title: "A parameter that does not exist",
        rule: "an offer with an unknown parameter is declined, and the connection opens without it",
        section: "RFC 7692 §7",
        text: r#"handshake with "Sec-WebSocket-Extensions" "permessage-deflate; level=9"
text "Hello""#,
        expected: Expectation::Messages(&[(Opcode::Text, b"Hello")]),
    },
];
