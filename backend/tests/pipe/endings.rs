//! However a pipe ends, nothing half-written is left.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Place, cities, said};

#[test]
fn a_failing_stage_names_itself_the_place_and_the_reason() {
    let place = Place::with("in.csv", b"id,name\n1,a\n");
    let output = place.pipe(&["in.csv", "gzip", "csv:population>5", "out.csv"]);
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    let rest = said.strip_prefix("spillway: stage csv failed at byte ");
    let rest = rest.unwrap_or_else(|| panic!("{said}"));
    let (offset, _) = rest.split_once(" of its input: ").unwrap();
    assert!(offset.parse::<u64>().is_ok(), "{said}");
    // What the reason quotes was compressed: it must not reach a terminal as it is.
    let plain = |letter: char| letter == '\n' || !letter.is_control();
    assert!(
        said.chars().all(plain) && said.lines().count() == 1,
        "{said:?}"
    );
    assert_eq!(place.names(), ["in.csv"]);
}

#[test]
fn a_truncated_or_damaged_gzip_fails_with_its_offset_and_leaves_nothing() {
    let place = Place::with("in.csv", &cities(20_000));
    place.pipes(&["in.csv", "gzip", "whole.gz"]);
    let whole = place.read("whole.gz");
    let truncated = whole[..whole.len() / 2].to_vec();
    let mut damaged = whole.clone();
    let end = damaged.len() - 6;
    damaged[end] ^= 1;
    for bytes in [truncated, damaged] {
        std::fs::write(place.path("bad.gz"), bytes).unwrap();
        let output = place.pipe(&["bad.gz", "gunzip", "out.csv"]);
        assert_eq!(output.status.code(), Some(1));
        let said = said(&output);
        assert!(
            said.starts_with("spillway: stage gunzip failed at byte "),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
        assert_eq!(place.names(), ["bad.gz", "in.csv", "whole.gz"]);
    }
}

#[test]
fn a_fault_on_purpose_comes_at_its_byte() {
    let place = Place::with("in.csv", &cities(200_000));
    let output = place.pipe(&["in.csv", "fail:1000000", "gzip", "out.gz"]);
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(
        said.contains("stage fail failed at byte 1000000 of its input"),
        "{said}"
    );
    assert_eq!(place.names(), ["in.csv"]);
}

#[test]
fn a_failure_leaves_the_file_that_was_there() {
    let place = Place::with("in.csv", b"id,name\n1,a\n");
    std::fs::write(place.path("out.csv"), "before").unwrap();
    let output = place.pipe(&["in.csv", "csv:population>5", "out.csv"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("there is no column 'population'"));
    assert_eq!(place.read("out.csv"), b"before");
    assert_eq!(place.names(), ["in.csv", "out.csv"]);
}

#[test]
fn a_full_device_is_a_failure_of_the_writing_stage() {
    let place = Place::with("in.csv", &cities(1_000));
    let output = place.pipe(&["in.csv", "/dev/full"]);
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(
        said.contains("stage out failed at byte 0 of its input"),
        "{said}"
    );
    assert!(said.contains("No space left"), "{said}");
}

#[test]
fn a_reader_that_goes_away_ends_the_pipe_quietly() {
    let place = Place::with("in.csv", &cities(400_000));
    let mut command = place.command(&["in.csv", "-"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut first = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut first).unwrap();
    drop(stdout);
    assert_eq!(first, "id,name,population\n");
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(said(&output), "");
}

#[test]
fn an_interrupted_pipe_leaves_nothing_behind() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let place = Place::with("other", b"");
        let mut command = place.command(&["-", "gzip", "out.gz"]);
        command.stdin(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .as_mut()
            .unwrap()
            .write_all(&cities(50_000))
            .unwrap();
        wait_until(|| place.names().len() == 2);
        assert!(!place.path("out.gz").exists());
        send(&child, signal);
        let status = ended(&mut child);
        assert_eq!(status.code(), Some(code), "{signal}");
        assert_eq!(place.names(), ["other"], "{signal}");
    }
}

#[test]
fn bytes_pass_while_the_input_is_still_open() {
    let place = Place::with("other", b"");
    let mut command = place.command(&["-", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command.stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    for word in [b"first", b"again"] {
        stdin.write_all(word).unwrap();
        let mut back = [0; 5];
        stdout.read_exact(&mut back).unwrap();
        assert_eq!(back, *word);
    }
    drop(stdin);
    assert!(ended(&mut child).success());
}

#[test]
fn an_input_that_cannot_be_read_is_named_with_the_offset() {
    // It opens like a file, and has nothing that could be read at its beginning.
    let place = Place::with("other", b"");
    let output = place.pipe(&["/proc/self/mem", "out"]);
    assert_eq!(output.status.code(), Some(1));
    let said = said(&output);
    assert!(
        said.contains("stage in failed at byte 0 of its input"),
        "{said}"
    );
    assert_eq!(place.names(), ["other"]);
}

fn send(child: &Child, signal: &str) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-s", signal, &pid]).status();
    assert!(sent.unwrap().success());
}

fn ended(child: &mut Child) -> ExitStatus {
    let mut status = None;
    wait_until(|| {
        status = child.try_wait().unwrap();
        status.is_some()
    });
    status.unwrap()
}

/// Looks again and again, and fails when it does not come.
fn wait_until(mut come: impl FnMut() -> bool) {
    let began = Instant::now();
    while !come() {
        assert!(began.elapsed() < Duration::from_secs(30), "it did not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}
