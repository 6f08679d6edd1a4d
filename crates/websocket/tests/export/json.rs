//! The JSON, read by another's reader.

use serde_json::Value;
use spillway_websocket::{Dissector, DissectorConfig, Endpoint, Start, capture_json};

use crate::capture::{items, pieces};

fn exported() -> Vec<Value> {
    let items = items();
    let text = capture_json(items.iter().map(|(from, item)| (*from, item)));
    let value: Value = serde_json::from_str(&text).expect("JSON");
    value["items"].as_array().expect("a list").clone()
}

#[test]
fn every_byte_that_crossed_is_in_it() {
    for (from, name) in [(Endpoint::Client, "client"), (Endpoint::Server, "server")] {
        let sent: String = pieces()
            .iter()
            .filter(|(sender, ..)| *sender == from)
            .flat_map(|(.., bytes)| bytes.iter().map(|byte| format!("{byte:02x}")))
            .collect();
        let exported: String = exported()
            .iter()
            .filter(|item| item["from"] == name)
            .filter_map(|item| item["bytes"].as_str())
            .collect();
        assert!(exported == sent);
    }
}

#[test]
fn an_item_tells_what_it_is() {
    let items = exported();
    let kinds: Vec<_> = items
        .iter()
        .filter_map(|item| item["kind"].as_str())
        .collect();
    assert_eq!(kinds[..3], ["request", "response", "frame"]);
    let text = &items[2];
    assert_eq!(
        (&text["at_us"], &text["opcode"]),
        (&2_000.into(), &"text".into())
    );
    assert_eq!(text["message"]["number"], 1);
    let payload = text["fields"].as_array().and_then(|fields| fields.last());
    assert_eq!(payload.expect("fields")["value"], "Grüße");
    let compressed = items
        .iter()
        .find(|item| item["message"]["compressed"] == true);
    assert_eq!(
        compressed.expect("a compressed frame")["inflated"]["length"],
        19
    );
}

#[test]
fn faults_and_damage_are_told_and_any_text_is_escaped() {
    let mut dissector = Dissector::new(
        Endpoint::Client,
        DissectorConfig {
            start: Start::Frames,
            ..DissectorConfig::default()
        },
    );
    dissector.handle_bytes(b"\x81\x05\"\\\n\x01\x7f\x81\x05a", 0);
    dissector.handle_end();
    let items: Vec<_> = std::iter::from_fn(|| dissector.poll_item()).collect();
    let text = capture_json(items.iter().map(|item| (Endpoint::Client, item)));
    let value: Value = serde_json::from_str(&text).expect("JSON");
    let first = &value["items"][0];
    assert_eq!(first["faults"][0]["section"], "RFC 6455 §5.1");
    assert_eq!(first["faults"][0]["answered_with"], 1002);
    assert_eq!(first["fields"][7]["value"], "\"\\\n\u{1}\u{7f}");
    let second = &value["items"][1];
    assert_eq!(
        (&second["kind"], &second["damaged_at"]),
        (&"damaged".into(), &3.into())
    );
}
