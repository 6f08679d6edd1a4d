//! Presets: closing.

use super::{Expectation, Preset};

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        name: "close",
        title: "A lawful close",
        rule: "a close is answered by a close, usually with the same code",
        section: "RFC 6455 §5.5.1",
        text: r#"close 1000 "bye""#,
        expected: Expectation::Close(1000),
    },
    Preset {
        name: "close-empty",
        title: "A close without a code",
        rule: "a close frame may be empty",
        section: "RFC 6455 §5.5.1",
        text: "close",
        expected: Expectation::CloseWithoutCode,
    },
    Preset {
        name: "close-1005",
        title: "Close code 1005",
        rule: "1005, 1006 and 1015 are for an application to hear, never for the wire",
        section: "RFC 6455 §7.4.1",
        text: "close 1005",
        expected: Expectation::Close(1002),
    },
    Preset {
        name: "close-1006",
        title: "Close code 1006",
        rule: "1005, 1006 and 1015 are for an application to hear, never for the wire",
        section: "RFC 6455 §7.4.1",
        text: "close 1006",
        expected: Expectation::Close(1002),
    },
    Preset {
        name: "close-999",
        title: "Close code 999",
        rule: "codes below 1000 are not used",
        section: "RFC 6455 §7.4.2",
        text: "close 999",
        expected: Expectation::Close(1002),
    },
    Preset {
        name: "close-2000",
        title: "Close code 2000",
        rule: "1016 to 2999 are kept for later versions of the protocol",
        section: "RFC 6455 §7.4.2",
        text: "close 2000",
        expected: Expectation::Close(1002),
    },
    Preset {
        name: "close-4000",
        title: "A close code of the application's own",
        rule: "4000 to 4999 mean whatever the two ends have agreed on",
        section: "RFC 6455 §7.4.2",
        text: r#"close 4000 "lunch""#,
        expected: Expectation::Close(4000),
    },
    Preset {
        name: "close-one-byte",
        title: "A close of one byte",
        rule: "a close payload is empty, or begins with a code of two bytes",
        section: "RFC 6455 §5.5.1",
        text: r#"close "x""#,
        expected: Expectation::Close(1002),
    },
    Preset {
        name: "close-bad-reason",
        title: "A reason that is not UTF-8",
        rule: "a close reason must be UTF-8",
        section: "RFC 6455 §5.5.1",
        text: r#"close 1000 "\xff""#,
        expected: Expectation::Close(1007),
    },
    Preset {
        name: "close-long-reason",
        title: "A reason of 124 bytes",
        rule: "code and reason share the 125 bytes of a control frame",
        section: "RFC 6455 §5.5",
        text: r#"close 1000 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa""#,
        expected: Expectation::Close(1002),
    },
    Preset {
        name: "after-close",
        title: "A message after the close",
        rule: "after its close frame an end sends no more data; what comes is not read",
        section: "RFC 6455 §5.5.1",
        text: r#"close 1000
text "one more thing""#,
        expected: Expectation::Close(1000),
    },
    Preset {
        name: "cut",
        title: "No close at all",
        rule: "an end that hears no close frame tells its application 1006",
        section: "RFC 6455 §7.1.5",
        text: r#"text "Hello"
cut"#,
        expected: Expectation::Lost,
    },
];
