//! What cannot be done is refused in one line, before anything is touched.

use crate::support::{Place, said};

fn refuses(place: &Place, words: &[&str], reason: &str) {
    let before = place.names();
    let output = place.pipe(words);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
    assert!(said.starts_with("spillway: "), "{words:?}: {said}");
    assert!(said.contains(reason), "{words:?}: {said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{words:?}: {said}");
    assert_eq!(place.names(), before, "{words:?}");
}

#[test]
fn an_expression_that_the_shell_has_cut_is_answered_with_the_reason() {
    let place = Place::with("in.csv", b"a,b\n");
    refuses(
        &place,
        &["in.csv", "csv:population", "out"],
        "no comparison; did your shell take the >? quote it",
    );
}

#[test]
fn an_unknown_stage_is_answered_with_those_there_are() {
    let place = Place::with("in", b"x");
    refuses(&place, &["in", "gzpi", "out"], "there is no stage 'gzpi'");
    refuses(&place, &["in", "gzpi", "out"], "gzip[:LEVEL]");
    refuses(&place, &["in", "gzpi", "out"], "did you mean `gzip`?");
}

#[test]
fn an_argument_out_of_range_says_what_is_allowed() {
    let place = Place::with("in", b"x");
    refuses(&place, &["in", "gzip:12", "out"], "allowed are 0 to 9");
    refuses(
        &place,
        &["in", "gzip:much", "out"],
        "it is written gzip[:LEVEL]",
    );
}

#[test]
fn a_forgotten_end_is_not_taken_for_a_file() {
    let place = Place::with("in", b"x");
    refuses(&place, &[], "a pipe needs IN and OUT");
    refuses(&place, &["in"], "a pipe needs IN and OUT");
    refuses(&place, &["in", "gzip"], "'gzip' is a stage");
    refuses(&place, &["gzip:1", "out"], "'gzip:1' is a stage");
}

#[test]
fn what_cannot_be_read_or_written_is_refused() {
    let place = Place::with("in", b"x");
    std::fs::create_dir(place.path("folder")).unwrap();
    refuses(&place, &["none", "out"], "cannot read none: No such file");
    refuses(
        &place,
        &["folder", "out"],
        "cannot read folder: it is a directory",
    );
    refuses(
        &place,
        &["in", "folder"],
        "cannot write folder: it is a directory",
    );
    refuses(
        &place,
        &["in", "none/out"],
        "cannot write none/out: No such file",
    );
}

#[test]
fn a_file_is_not_piped_into_itself_under_any_name() {
    let place = Place::with("in", b"x");
    std::fs::hard_link(place.path("in"), place.path("other")).unwrap();
    std::os::unix::fs::symlink("in", place.path("link")).unwrap();
    for out in ["in", "./in", "link", "other"] {
        refuses(&place, &["in", "gzip", out], "it is the file that is read");
    }
    assert_eq!(place.read("in"), b"x");
}

#[test]
fn an_unknown_flag_is_refused() {
    let place = Place::with("in", b"x");
    refuses(&place, &["in", "out", "--fast"], "--fast");
}

#[test]
fn help_teaches_every_stage_by_example() {
    let place = Place::with("in", b"x");
    let output = place.pipes(&["--help"]);
    let help = String::from_utf8(output.stdout).unwrap();
    for part in [
        "'csv:EXPR'",
        "gzip[:LEVEL]",
        "cat x | spillway pipe - ",
        "--json",
        "Exit code",
    ] {
        assert!(help.contains(part), "{part} in {help}");
    }
}
