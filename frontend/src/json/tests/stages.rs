//! The catalogue and the uploads against serde's reading of them.

use serde_json::json;
use spillway_protocol::stages::{Catalogue, Side, StageKind, StageOption, Takes};
use spillway_protocol::upload::Uploaded;

use super::name;
use crate::json::{catalogue, uploaded, uploads};

#[test]
fn the_kinds_of_stages_are_read_as_serde_writes_them() {
    let (min, max) = (3, Some(9));
    let takes = [
        Takes::Number { min, max },
        Takes::Number { min, max: None },
        Takes::Size { min, max },
        Takes::Text,
        Takes::Choice {
            choices: vec![name(), name()],
        },
        Takes::Bool,
        Takes::List,
        Takes::Map,
    ];
    let defaults = [
        Some(json!(6)),
        None,
        Some(json!(["a", "b"])),
        Some(json!("text")),
        Some(json!(true)),
        Some(json!({"a": "b"})),
    ];
    let option = |(at, takes): (usize, Takes)| StageOption {
        name: name(),
        takes,
        required: at % 2 == 0,
        default: defaults[at % defaults.len()].clone(),
        example: defaults[(at + 1) % defaults.len()].clone(),
        about: name(),
    };
    let options: Vec<_> = takes.into_iter().enumerate().map(option).collect();
    let sides = [
        Side::Readable,
        Side::Writable,
        Side::Transform,
        Side::Duplex,
    ];
    let kinds = sides.map(|side| StageKind {
        kind: name(),
        about: name(),
        side,
        options: options.clone(),
    });
    let expect = Catalogue {
        kinds: kinds.to_vec(),
    };
    let text = serde_json::to_string(&expect).expect("a catalogue is JSON");
    assert_eq!(catalogue(&text), Some(expect));
    assert_eq!(catalogue("{}"), None);
}

#[test]
fn uploads_are_read_as_serde_writes_them() {
    let expect = Uploaded {
        upload: name(),
        name: name(),
        bytes: 7,
    };
    let text = serde_json::to_string(&expect).expect("an upload is JSON");
    assert_eq!(uploaded(&text), Some(expect.clone()));
    assert_eq!(uploads(&["[", &text, "]"].concat()), Some(vec![expect]));
    assert_eq!(uploads("{}"), None);
}
