//! Presets: handshake.

use super::{Expectation, Preset};

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        name: "no-key",
        title: "A handshake without a key",
        rule: "a server must see a Sec-WebSocket-Key, or refuse",
        section: "RFC 6455 §4.2.1",
        text: r#"handshake without "Sec-WebSocket-Key""#,
        expected: Expectation::Status(400),
    },
    Preset {
        name: "short-key",
        title: "A key that is not 16 bytes",
        rule: "the key is the Base64 of 16 bytes",
        section: "RFC 6455 §4.2.1",
        text: r#"handshake with "Sec-WebSocket-Key" "c2hvcnQ=""#,
        expected: Expectation::Status(400),
    },
    Preset {
        name: "old-version",
        title: "Version 8 of the protocol",
        rule: "a version that the server does not speak is answered by 426 and the one it does",
        section: "RFC 6455 §4.4",
        text: r#"handshake with "Sec-WebSocket-Version" "8""#,
        expected: Expectation::Status(426),
    },
    Preset {
        name: "no-version",
        title: "A handshake without a version",
        rule: "the version must be 13",
        section: "RFC 6455 §4.2.1",
        text: r#"handshake without "Sec-WebSocket-Version""#,
        expected: Expectation::Status(426),
    },
    Preset {
        name: "no-upgrade",
        title: "A handshake without Upgrade",
        rule: "Upgrade must contain websocket",
        section: "RFC 6455 §4.2.1",
        text: r#"handshake without "Upgrade""#,
        expected: Expectation::Status(400),
    },
    Preset {
        name: "no-connection",
        title: "Connection does not say Upgrade",
        rule: "Connection must contain Upgrade",
        section: "RFC 6455 §4.2.1",
        text: r#"handshake with "Connection" "keep-alive""#,
        expected: Expectation::Status(400),
    },
    Preset {
        name: "post",
        title: "POST instead of GET",
        rule: "the method of the handshake must be GET",
        section: "RFC 6455 §4.2.1",
        text: r#"handshake first "POST /ws/echo HTTP/1.1""#,
        expected: Expectation::Status(405),
    },
    Preset {
        name: "half-handshake",
        title: "Half a handshake",
        rule: "a request without its empty line is not over: the server waits, and not for ever",
        section: "RFC 9112 §2.1",
        text: "handshake cut 40",
        expected: Expectation::Nothing,
    },
];
