//! The binary: its first line, its signals, its exit codes.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use futures_util::StreamExt;
use tempfile::TempDir;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    addr: String,
    _data: TempDir,
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already, unless a test failed.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn start() -> Running {
    let data = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_spillway"))
        .args(["serve", "--addr", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let addr = line
        .strip_prefix("listening on http://")
        .and_then(|rest| rest.strip_suffix('\n'));
    let addr = addr.unwrap_or_else(|| panic!("{line:?}")).to_owned();
    assert!(!addr.ends_with(":0"), "{addr}");
    Running {
        child,
        stdout,
        addr,
        _data: data,
    }
}

async fn stops_on(signal: &str) {
    let mut running = start();
    let (mut echo, _) = connect_async(format!("ws://{}/ws/echo", running.addr))
        .await
        .unwrap();
    let chat = format!("ws://{}/ws/chat/room?name=Ada", running.addr);
    let (mut chat, _) = connect_async(chat).await.unwrap();
    chat.next().await.unwrap().unwrap();
    let pid = running.child.id().to_string();
    assert!(
        Command::new("kill")
            .args([signal, &pid])
            .status()
            .unwrap()
            .success()
    );
    for socket in [&mut echo, &mut chat] {
        match socket.next().await {
            Some(Ok(Message::Close(Some(frame)))) => assert_eq!(u16::from(frame.code), 1001),
            other => panic!("{other:?}"),
        }
        // Reading on answers the Close frame.
        while let Some(Ok(_)) = socket.next().await {}
    }
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
    let mut rest = String::new();
    running.stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "only the address is for stdout");
}

#[tokio::test]
async fn sigterm_closes_sockets_with_1001_and_ends_with_0() {
    stops_on("-TERM").await;
}

#[tokio::test]
async fn sigint_does_the_same() {
    stops_on("-INT").await;
}

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_spillway"))
        .args(args)
        .output()
        .unwrap()
}

#[track_caller]
fn refused(args: &[&str], names: &str) {
    let output = run(args);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{args:?}: {stderr}");
    assert_eq!(stderr.lines().count(), 1, "{args:?}: {stderr}");
    assert!(stderr.contains(names), "{args:?}: {stderr}");
    assert!(output.stdout.is_empty(), "{args:?}");
}

#[test]
fn wrong_use_is_one_clear_line_and_exit_code_2() {
    refused(&["serve", "--nats", "nats.example"], "--nats");
    refused(&["serve", "--addr", "nowhere"], "nowhere");
    refused(&["serve", "--max-connections", "0"], "--max-connections");
    refused(&["serve", "--chat-rate", "-1"], "-1");
    refused(&["lessons", "check"], "<DIR>");
    refused(&["swim"], "swim");
    refused(&[], "a command is needed");
}

#[test]
fn a_taken_port_is_one_clear_line_and_exit_code_2() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let data = tempfile::tempdir().unwrap();
    refused(
        &[
            "serve",
            "--addr",
            &addr,
            "--data",
            data.path().to_str().unwrap(),
        ],
        &addr,
    );
}

#[test]
fn a_data_folder_that_is_a_file_is_one_clear_line_and_exit_code_2() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    refused(&["serve", "--addr", "127.0.0.1:0", "--data", path], path);
}

#[test]
fn a_damaged_chat_is_one_clear_line_and_exit_code_2_and_stays_as_it_is() {
    let data = tempfile::tempdir().unwrap();
    let chat = data.path().join("chat.sqlite");
    std::fs::write(&chat, "no database").unwrap();
    let folder = data.path().to_str().unwrap();
    refused(
        &["serve", "--addr", "127.0.0.1:0", "--data", folder],
        chat.to_str().unwrap(),
    );
    assert_eq!(std::fs::read(&chat).unwrap(), b"no database");
}

#[test]
fn help_says_where_data_goes() {
    let output = run(&["serve", "--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .contains("spillway-data")
    );
}
