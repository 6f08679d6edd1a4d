//! A disk that is full, really: the data folder is a small tmpfs in a mount namespace of the
//! server's own, which goes with the server.

use std::process::Command;

use serde_json::json;

use crate::playground::Page;
use crate::support::{Served, alone};

/// A server whose data folder has room for so much. `None`, said on stdout: this machine lets
/// nobody mount.
fn served_with(size: &str) -> Option<Served> {
    let data = tempfile::tempdir().unwrap();
    let with_user = ["--mount", "--user", "--map-root-user"];
    let namespace = [&with_user[..1], &with_user[..]].into_iter().find(|flags| {
        let tries = Command::new("unshare")
            .args(*flags)
            .args(["mount", "-t", "tmpfs", "tmpfs"])
            .arg(data.path())
            .output();
        tries.is_ok_and(|output| output.status.success())
    });
    let Some(namespace) = namespace else {
        assert_ne!(
            std::env::var("CI").as_deref(),
            Ok("true"),
            "CI has to be able to mount"
        );
        println!("not tested: no tmpfs can be mounted here, as root or in a user namespace");
        return None;
    };
    let mut command = Command::new("unshare");
    let script = r#"mount -t tmpfs -o "size=$1" tmpfs "$2" && exec "$3" serve --addr 127.0.0.1:0 --data "$2""#;
    command
        .args(namespace)
        .args(["sh", "-c", script, "sh", size])
        .arg(data.path())
        .arg(env!("CARGO_BIN_EXE_spillway"));
    Some(Served::start_as(command, data))
}

#[tokio::test]
async fn a_full_disk_fails_the_run_at_its_place_and_is_free_again() {
    let _alone = alone().await;
    // The sample has 50 MB, so that a copy of it does not fit beside it.
    let Some(server) = served_with("60m") else {
        return;
    };
    let mut page = server.page().await;
    let copy = json!([
        {"id": "source", "kind": "file_source", "file": "cities.csv"},
        {"id": "sink", "kind": "file_sink", "file": "copy.csv"},
    ]);
    for join in ["pipe", "pipeline"] {
        let start = json!({"type": "start", "join": join, "stages": copy});
        let answer = page.ask(start).await;
        let run = answer["run"].as_str().unwrap_or_else(|| panic!("{answer}"));
        let view = page.until(run, |view| !view["outcome"].is_null()).await;
        assert_eq!(view["outcome"]["how"], "failed", "{view}");
        let message = view["outcome"]["message"].as_str().unwrap();
        let place = message
            .strip_prefix("sink (copy.csv) at byte ")
            .unwrap_or_else(|| panic!("{message}"));
        let (offset, reason) = place.split_once(": ").unwrap();
        assert_eq!(
            reason,
            "cannot write copy.csv: No space left on device (os error 28)"
        );
        let offset: u64 = offset.parse().unwrap();
        assert!((10_000_000..14_000_000).contains(&offset), "{offset}");
        assert_eq!(
            view["stages"][1]["writable"]["bytes"], offset,
            "what was taken before"
        );
        // The half of a copy is gone, so there is room again.
        let small = json!([
            {"id": "source", "kind": "csv_sample", "bytes": 1_000_000},
            {"id": "sink", "kind": "file_sink", "file": "small.csv"},
        ]);
        let small = page.start(small).await;
        page.until_ready(&small).await;
        assert_eq!(
            files_of(&server, run),
            0,
            "the half-written copy is still there"
        );
        for run in [run, &small] {
            page.ok(json!({"type": "end", "run": run})).await;
        }
    }
}

#[tokio::test]
async fn a_sample_that_does_not_fit_is_refused_and_leaves_nothing() {
    let _alone = alone().await;
    let Some(server) = served_with("1m") else {
        return;
    };
    let mut page: Page = server.page().await;
    let stages = json!([{"id": "source", "kind": "file_source", "file": "cities.csv"}]);
    let answer = page.ask(json!({"type": "start", "stages": stages})).await;
    let message = answer["message"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"));
    assert_eq!(
        message,
        "cannot make cities.csv: No space left on device (os error 28)"
    );
    let mut left: Vec<String> = std::fs::read_dir(server.data())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    assert_eq!(left, ["lock", "runs", "uploads"]);
}

fn files_of(server: &Served, run: &str) -> usize {
    let folder = server.data().join("runs").join(run);
    std::fs::read_dir(folder).unwrap().count()
}
