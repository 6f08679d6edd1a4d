//! The text of a scenario: what it means, what is wrong with it, and that it survives being written and read.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

use proptest::prelude::*;
use spillway_websocket::{
    FrameDraft, HandshakeDraft, HeadEdit, LengthForm, Opcode, Payload, Scenario, WireStep,
};

fn steps(text: &str) -> Vec<WireStep> {
    text.parse::<Scenario>().unwrap().steps
}

fn check_wrong(text: &str, said: &str) {
    let error = text.parse::<Scenario>().unwrap_err().to_string();
    assert!(error.starts_with(said), "{text}: {error}");
}

#[test]
fn a_line_is_a_step() {
    let seen = steps("# first\n\ntext \"Hello\" # second\nbytes 81 8500\nwait 200\ncut\n");
    let hello = FrameDraft::new(Opcode::Text, Payload::Bytes(b"Hello".to_vec()));
    assert_eq!(
        seen,
        [
            WireStep::Frame(hello),
            WireStep::Bytes(vec![0x81, 0x85, 0]),
            WireStep::Wait { milliseconds: 200 },
            WireStep::Cut,
        ]
    );
}

#[test]
fn every_field_can_be_chosen() {
    let seen = steps(
        "opcode=B more rsv1 rsv3 key=01020304 length=9 bits=64 hex 00 ff\ntext unmasked\nclose 1005 \"no\"",
    );
    let odd = FrameDraft {
        fin: false,
        reserved: [true, false, true],
        opcode: Opcode::Reserved(11),
        key: Some([1, 2, 3, 4]),
        form: Some(LengthForm::SixtyFour),
        length: Some(9),
        payload: Payload::Bytes(vec![0, 0xFF]),
    };
    assert_eq!(seen[0], WireStep::Frame(odd));
    assert_eq!(seen[1].encode(), [0x81, 0]);
    let WireStep::Frame(close) = &seen[2] else {
        panic!("no frame: {seen:?}");
    };
    assert_eq!(close.payload.bytes(), b"\x03\xEDno");
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_what_is_allowed() {
    check_wrong(
        "text \"a\"\ntxet \"a\"",
        "line 2: 'txet' is no step; there are",
    );
    check_wrong(
        "text mask",
        "line 1: 'mask' has no meaning here; allowed: more,",
    );
    check_wrong("text \"a\" \"b\"", "line 1: '\"b\"' has no meaning here");
    check_wrong("text \"a", "line 1: the closing quote is missing");
    check_wrong("text \"\\q\"", "line 1: a backslash stands before");
    check_wrong("text bits=8", "line 1: '8' is not 16 or 64");
    check_wrong(
        "text key=0102",
        "line 1: '0102' is not a key of eight hex digits",
    );
    check_wrong("text length=-1", "line 1: '-1' is not a length in bytes");
    check_wrong("opcode=1F", "line 1: '1F' is not one hex digit");
    check_wrong("bytes 1", "line 1: '1' is not made of hex digits in pairs");
    check_wrong(
        "close 70000",
        "line 1: '70000' is not a close code from 0 to 65535",
    );
    check_wrong(
        "wait 5001",
        "line 1: '5001' is not a number of milliseconds, at most 5000",
    );
    check_wrong(
        "wait",
        "line 1: after 'wait' comes a number of milliseconds",
    );
    check_wrong(
        "cut 5",
        "line 1: '5' has no meaning here; allowed: nothing more",
    );
    check_wrong(
        "ping\nhandshake deflate",
        "line 2: the handshake comes before everything else",
    );
    check_wrong("handshake", "line 1: after 'handshake' comes deflate,");
    check_wrong(
        "handshake with \"Host\"",
        "line 1: 'with' has no meaning here; allowed: deflate,",
    );
    check_wrong("\"text\"", "line 1: 'text' is no step");
}

#[test]
fn a_scenario_is_bounded() {
    check_wrong(
        &"ping\n".repeat(501),
        "line 501: a scenario may have 500 steps",
    );
    check_wrong(
        "binary fill 00 4294967295",
        "line 1: a scenario may send 1048576 bytes",
    );
    check_wrong(
        &"binary fill 00 400000\n".repeat(3),
        "line 3: a scenario may send 1048576 bytes",
    );
    let long = format!("text deflate \"{}\"", "a".repeat(65_536));
    check_wrong(&long, "line 1: what is deflated may have 65535 bytes");
}

#[test]
fn a_handshake_is_what_its_lines_say() {
    let scenario: Scenario =
        "handshake deflate\nhandshake without \"host\"\nhandshake first \"POST / HTTP/1.1\""
            .parse()
            .unwrap();
    let raw = scenario.handshake.encode("a", "/", [0; 16]);
    let text = String::from_utf8(raw).unwrap();
    assert!(
        text.starts_with("POST / HTTP/1.1\r\nUpgrade: websocket\r\n"),
        "{text}"
    );
    assert!(
        text.ends_with(
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
        )
    );
    let cut: Scenario = "handshake cut 7".parse().unwrap();
    assert_eq!(cut.handshake.encode("a", "/ws", [0; 16]), b"GET /ws");
}

fn payload(opcode: Opcode) -> impl Strategy<Value = Payload> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..20);
    let close = if opcode == Opcode::Close { 1 } else { 0 };
    prop_oneof![
        2 => bytes().prop_map(Payload::Bytes),
        2 => any::<String>().prop_map(|text| Payload::Bytes(text.into_bytes())),
        1 => (any::<u8>(), 0_u32..70_000).prop_map(|(byte, count)| Payload::Fill { byte, count }),
        1 => bytes().prop_map(Payload::Deflate),
        close => (any::<u16>(), bytes()).prop_map(|(code, reason)| Payload::Close { code, reason }),
    ]
}

fn frame() -> impl Strategy<Value = FrameDraft> {
    let form = prop::option::of(prop_oneof![
        Just(LengthForm::Sixteen),
        Just(LengthForm::SixtyFour)
    ]);
    (
        0_u8..16,
        any::<bool>(),
        any::<[bool; 3]>(),
        any::<Option<[u8; 4]>>(),
        form,
        any::<Option<u64>>(),
    )
        .prop_flat_map(|(opcode, fin, reserved, key, form, length)| {
            let opcode = Opcode::from_bits(opcode);
            payload(opcode).prop_map(move |payload| FrameDraft {
                fin,
                reserved,
                opcode,
                key,
                form,
                length,
                payload,
            })
        })
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let step = prop_oneof![
        4 => frame().prop_map(WireStep::Frame),
        1 => prop::collection::vec(any::<u8>(), 0..20).prop_map(WireStep::Bytes),
        1 => (0_u32..=5_000).prop_map(|milliseconds| WireStep::Wait { milliseconds }),
        1 => Just(WireStep::Cut),
    ];
    let edit = prop_oneof![
        Just(HeadEdit::Deflate),
        any::<String>().prop_map(HeadEdit::First),
        any::<(String, String)>().prop_map(|(name, value)| HeadEdit::With(name, value)),
        any::<String>().prop_map(HeadEdit::Without),
    ];
    let handshake = (prop::collection::vec(edit, 0..3), any::<Option<u32>>())
        .prop_map(|(edits, cut)| HandshakeDraft { edits, cut });
    (handshake, prop::collection::vec(step, 0..8))
        .prop_map(|(handshake, steps)| Scenario { handshake, steps })
}

proptest! {
    #[test]
    fn a_scenario_survives_being_written_and_read(scenario in scenario()) {
        let text = scenario.to_string();
        prop_assert_eq!(text.parse(), Ok(scenario), "{}", text);
    }

    #[test]
    fn any_text_is_a_scenario_or_says_which_line_is_wrong(
        text in "([a-z]{0,12}(=[0-9a-f]{0,4})? ?[\"\\\\x0-9a-f ]{0,8}\n?){0,6}"
    ) {
        if let Err(error) = text.parse::<Scenario>() {
            prop_assert!((1..=text.lines().count()).contains(&error.line));
        }
    }
}
