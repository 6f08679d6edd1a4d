//! A disk that is full, really: the data folder is a small tmpfs in a mount namespace of the
//! server's own, which goes with the server.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::playground::Page;
use crate::support::{Served, alone};

/// A server whose data folder has room for so much. `None`, said on stdout: this machine lets
/// nobody mount.
fn served_with(size: &str) -> Option<Served> {
    let data = tempfile::tempdir().unwrap();
    Some(Served::start_as(command_with(size, data.path())?, data))
}

/// Nothing waited for takes this long, unless it is broken.
const SOON: Duration = Duration::from_secs(20);

fn command_with(size: &str, data: &Path) -> Option<Command> {
    let with_user = ["--mount", "--user", "--map-root-user"];
    let namespace = [&with_user[..1], &with_user[..]].into_iter().find(|flags| {
        let tries = Command::new("unshare")
            .args(*flags)
            .args(["mount", "-t", "tmpfs", "tmpfs"])
            .arg(data)
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
        .arg(data)
        .arg(env!("CARGO_BIN_EXE_spillway"));
    Some(command)
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
    left.retain(|name| !name.starts_with("chat.sqlite"));
    assert_eq!(left, ["lock", "runs", "uploads"]);
}

#[tokio::test]
async fn what_a_full_disk_cannot_keep_is_refused_and_the_chat_goes_on() {
    let _alone = alone().await;
    let Some(server) = served_with("1m") else {
        return;
    };
    let url = |query: &str| format!("ws://{}/ws/chat/room?{query}", server.addr);
    let (mut ada, _) = connect_async(url("name=Ada")).await.unwrap();
    let (mut kept, mut refused) = (0, None);
    for id in 0..60 {
        let say = json!({"type": "say", "id": id.to_string(), "text": "x".repeat(16_000)});
        ada.send(Message::text(say.to_string())).await.unwrap();
        let answer = answer(&mut ada).await;
        if answer["type"] == "error" {
            refused = Some(answer);
            break;
        }
        kept += 1;
        assert_eq!(answer["seq"], kept);
    }
    let refused = refused.expect("the disk is full");
    assert_eq!(refused["code"], "not_kept");
    assert_eq!(refused["id"], kept.to_string());
    let message = refused["message"].as_str().unwrap();
    assert!(message.contains("full"), "{message}");
    assert!(kept > 5, "{kept} fitted");
    // Whoever comes now hears all that was kept.
    let (mut bob, _) = connect_async(url("name=Bob&after=0")).await.unwrap();
    for seq in 1..=kept {
        assert_eq!(answer(&mut bob).await["seq"], seq);
    }
}

/// The next message that is no `welcome` and tells nothing of members.
async fn answer(socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>) -> Value {
    loop {
        let next = timeout(SOON, socket.next()).await.expect("an answer comes");
        let Some(Ok(Message::Text(text))) = next else {
            panic!("{next:?}");
        };
        let message: Value = serde_json::from_str(&text).unwrap();
        if ["said", "error"].contains(&message["type"].as_str().unwrap()) {
            return message;
        }
    }
}

#[tokio::test]
async fn a_chat_that_cannot_be_made_is_one_clear_line_and_exit_code_2() {
    let _alone = alone().await;
    let data = tempfile::tempdir().unwrap();
    let Some(mut command) = command_with("8k", data.path()) else {
        return;
    };
    let output = command.output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(
        stderr.contains("chat.sqlite: database or disk is full"),
        "{stderr}"
    );
}

fn files_of(server: &Served, run: &str) -> usize {
    let folder = server.data().join("runs").join(run);
    std::fs::read_dir(folder).unwrap().count()
}
