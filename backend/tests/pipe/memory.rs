//! However much passes, little is held.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{Place, cities};

/// The limit is for the process and a pipe of any length.
const MOST_MB: f64 = 48.0;

#[test]
fn three_hundred_megabytes_through_csv_and_gzip_stay_within_the_limit() {
    let place = Place::with("other", b"");
    let mut command = place.command(&["-", "csv:population>500000", "gzip:1", "-", "--json"]);
    command.stdin(Stdio::piped()).stdout(Stdio::null());
    command.stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let block = cities(100_000);
    let (header, rows) = block.split_at(19);
    stdin.write_all(header).unwrap();
    let mut written = header.len();
    while written < 300_000_000 {
        stdin.write_all(rows).unwrap();
        written += rows.len();
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(report["bytes_in"], written);
    let peak = report["peak_rss_mb"].as_f64().unwrap();
    assert!(peak <= MOST_MB, "{peak} MB");
}
