//! The presets of the workbench against the real server, over a real connection.

use spillway_websocket::{
    ClosePayload, Expectation, FrameHeader, Inflater, Opcode, PRESETS, Preset, Scenario, WireStep,
    head_end,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{SOON, Server};

/// Everything that comes back to a scenario, to the connection's end. The client says at once that it has sent all
/// that it will, so nobody waits.
async fn answer(server: &Server, scenario: &Scenario) -> Vec<u8> {
    let host = server.addr.to_string();
    let mut bytes = scenario
        .handshake
        .encode(&host, "/ws/echo", *b"the sample nonce");
    if scenario.handshake.cut.is_none() {
        bytes.extend(scenario.steps.iter().flat_map(WireStep::encode));
    }
    let mut stream = TcpStream::connect(server.addr).await.unwrap();
    stream.write_all(&bytes).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    timeout(SOON, stream.read_to_end(&mut answer))
        .await
        .expect("the connection ends")
        .unwrap();
    answer
}

fn frames(mut sent: &[u8]) -> Vec<(Opcode, Vec<u8>)> {
    let mut inflater = Inflater::new(15, false);
    let mut frames = Vec::new();
    while let Some(header) = FrameHeader::parse(sent) {
        let (frame, rest) = sent.split_at(header.header_len() + header.payload_len as usize);
        let mut payload = frame[header.header_len()..].to_vec();
        if header.rsv1 {
            let mut out = Vec::new();
            inflater.push(&payload, &mut out, 1 << 20).unwrap();
            inflater.end_message(&mut out, 1 << 20).unwrap();
            payload = out;
        }
        frames.push((header.opcode, payload));
        sent = rest;
    }
    assert!(sent.is_empty(), "half a frame came back");
    frames
}

fn check(preset: &Preset, answer: &[u8]) {
    let name = preset.name;
    if let Expectation::Status(status) = preset.expected {
        let said = String::from_utf8_lossy(answer);
        assert!(
            said.starts_with(&format!("HTTP/1.1 {status} ")),
            "{name}: {said}"
        );
        return;
    }
    let Some(head) = head_end(answer) else {
        assert_eq!(preset.expected, Expectation::Nothing, "{name}");
        assert!(answer.is_empty(), "{name}");
        return;
    };
    assert!(answer.starts_with(b"HTTP/1.1 101 "), "{name}");
    let frames = frames(&answer[head..]);
    let close = frames
        .last()
        .filter(|(opcode, _)| *opcode == Opcode::Close)
        .map(|(_, payload)| ClosePayload::parse(payload).0.code.map(|code| code.0));
    match preset.expected {
        Expectation::Close(code) => assert_eq!(close, Some(Some(code)), "{name}"),
        Expectation::CloseWithoutCode => assert_eq!(close, Some(None), "{name}"),
        Expectation::Nothing => assert_eq!(frames, [], "{name}"),
        Expectation::Lost => assert_eq!(close, None, "{name}"),
        Expectation::Messages(expected) => {
            let expected: Vec<_> = expected
                .iter()
                .map(|(opcode, payload)| (*opcode, payload.to_vec()))
                .collect();
            assert_eq!(frames, expected, "{name}");
        }
        Expectation::Status(_) => {}
    }
}

#[tokio::test]
async fn each_preset_is_answered_as_the_rfc_asks() {
    let server = Server::start().await;
    for preset in PRESETS.iter().flat_map(|(_, presets)| presets.iter()) {
        let scenario: Scenario = preset.text.parse().unwrap();
        check(preset, &answer(&server, &scenario).await);
    }
    server.stop().await;
}
