//! What a pipe says at its end.

use std::process::Output;

use serde_json::{Map, Value};

use crate::support::{Place, cities, large_cities, said};

fn object(text: &[u8]) -> Map<String, Value> {
    let text = String::from_utf8(text.to_owned()).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn filtered(place: &Place, out: &str) -> Output {
    place.pipes(&["in.csv", "csv:population>500000", "gzip", out, "--json"])
}

#[test]
fn the_object_for_scripts_has_exactly_the_fields_of_the_contract() {
    let csv = cities(200_000);
    let place = Place::with("in.csv", &csv);
    let output = filtered(&place, "out.gz");
    assert_eq!(said(&output), "");
    let report = object(&output.stdout);
    let names: Vec<&str> = report.keys().map(String::as_str).collect();
    let fields = [
        "bytes_in",
        "bytes_out",
        "mb_per_s",
        "peak_rss_mb",
        "seconds",
        "stages",
    ];
    assert_eq!(names, fields);
    assert_eq!(report["bytes_in"], csv.len());
    assert_eq!(report["bytes_out"], place.read("out.gz").len());
    assert!(report["peak_rss_mb"].as_f64().unwrap() > 1.0);

    let stages = report["stages"].as_array().unwrap();
    let of = |field: &str| -> Vec<&Value> { stages.iter().map(|stage| &stage[field]).collect() };
    assert_eq!(of("name"), ["in", "csv", "gzip", "out"]);
    let kept = large_cities(200_000).len();
    assert_eq!(of("bytes_in")[..3], [csv.len(), csv.len(), kept]);
    assert_eq!(of("bytes_out")[..2], [csv.len(), kept]);
    assert_eq!(of("bytes_out")[2], of("bytes_in")[3]);
    let fields = [
        "busy_s",
        "bytes_in",
        "bytes_out",
        "chunks_in",
        "chunks_out",
        "drains",
        "held_back_s",
        "name",
    ];
    for stage in stages {
        let names: Vec<&str> = stage
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(names, fields);
    }
}

#[test]
fn a_slow_stage_holds_its_source_back_and_drains() {
    let place = Place::with("in.csv", &cities(400_000));
    let output = place.pipes(&["in.csv", "gzip:9", "out.gz", "--json"]);
    let report = object(&output.stdout);
    assert!(
        report["stages"][1]["drains"].as_u64().unwrap() > 0,
        "{report:?}"
    );
    assert!(
        report["stages"][0]["held_back_s"].as_f64().unwrap() > 0.0,
        "{report:?}"
    );
    assert!(
        report["stages"][1]["busy_s"].as_f64().unwrap() > 0.0,
        "{report:?}"
    );
}

#[test]
fn the_object_does_not_mix_with_the_bytes_on_standard_output() {
    let place = Place::with("in.csv", &cities(1_000));
    let output = filtered(&place, "-");
    assert_eq!(output.stdout[..2], [0x1f, 0x8b]);
    assert_eq!(object(&output.stderr)["bytes_out"], output.stdout.len());
}

#[test]
fn the_table_names_every_stage_with_what_went_in_and_out() {
    let csv = cities(1_000);
    let place = Place::with("in.csv", &csv);
    let output = place.pipes(&["in.csv", "gzip", "out.gz"]);
    assert_eq!(output.stdout, b"");
    let table = said(&output);
    let rows: Vec<Vec<&str>> = table
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(rows[0][0], "stage");
    assert_eq!([rows[1][0], rows[2][0], rows[3][0]], ["in", "gzip", "out"]);
    assert_eq!(rows[2][2], csv.len().to_string());
    assert_eq!(rows[3][4], place.read("out.gz").len().to_string());
}

#[test]
fn the_table_ends_with_what_the_stages_have_found_out() {
    let place = Place::with("in", b"abc");
    let output = place.pipes(&["in", "sha256", "out"]);
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert!(said(&output).contains(digest), "{}", said(&output));
    assert_eq!(place.read("out"), b"abc");
}
