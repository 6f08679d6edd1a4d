//! What one Transform does and another undoes, for any bytes cut anywhere; and expressions made of
//! anything.

use proptest::prelude::*;
use proptest::sample::Index;

use super::expression::Expression;
use super::tests_support::{drive, transform};

/// What a Transform gives for an input that is cut at these places.
fn through(spec: &str, input: &[u8], cuts: &[Index]) -> Vec<u8> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(input.len() + 1)).collect();
    places.sort_unstable();
    let mut chunks = Vec::new();
    let mut from = 0;
    for to in places.into_iter().chain([input.len()]) {
        chunks.push(&input[from..to]);
        from = to;
    }
    drive(&mut *transform(spec), chunks).unwrap().concat()
}

/// Bytes that compress well, badly, or not at all.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        (any::<u8>(), 0..5_000_usize).prop_map(|(byte, times)| vec![byte; times]),
        ("[a-z\n]{1,20}", 0..500_usize).prop_map(|(line, times)| line.repeat(times).into_bytes()),
    ];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

fn spec(kind: &str) -> String {
    let key = "0123456789abcdef".repeat(4);
    let options = match kind {
        "seal" | "open" => format!(r#","key":"{key}""#),
        "aes_ctr" => format!(r#","key":"{key}","iv":"{}""#, &key[..32]),
        "brotli" => r#","level":2"#.to_owned(),
        _ => String::new(),
    };
    format!(r#"{{"id":"t","kind":"{kind}"{options}}}"#)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_one_does_the_other_undoes(
        text in text(),
        cuts: [Index; 4],
        other_cuts: [Index; 4],
    ) {
        for (kind, back) in [
            ("gzip", "gunzip"),
            ("brotli", "unbrotli"),
            ("aes_ctr", "aes_ctr"),
            ("seal", "open"),
        ] {
            let made = through(&spec(kind), &text, &cuts);
            prop_assert!(through(&spec(back), &made, &other_cuts) == text, "{} {}", kind, back);
        }
    }

    #[test]
    fn what_changes_nothing_changes_nothing(text in text(), cuts: [Index; 4]) {
        for kind in ["lines", "passthrough", "sha256", "throttle"] {
            prop_assert!(through(&spec(kind), &text, &cuts) == text, "{}", kind);
        }
    }

    #[test]
    fn an_expression_of_any_text_is_read_or_refused(text in "[a-z0-9 =!<>&|é\"]{0,40}|\\PC{0,40}") {
        if let Ok(expression) = Expression::parse(&text) {
            let header = expression.columns();
            prop_assert!(header.iter().all(|column| !column.is_empty()));
            let bound = expression.bind(&header).unwrap();
            prop_assert!(bound.matches(|_| b"1".as_slice().into()).is_ok());
        }
    }

    #[test]
    fn an_expression_says_what_it_was_made_of(
        columns in prop::collection::vec("[a-z]{1,8}( [a-z]{1,3})?", 1..6),
        op in prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]),
        space in " {0,2}",
    ) {
        let one = |column: &String| format!("{column}{space}{op}{space}5");
        let text = columns.iter().map(one).collect::<Vec<_>>().join(" && ");
        prop_assert_eq!(Expression::parse(&text).unwrap().columns(), columns.clone());
        let bound = Expression::parse(&text).unwrap().bind(&columns).unwrap();
        for (field, order) in [("4", "<"), ("5.0", "="), ("60", ">")] {
            let holds = match op {
                "!=" => order != "=",
                op => op.contains(order),
            };
            prop_assert_eq!(bound.matches(|_| field.as_bytes().into()), Ok(holds));
        }
    }
}
