//! Performs lists on both sides and compares them line by line.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::here;

/// Differing lists that are shown in full.
const SHOWN: usize = 3;

pub(crate) fn compare(lists: &[Value]) {
    let Some(node) = performed_by_node(lists) else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "node is needed when CI=true: install Debian's nodejs or Node 20 from npm"
        );
        println!("node is not on this machine: the rules were not compared with it");
        return;
    };
    let mut differing = 0;
    for (list, node) in lists.iter().zip(node.split("--\n")) {
        let ours = here::perform(list);
        if ours != node {
            differing += 1;
            if differing <= SHOWN {
                println!("{}", report(list, node, &ours));
            }
        }
    }
    assert_eq!(differing, 0, "lists that differ, of {}", lists.len());
}

fn performed_by_node(lists: &[Value]) -> Option<String> {
    let runner = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/node/runner/main.js");
    let mut node = Command::new("node")
        .arg(runner)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let input = Value::from(lists).to_string();
    let mut stdin = node.stdin.take().unwrap();
    let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = node.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    assert!(output.status.success(), "the runner failed");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// The list, and both sides up to the first line that differs.
fn report(list: &Value, node: &str, ours: &str) -> String {
    let named = list.get("name").or(list.get("seed"));
    let mut text = format!("{}\n{}\n", named.unwrap_or(&Value::Null), list["stages"]);
    for (node, ours) in node.lines().zip(ours.lines()) {
        if node == ours {
            writeln!(text, "  {node}").unwrap();
        } else {
            writeln!(text, "  node: {node}\n  here: {ours}").unwrap();
            break;
        }
    }
    text
}
