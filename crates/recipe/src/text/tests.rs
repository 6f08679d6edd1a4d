use proptest::prelude::*;
use serde_json::{Map, Value, json};
use spillway_protocol::control::{Join, StageSpec};
use spillway_protocol::stages::{Side, StageKind, StageOption, Takes};

use super::{parse, parse_checked, print};
use crate::Recipe;

fn names(recipe: &Recipe) -> Vec<(&str, &str)> {
    let stages = recipe.stages.iter();
    stages.map(|stage| (&*stage.id, &*stage.kind)).collect()
}

fn pipes(recipe: &Recipe) -> Vec<(&str, &str)> {
    let pipes = recipe.pipes.iter();
    pipes.map(|(from, to)| (&**from, &**to)).collect()
}

#[test]
fn a_line_is_a_chain() {
    let recipe =
        parse("cities: csv_sample rows=10 | gzip level=6 | file_sink file=\"a b.gz\"").unwrap();
    assert_eq!(
        names(&recipe),
        [
            ("cities", "csv_sample"),
            ("gzip", "gzip"),
            ("file_sink", "file_sink")
        ]
    );
    assert_eq!(pipes(&recipe), [("cities", "gzip"), ("gzip", "file_sink")]);
    assert_eq!(recipe.stages[0].options["rows"], 10);
    assert_eq!(recipe.stages[2].options["file"], "a b.gz");
}

#[test]
fn a_later_line_goes_on_from_a_stage_and_into_one() {
    let recipe = parse("a: csv_sample | z: null\n\n# again\na | gzip | z # twice").unwrap();
    assert_eq!(
        names(&recipe),
        [("a", "csv_sample"), ("z", "null"), ("gzip", "gzip")]
    );
    assert_eq!(pipes(&recipe), [("a", "z"), ("a", "gzip"), ("gzip", "z")]);
}

#[test]
fn kinds_without_names_are_numbered() {
    let recipe = parse("ticker | gzip | gzip | gzip2: gunzip").unwrap_err();
    assert!(
        recipe.message.contains("two stages are called `gzip2`"),
        "{recipe}"
    );
    let recipe = parse("ticker | gzip | gzip | null\nticker every_ms=5 | gzip | null").unwrap();
    let found: Vec<&str> = recipe.stages.iter().map(|stage| &*stage.id).collect();
    assert_eq!(
        found,
        ["ticker", "gzip", "gzip2", "null", "ticker2", "gzip3"]
    );
}

#[test]
fn a_line_says_how_stages_are_joined() {
    assert_eq!(parse("ticker | null").unwrap().join, Join::Pipe);
    assert_eq!(
        parse("join write\nticker | null").unwrap().join,
        Join::Write
    );
    assert_eq!(
        parse("ticker | null\njoin pipeline # all").unwrap().join,
        Join::Pipeline
    );
    let recipe = parse("join: ticker\njoin | null").unwrap();
    assert_eq!(pipes(&recipe), [("join", "null")]);
}

#[test]
fn values_are_numbers_words_texts_lists_and_objects() {
    let text = r#"a: k n=12 m=-3 t=true f=false z=null w=array q="\"\\\u00e4\ud83d\ude00\n" l=[1,"b"] o={"a":{"b":1}}"#;
    let options = parse(text).unwrap().stages.remove(0).options;
    let expected = json!({"n": 12, "m": -3, "t": true, "f": false, "z": null, "w": "array",
        "q": "\"\\ä😀\n", "l": [1, "b"], "o": {"a": {"b": 1}}});
    assert_eq!(Value::Object(options), expected);
}

/// The text, where it is wrong, and a part of what is said.
const WRONG: &[(&str, (usize, usize), &str)] = &[
    ("ticker |", (1, 9), "expected a stage"),
    ("ticker | | null", (1, 10), "found `|`"),
    ("ok: ticker\nx: | null", (2, 4), "the kind of the stage"),
    (
        "ticker count 5",
        (1, 14),
        "expected `=` after the option `count`",
    ),
    ("ticker count=", (1, 14), "found the end of the line"),
    ("ticker count=1 count=2", (1, 16), "given twice"),
    ("x: ticker | x: null", (1, 13), "two stages are called `x`"),
    (
        "x: ticker | a: gzip | x | null",
        (1, 23),
        "`x` is a stage already",
    ),
    ("t: csv_filter expr=population>5", (1, 30), "in \"quotes\""),
    ("t: csv_filter expr=\"a", (1, 20), "no closing quote"),
    ("t: k a=\"\\x\"", (1, 10), "after a backslash"),
    ("t: k a=\"\\ud800\"", (1, 10), "after a backslash"),
    ("t: k a=5x", (1, 8), "no whole number"),
    ("t: k a=1.5", (1, 9), "numbers are whole"),
    ("t: k a=[1 2]", (1, 11), "expected `,` or `]`"),
    ("t: k a={b:1}", (1, 9), "a name in \"quotes\""),
    ("t: k a=[[[[[[[[[[1]]]]]]]]]]", (1, 17), "at most 8 levels"),
    (
        "ticker ! null",
        (1, 8),
        "expected `|` or OPTION=VALUE, found `!`",
    ),
    ("join pipes", (1, 6), "did you mean `pipe`?"),
    (
        "join by hand",
        (1, 6),
        "allowed are pipe, pipeline, write, iterate",
    ),
    ("join pipe now", (1, 11), "nothing may follow"),
    (
        "join pipe\njoin write",
        (2, 1),
        "one line that begins with `join`",
    ),
];

#[test]
fn what_is_wrong_is_said_with_its_place_and_what_is_allowed() {
    for (text, place, part) in WRONG {
        let error = parse(text).expect_err(text);
        assert_eq!((error.line, error.column), *place, "{text}: {error}");
        assert!(error.message.contains(part), "{text}: {error}");
    }
}

fn option(name: &str, takes: Takes, required: bool) -> StageOption {
    StageOption {
        name: name.to_owned(),
        takes,
        required,
        default: None,
        example: None,
        about: "how it is".to_owned(),
    }
}

fn catalogue() -> Vec<StageKind> {
    let kind = |name: &str, options| StageKind {
        kind: name.to_owned(),
        about: String::new(),
        side: Side::Transform,
        options,
    };
    let level = Takes::Number {
        min: 0,
        max: Some(9),
    };
    let choices = vec!["lines".to_owned(), "array".to_owned()];
    vec![
        kind(
            "gzip",
            vec![
                option("level", level, false),
                option("label", Takes::Text, false),
            ],
        ),
        kind(
            "json",
            vec![option("form", Takes::Choice { choices }, false)],
        ),
        kind(
            "fault",
            vec![option("at", Takes::Size { min: 1, max: None }, true)],
        ),
    ]
}

#[test]
fn a_catalogue_finds_what_the_server_would_refuse() {
    let wrong = [
        (
            "json | gzpi",
            (1, 8),
            "no stage kind `gzpi`; did you mean `gzip`?",
        ),
        ("frames", (1, 1), "allowed are gzip, json, fault"),
        ("a: gzip levle=3", (1, 9), "did you mean `level`?"),
        ("a: gzip size=3", (1, 9), "allowed are level, label"),
        (
            "a: gzip level=12",
            (1, 15),
            "`level` is a whole number, 0 to 9",
        ),
        ("a: gzip level=\"3\"", (1, 15), "a whole number"),
        ("a: gzip label=3", (1, 15), "a text"),
        ("json form=tree", (1, 11), "one of lines, array"),
        ("json | b: fault", (1, 11), "`fault` needs `at`"),
        ("fault at=0", (1, 10), "a number of bytes, at least 1"),
    ];
    for (text, place, part) in wrong {
        let error = parse_checked(text, &catalogue()).expect_err(text);
        assert_eq!((error.line, error.column), place, "{text}: {error}");
        assert!(error.message.contains(part), "{text}: {error}");
    }
    let right = "json form=array | gzip label=\"x\" level=9 | fault at=1\njson | gzip";
    assert_eq!(parse_checked(right, &catalogue()), parse(right));
}

#[test]
fn branches_are_printed_as_a_person_would_write_them() {
    let text = "\
join write
cities: csv_sample rows=1200 | sha256 | file_sink file=\"all.csv\"
cities | big: csv_filter expr=\"population>500000\" | collect
big | upper | shout: collect
ticker | null
";
    assert_eq!(print(&parse(text).unwrap()), text);
    // The list of stages keeps its order: null comes first.
    let apart = "null\nticker\nticker | null\n";
    assert_eq!(print(&parse(apart).unwrap()), "null\nticker | null\n");
}

#[test]
fn the_examples_of_the_document_are_pipelines() {
    let document = include_str!("../../../../docs/pipelines.md");
    let blocks = document.split("```pipeline\n").skip(1);
    let texts: Vec<&str> = blocks
        .filter_map(|block| block.split("```").next())
        .collect();
    assert_eq!(texts.len(), 2);
    for text in texts {
        let recipe = parse(text).unwrap();
        assert!(recipe.pipes.len() >= 3, "{text}");
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let object = prop::collection::btree_map(any::<String>(), inner.clone(), 0..3);
        prop_oneof![
            prop::collection::vec(inner, 0..3).prop_map(Value::from),
            object.prop_map(|object| Value::Object(object.into_iter().collect())),
        ]
    })
}

fn recipe() -> impl Strategy<Value = Recipe> {
    let options = prop::collection::btree_map("[a-z_]{1,5}", value(), 0..3);
    let kind = prop_oneof![
        "[a-z0-9_-]{1,3}",
        Just("join".to_owned()),
        Just("gzip".to_owned())
    ];
    let stage = (kind, options).prop_map(|(kind, options)| (kind, Map::from_iter(options)));
    let stages = prop::collection::btree_map(
        prop_oneof![
            "[a-zA-Z0-9_-]{1,3}",
            Just("join".to_owned()),
            Just("gzip".to_owned())
        ],
        stage,
        1..6,
    );
    let join = prop_oneof![
        Just(Join::Pipe),
        Just(Join::Pipeline),
        Just(Join::Write),
        Just(Join::Iterate)
    ];
    let pairs = prop::collection::vec(
        (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        0..9,
    );
    (stages, pairs, join).prop_map(|(stages, pairs, join)| {
        let stages = stages.into_iter();
        let stages: Vec<StageSpec> = stages
            .map(|(id, (kind, options))| StageSpec { id, kind, options })
            .collect();
        let name = |index: prop::sample::Index| index.get(&stages).id.clone();
        let pipes = pairs.into_iter().map(|(from, to)| (name(from), name(to)));
        Recipe {
            pipes: pipes.collect(),
            join,
            stages,
        }
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_again_as_it_was(recipe in recipe()) {
        let text = print(&recipe);
        prop_assert_eq!(parse(&text), Ok(recipe), "{}", text);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[a-z:|=\\[\\]{}\",#0-9 \\n\\\\]{0,60}|.{0,60}") {
        if let Ok(recipe) = parse(&text) {
            prop_assert_eq!(parse(&print(&recipe)), Ok(recipe), "{}", text);
        }
    }
}
