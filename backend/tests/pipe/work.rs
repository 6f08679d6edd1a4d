//! What comes out is what should.

use crate::support::{Place, cities, large_cities, unzipped};

#[test]
fn a_copy_is_the_same_byte_for_byte() {
    let csv = cities(100_000);
    let place = Place::with("in.csv", &csv);
    place.pipes(&["in.csv", "out.csv"]);
    assert!(place.read("out.csv") == csv);
    assert_eq!(place.names(), ["in.csv", "out.csv"]);
}

#[test]
fn an_empty_file_stays_empty_and_compressed_is_a_gzip_of_nothing() {
    let place = Place::with("in", b"");
    place.pipes(&["in", "out"]);
    assert_eq!(place.read("out"), b"");
    place.pipes(&["in", "gzip", "out.gz"]);
    assert_eq!(unzipped(&place.read("out.gz")), b"");
}

#[test]
fn a_filter_keeps_the_header_and_the_rows_that_match() {
    let place = Place::with("in.csv", &cities(50_000));
    place.pipes(&["in.csv", "csv:population>500000", "out.csv"]);
    assert!(place.read("out.csv") == large_cities(50_000));
}

#[test]
fn a_compressed_file_is_one_gzip_member_of_the_input_at_every_level() {
    let csv = cities(60_000);
    let place = Place::with("in.csv", &csv);
    for word in ["gzip", "gzip:0", "gzip:1", "gzip:9"] {
        place.pipes(&["in.csv", word, "out.gz"]);
        assert!(unzipped(&place.read("out.gz")) == csv, "{word}");
    }
}

#[test]
fn stages_follow_each_other_and_each_has_a_name() {
    let place = Place::with("in.csv", &cities(20_000));
    place.pipes(&["in.csv", "csv:population>500000", "gzip", "gzip:1", "out"]);
    let once = unzipped(&place.read("out"));
    assert!(unzipped(&once) == large_cities(20_000));
}

#[test]
fn standard_input_and_output_stand_between_other_programs() {
    let csv = cities(30_000);
    let place = Place::with("other", b"");
    let output = place.pipes_input(&["-", "csv:population>500000", "gzip", "-"], &csv);
    assert!(unzipped(&output.stdout) == large_cities(30_000));
    assert_eq!(place.names(), ["other"]);
}

#[test]
fn a_file_that_is_there_is_replaced_and_a_link_to_it_stays() {
    let place = Place::with("in", b"new");
    std::fs::write(place.path("target"), "a longer old one").unwrap();
    std::os::unix::fs::symlink("target", place.path("link")).unwrap();
    place.pipes(&["in", "link"]);
    assert_eq!(place.read("target"), b"new");
    assert!(place.path("link").is_symlink());
}

#[test]
fn a_device_is_written_as_it_is() {
    let place = Place::with("in.csv", &cities(1_000));
    place.pipes(&["in.csv", "gzip", "/dev/null"]);
    assert_eq!(place.names(), ["in.csv"]);
}

#[test]
fn what_a_stage_does_another_undoes() {
    let csv = cities(20_000);
    let place = Place::with("in.csv", &csv);
    let key = "0f".repeat(32);
    let aes = format!("aes-ctr:{key}:{}", "a1".repeat(16));
    let (seal, open) = (format!("seal:{key}"), format!("open:{key}"));
    let pairs = [
        ["gzip", "gunzip"],
        ["brotli:4", "unbrotli"],
        [&aes, &aes],
        [&seal, &open],
    ];
    for [there, back] in pairs {
        place.pipes(&["in.csv", there, "changed"]);
        assert!(place.read("changed") != csv, "{there}");
        place.pipes(&["changed", back, "out.csv"]);
        assert!(place.read("out.csv") == csv, "{there} {back}");
    }
}

#[test]
fn a_throttled_pipe_takes_its_time() {
    let place = Place::with("in", &[b'x'; 6_000]);
    let began = std::time::Instant::now();
    place.pipes(&["in", "throttle:10000", "out"]);
    // The first pieces may go at once, and the clock of the throttle forgives a little.
    assert!(began.elapsed().as_millis() >= 400, "{:?}", began.elapsed());
    assert_eq!(place.read("out").len(), 6_000);
}
