//! Heads of any bytes, and answers to those that are heads.

use proptest::prelude::*;
use spillway_websocket::{Answer, HeadDraft, RequestHead, ResponseHead, ServerOffer};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,30}",
        "permessage-deflate(; ?(client|server)_(max_window_bits|no_context_takeover)(=\"?[0-9]{0,2}\"?)?){0,4}",
        "(permessage-deflate|x-mux|[,;= \"\\\\]){0,6}",
        any::<String>(),
    ]
}

fn header() -> impl Strategy<Value = (String, String)> {
    let name = prop_oneof![
        Just("Host".to_owned()),
        Just("Upgrade".to_owned()),
        Just("Connection".to_owned()),
        Just("Sec-WebSocket-Key".to_owned()),
        Just("Sec-WebSocket-Protocol".to_owned()),
        Just("Sec-WebSocket-Extensions".to_owned()),
        Just("Sec-WebSocket-Version".to_owned()),
        text(),
    ];
    (name, text())
}

fn request() -> impl Strategy<Value = HeadDraft> {
    prop::collection::vec(header(), 0..5).prop_map(|headers| {
        let lawful = HeadDraft::upgrade("a", "/", *b"the sample nonce");
        headers
            .into_iter()
            .fold(lawful, |head, (name, value)| match value.len() % 3 {
                0 => head.replacing(&name, &value),
                1 => head.with(&name, &value),
                _ => head.without(&name),
            })
    })
}

const SERVER: ServerOffer<'_> = ServerOffer {
    subprotocols: &["chat", "superchat"],
    deflate: true,
};

proptest! {
    #[test]
    fn an_answer_opens_the_connection_or_says_why_not(draft in request()) {
        if let Ok(request) = RequestHead::parse(&draft.encode()) {
            let answer = Answer::new(&request, SERVER);
            prop_assert!(!answer.steps().is_empty());
            let head = ResponseHead::parse(&answer.encode());
            prop_assert!(head.is_ok(), "{:?}", answer);
            if let (Ok(head), 101) = (head, answer.status) {
                prop_assert_eq!(head.problems(Some(&request)), []);
            }
        }
    }

    #[test]
    fn any_bytes_are_a_head_or_are_refused_at_a_byte(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let raw = [&bytes[..], b"\r\n\r\n"].concat();
        match RequestHead::parse(&raw) {
            Ok(head) => prop_assert!(head.len <= raw.len()),
            Err(fault) => prop_assert!(fault.at <= raw.len()),
        }
        if let Err(fault) = ResponseHead::parse(&raw) {
            prop_assert!(fault.at <= raw.len());
        }
    }
}
