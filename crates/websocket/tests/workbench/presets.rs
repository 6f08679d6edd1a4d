//! Each preset against the server's end of the protocol: the answer is the one that the RFC asks for.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

use std::collections::BTreeSet;

use spillway_websocket::{
    Answer, CloseCode, ClosePayload, Closed, Expectation, FORM, FrameHeader, Inflater, Message,
    Opcode, PRESETS, Preset, RequestHead, Scenario, ServerConfig, ServerOffer, ServerProtocol,
    WireStep,
};

const LIMIT: usize = 16 << 20;

/// What a server answered, in full.
#[derive(Debug)]
enum Seen {
    Status(u16),
    Frames(Vec<(Opcode, Vec<u8>)>, Option<Closed>),
}

/// A server that answers handshakes and echoes messages.
fn serve(scenario: &Scenario) -> Seen {
    let raw = scenario
        .handshake
        .encode("127.0.0.1", "/ws/echo", *b"the sample nonce");
    let Ok(request) = RequestHead::parse(&raw) else {
        // Half a head: the server waits.
        return Seen::Frames(Vec::new(), None);
    };
    let offer = ServerOffer {
        subprotocols: &[],
        deflate: true,
    };
    let answer = Answer::new(&request, offer);
    if answer.status != 101 {
        return Seen::Status(answer.status);
    }
    let mut server = ServerProtocol::new(ServerConfig {
        max_message: LIMIT,
        deflate: answer.deflate,
    });
    let mut closed = None;
    let mut sent = Vec::new();
    for step in &scenario.steps {
        match step {
            WireStep::Cut => {
                closed = server
                    .handle_end()
                    .or(closed.map(Message::Closed))
                    .and_then(end)
            }
            step => server.handle_bytes(&step.encode()),
        }
        while let Some(message) = server.poll_message() {
            match message {
                Message::Text(text) => server.send_text(&text),
                Message::Binary(bytes) => server.send_binary(&bytes),
                Message::Ping(_) | Message::Pong(_) => {}
                Message::Closed(how) => closed = Some(how),
            }
        }
        sent.extend(server.poll_bytes().unwrap_or_default());
    }
    Seen::Frames(frames(&sent), closed)
}

fn end(message: Message) -> Option<Closed> {
    match message {
        Message::Closed(how) => Some(how),
        _ => None,
    }
}

fn frames(mut sent: &[u8]) -> Vec<(Opcode, Vec<u8>)> {
    let mut inflater = Inflater::new(15, false);
    let mut frames = Vec::new();
    while let Some(header) = FrameHeader::parse(sent) {
        let (frame, rest) = sent.split_at(header.header_len() + header.payload_len as usize);
        let mut payload = frame[header.header_len()..].to_vec();
        if header.rsv1 {
            let mut out = Vec::new();
            inflater.push(&payload, &mut out, LIMIT).unwrap();
            inflater.end_message(&mut out, LIMIT).unwrap();
            payload = out;
        }
        frames.push((header.opcode, payload));
        sent = rest;
    }
    assert!(sent.is_empty());
    frames
}

fn check(preset: &Preset) {
    let scenario: Scenario = preset.text.parse().unwrap();
    let seen = serve(&scenario);
    let last_close = |frames: &[(Opcode, Vec<u8>)]| {
        let (opcode, payload) = frames.last().unwrap();
        assert_eq!(*opcode, Opcode::Close, "{}", preset.name);
        let (close, faults) = ClosePayload::parse(payload);
        assert_eq!(faults, [], "{}", preset.name);
        close.code
    };
    match (preset.expected, &seen) {
        (Expectation::Status(status), Seen::Status(seen)) => assert_eq!(status, *seen),
        (Expectation::Close(code), Seen::Frames(frames, Some(_))) => {
            assert_eq!(last_close(frames), Some(CloseCode(code)), "{}", preset.name);
        }
        (Expectation::CloseWithoutCode, Seen::Frames(frames, Some(_))) => {
            assert_eq!(last_close(frames), None, "{}", preset.name);
        }
        (Expectation::Messages(expected), Seen::Frames(frames, None)) => {
            let expected: Vec<_> = expected
                .iter()
                .map(|(opcode, payload)| (*opcode, payload.to_vec()))
                .collect();
            assert_eq!(*frames, expected, "{}", preset.name);
        }
        (Expectation::Nothing, Seen::Frames(frames, None)) => {
            assert!(frames.is_empty(), "{}: {frames:?}", preset.name);
        }
        (Expectation::Lost, Seen::Frames(_, Some(Closed::Lost))) => {}
        (expected, seen) => panic!("{}: {expected:?}, but {seen:?}", preset.name),
    }
}

fn all() -> impl Iterator<Item = &'static Preset> {
    PRESETS.iter().flat_map(|(_, presets)| presets.iter())
}

#[test]
fn each_preset_is_answered_as_the_rfc_asks() {
    for preset in all() {
        check(preset);
    }
}

#[test]
fn each_preset_names_its_rule_and_has_a_name_of_its_own() {
    let names: BTreeSet<_> = all().map(|preset| preset.name).collect();
    assert_eq!(names.len(), all().count());
    for preset in all() {
        let name = preset.name.bytes();
        assert!(
            name.clone()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        );
        assert!(preset.section.starts_with("RFC "), "{}", preset.name);
        assert!(!preset.rule.is_empty() && !preset.title.is_empty());
    }
}

#[test]
fn what_must_be_answered_is_said_in_words() {
    let words = |name: &str| {
        let preset = all().find(|preset| preset.name == name).unwrap();
        preset.expected.words()
    };
    assert_eq!(
        words("unmasked"),
        "the server sends a close frame with 1002 protocol error, and nothing after it"
    );
    assert_eq!(words("fragments"), "the server answers: pong, then text");
    assert_eq!(
        words("old-version"),
        "the server refuses the handshake with 426"
    );
}

#[test]
fn a_presets_text_is_written_as_it_is_read() {
    for preset in all() {
        let scenario: Scenario = preset.text.parse().unwrap();
        let again: Scenario = scenario.to_string().parse().unwrap();
        assert_eq!(again, scenario, "{}", preset.name);
    }
}

#[test]
fn what_is_said_of_the_form_is_a_scenario_itself() {
    let scenario: Scenario = FORM.parse().unwrap();
    assert_eq!(scenario.steps.len(), 12);
    assert_eq!(scenario.handshake.edits.len(), 4);
    assert_eq!(scenario.handshake.cut, Some(40));
}
