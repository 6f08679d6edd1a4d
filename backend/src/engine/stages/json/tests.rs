//! What lines come out, wherever the input is cut.

use bytes::Bytes;
use proptest::prelude::*;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{MAX_AT_ONCE, MAX_ELEMENT};
use crate::engine::stages::tests_support::{drive, run, transform};

const JSON: &str = r#"{"id":"j","kind":"json"}"#;

/// Each cut of `text` must give these lines.
fn check(text: &str, expect: &[&str]) {
    for size in 1..=text.len() {
        let out = drive(&mut *transform(JSON), text.as_bytes().chunks(size)).unwrap();
        let lines: Vec<&str> = out
            .iter()
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        assert_eq!(lines, expect, "in chunks of {size}");
    }
}

fn check_error(text: &[u8], expect: &str) {
    for size in 1..=text.len() {
        let error = run(JSON, text, size).unwrap_err();
        assert_eq!(error, expect, "in chunks of {size}");
    }
}

#[test]
fn an_array_is_taken_apart() {
    check(
        " [ {\"a\": [1, 2]} ,\"x,]\\\"\", -1.5e3,null,[ ] ]\n",
        &[
            "{\"a\": [1, 2]}\n",
            "\"x,]\\\"\"\n",
            "-1.5e3\n",
            "null\n",
            "[ ]\n",
        ],
    );
    check("[]", &[]);
    check(" \n", &[]);
}

#[test]
fn json_lines_pass_and_the_last_may_lack_its_line_feed() {
    check(
        "{\"a\":1}\n\n{\"a\":2}\r\ntrue\n12",
        &["{\"a\":1}\n", "{\"a\":2}\n", "true\n", "12\n"],
    );
}

#[test]
fn an_element_of_several_lines_becomes_one() {
    check(
        "[\n  {\n    \"a b\": 1.50,\r\n    \"c\": \"x  y\"\n  }\n]\n",
        &["{\"a b\": 1.50,\"c\": \"x  y\"}\n"],
    );
}

#[test]
fn what_is_no_json_is_an_error_where_it_stands() {
    check_error(b"[1,]", "at byte 3: expected value");
    check_error(
        b"[1 2]",
        "at byte 3: expected , or ] behind an element of an array",
    );
    check_error(b"{\"a\":1}\n{\"a\" 1}\n", "at byte 13: expected `:`");
    check_error(b"[1, tru]", "at byte 4: expected value");
    check_error(b"[\"a\xFF\"]", "at byte 3: invalid unicode code point");
    check_error(b"id,name\n", "at byte 0: expected value");
}

#[test]
fn an_input_that_was_cut_off_is_an_error_at_its_end() {
    check_error(
        b" [1,{\"a\":2}",
        "at byte 11: the input ends inside an array that begins at byte 1",
    );
    check_error(
        b"[1, ",
        "at byte 4: the input ends inside an array that begins at byte 0",
    );
    check_error(
        b"7\n{\"a\":",
        "at byte 7: the input ends inside a value that begins at byte 2",
    );
}

#[test]
fn an_element_that_is_too_long_is_an_error_where_it_begins() {
    let mut text = b"[1, \"".to_vec();
    text.resize(MAX_ELEMENT + 100, b'x');
    let error = run(JSON, &text, 100_000).unwrap_err();
    assert_eq!(error, "at byte 4: an element is longer than 4194304 bytes");
}

#[test]
fn brackets_without_end_do_no_harm() {
    let error = run(JSON, &b"[".repeat(200_000), 1_000).unwrap_err();
    assert!(error.contains("the input ends inside an array"), "{error}");
    let deep = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    let out = run(JSON, &deep, 1_000).unwrap();
    assert!(out == [&deep[1..deep.len() - 1], b"\n"].concat());
}

#[test]
fn a_chunk_of_many_elements_is_given_in_parts_or_as_one_text() {
    let text = Bytes::from(format!("[{}1]", "1,".repeat(5_000)));
    let mut json = transform(JSON);
    assert_eq!(json.transform(&text).unwrap().len(), MAX_AT_ONCE);
    assert!(json.has_more());
    let mut json = transform(r#"{"id":"j","kind":"json","one_by_one":false}"#);
    let out = json.transform(&text).unwrap();
    assert_eq!(out, ["1\n".repeat(5_001)]);
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<i32>().prop_map(|eighths| Value::from(f64::from(eighths) / 8.0)),
        "[a-zé\"\\\\,\\]\\}\n]{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 30, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z\"]{0,4}", inner, 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

fn lines_of(out: &[u8]) -> Vec<Value> {
    let lines = out.split_inclusive(|byte| *byte == b'\n');
    lines
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

proptest! {
    #[test]
    fn elements_are_those_that_serde_json_reads(
        values in prop::collection::vec(value(), 0..8),
        pretty: bool,
        size in 1..40_usize,
    ) {
        let text = if pretty {
            serde_json::to_string_pretty(&values).unwrap()
        } else {
            serde_json::to_string(&values).unwrap()
        };
        prop_assert_eq!(lines_of(&run(JSON, text.as_bytes(), size).unwrap()), &values[..]);
        let lines: String = values.iter().map(|value| format!("{value}\n")).collect();
        let top: Vec<Value> = values.into_iter().flat_map(|value| match value {
            Value::Array(elements) => elements,
            value => vec![value],
        }).collect();
        prop_assert_eq!(lines_of(&run(JSON, lines.as_bytes(), size).unwrap()), top);
    }

    #[test]
    fn a_damaged_array_is_refused_when_serde_json_refuses_it(
        values in prop::collection::vec(value(), 1..5),
        at: prop::sample::Index,
        byte in prop::sample::select(b"[]{},:\"\\ 1x\n\xff".as_slice()),
        size in 1..40_usize,
    ) {
        let mut text = serde_json::to_vec(&values).unwrap();
        let at = 1 + at.index(text.len() - 1);
        text[at] = byte;
        let read: Result<Vec<&RawValue>, _> = serde_json::from_slice(&text);
        // An array that ends early may have other values behind it here.
        let whole = read.is_ok() || serde_json::Deserializer::from_slice(&text)
            .into_iter::<&RawValue>()
            .all(|value| value.is_ok());
        prop_assert_eq!(run(JSON, &text, size).is_ok(), whole);
    }
}
