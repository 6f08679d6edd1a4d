//! What is documented about options against what the kinds read.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use spillway_protocol::control::StageSpec;
use spillway_protocol::stages::{Side, StageKind, StageOption, Takes};
use spillway_streams::{Profile, Sides};

use super::noted;
use crate::engine::stages::{Defaults, KINDS, Plan, StageError, catalogue, plan};

/// Kinds that need one of two options, with one of them.
const ONE_OF: [(&str, &str); 2] = [("csv_filter", "expr"), ("fault", "at_byte")];

fn planned(kind: &str, options: &Map<String, Value>) -> Result<Plan, StageError> {
    let spec = StageSpec {
        id: "x".to_owned(),
        kind: kind.to_owned(),
        options: options.clone(),
    };
    plan(&spec, Defaults::of(Profile::Node20))
}

/// A value that is surely allowed.
fn good(option: &StageOption) -> Value {
    let given = option.default.as_ref().or(option.example.as_ref());
    given.cloned().unwrap_or_else(|| match &option.takes {
        Takes::Number { min, .. } | Takes::Size { min, .. } => json!(min + 1),
        Takes::Text => json!("text"),
        Takes::Choice { choices } => json!(choices[0]),
        Takes::Bool => json!(true),
        Takes::List => json!(["name"]),
        Takes::Map => json!({}),
    })
}

/// Options with which a kind can be made, `but` for one that stands instead of another.
fn least(kind: &StageKind, but: &str) -> Map<String, Value> {
    let needed = |option: &&StageOption| {
        let instead = kind.kind == "fault" && but == "at_chunk";
        option.required || (ONE_OF.contains(&(&kind.kind, &option.name)) && !instead)
    };
    let options = kind.options.iter().filter(needed);
    options
        .map(|option| (option.name.clone(), good(option)))
        .collect()
}

fn with(kind: &StageKind, option: &StageOption, value: Value) -> Result<Plan, StageError> {
    let mut options = least(kind, &option.name);
    options.insert(option.name.clone(), value);
    planned(&kind.kind, &options)
}

#[test]
fn what_a_kind_reads_is_documented_and_nothing_else() {
    for kind in catalogue().kinds {
        noted::taken();
        planned(&kind.kind, &least(&kind, "")).unwrap();
        let names: Vec<&str> = kind.options.iter().map(|option| &*option.name).collect();
        let documented: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(
            documented.len(),
            names.len(),
            "{} names one twice",
            kind.kind
        );
        assert_eq!(documented, noted::taken(), "{}", kind.kind);
        for name in names {
            let mut kinds = KINDS.iter();
            let about = kinds.find(|it| it.name == kind.kind).unwrap().about;
            let told = ["`", " = "].map(|end| format!("`{name}{end}"));
            assert!(
                told.iter().any(|told| about.contains(told)),
                "the guide does not name {name}: {about}"
            );
        }
    }
}

#[test]
fn a_kind_has_the_sides_that_are_documented() {
    for kind in catalogue().kinds {
        let plan = planned(&kind.kind, &least(&kind, "")).unwrap();
        let side = match (plan.read_mark, plan.write_mark) {
            (Some(_), None) => Side::Readable,
            (None, Some(_)) => Side::Writable,
            _ if plan.sides == Sides::Duplex => Side::Duplex,
            _ => Side::Transform,
        };
        assert_eq!(kind.side, side, "{}", kind.kind);
        let known = ["Readable ", "Writable ", "Transform ", "Duplex "];
        assert!(
            known.iter().any(|word| kind.about.starts_with(word)),
            "{}",
            kind.about
        );
        assert!(
            kind.about.ends_with('.') && !kind.about.contains(". `"),
            "{}",
            kind.about
        );
    }
}

#[test]
fn what_is_documented_as_needed_is_needed() {
    for kind in catalogue().kinds {
        for option in kind.options.iter().filter(|option| option.required) {
            let mut options = least(&kind, "");
            options.remove(&option.name);
            let missing = planned(&kind.kind, &options);
            assert!(missing.is_err(), "{} without {}", kind.kind, option.name);
        }
    }
}

#[test]
fn all_that_is_documented_as_allowed_is_taken_and_nothing_beyond() {
    for kind in catalogue().kinds {
        for option in &kind.options {
            let (right, wrong) = bounds(option);
            for value in right {
                let plan = with(&kind, option, value.clone());
                let error = plan.map(drop).map_err(|error| error.to_string());
                assert_eq!(error, Ok(()), "{} {}={value}", kind.kind, option.name);
            }
            for value in wrong {
                let plan = with(&kind, option, value.clone());
                assert!(plan.is_err(), "{} {}={value}", kind.kind, option.name);
            }
        }
    }
}

/// Values at the edge of what is allowed, and beyond it.
fn bounds(option: &StageOption) -> (Vec<Value>, Vec<Value>) {
    let (mut right, mut wrong) = (vec![good(option)], vec![]);
    match &option.takes {
        Takes::Number { min, max } | Takes::Size { min, max } => {
            right.extend([json!(min), json!(max.unwrap_or(1 << 40))]);
            wrong.extend([json!("x"), json!(-1), json!(1.5)]);
            wrong.extend(min.checked_sub(1).map(|below| json!(below)));
            wrong.extend(max.map(|max| json!(max + 1)));
        }
        Takes::Text => wrong.push(json!(7)),
        Takes::Choice { choices } => {
            right.extend(choices.iter().map(|choice| json!(choice)));
            wrong.push(json!("none of them"));
        }
        Takes::Bool => {
            right.push(json!(false));
            wrong.push(json!("true"));
        }
        Takes::List => wrong.push(json!("name")),
        Takes::Map => wrong.push(json!(["name"])),
    }
    (right, wrong)
}

#[test]
fn a_documented_default_is_what_is_used() {
    for kind in catalogue().kinds {
        let plain = planned(&kind.kind, &least(&kind, "")).unwrap();
        for option in &kind.options {
            let Some(default) = &option.default else {
                continue;
            };
            let told = with(&kind, option, default.clone()).unwrap();
            let both = [&plain, &told].map(|plan| {
                let marks = (plan.read_mark, plan.write_mark);
                (plan.label.clone(), marks, plan.speed, plan.output.clone())
            });
            assert_eq!(both[0], both[1], "{} {}", kind.kind, option.name);
        }
    }
}
