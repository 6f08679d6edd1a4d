//! The peers do the same work: the loop and Node's streams give the same bytes, whatever the size
//! of the chunks.
//!
//! Required when `CI=true`; elsewhere a machine without Node says so and passes.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Every kind of quoted field, a letter of several bytes, and a last row without a line end.
const CITIES: &str = "id,\"name\",population\n\
    1,Ashenbay,9\n\
    2,\"Brambay, Upper\",10\n\
    3,\"The \"\"Old\"\" Frosthölm\",\"1000\"\n\
    4,\"Ironwell\nby the Sea, \"\"Lower\"\"\",11\n\
    5,\"\",12\n\
    6,\"\"\"\",8\n\
    7,Kinghill,13";

const KEPT: &str = "id,\"name\",population\n\
    2,\"Brambay, Upper\",10\n\
    3,\"The \"\"Old\"\" Frosthölm\",\"1000\"\n\
    4,\"Ironwell\nby the Sea, \"\"Lower\"\"\",11\n\
    5,\"\",12\n\
    7,Kinghill,13";

const AES: &str = "aes-ctr:603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4\
                   :f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";

#[test]
fn the_peers_give_the_same_bytes() {
    for stages in [
        &[][..],
        &[AES],
        &["csv:population>9"],
        &["csv:population>9", AES],
    ] {
        check(stages, None);
    }
}

#[test]
fn the_filters_keep_rows_as_they_came() {
    check(&["csv:population>9"], Some(KEPT));
}

#[test]
fn what_is_compressed_is_the_same_once_unpacked() {
    let Some(node) = node() else { return };
    let folder = tempfile::tempdir().unwrap();
    let [from, ours, theirs] = ["in", "loop.gz", "node.gz"].map(|name| folder.path().join(name));
    fs::write(&from, CITIES).unwrap();
    one_loop(7, &from, &["gzip:6"], &ours);
    on_node(&node, 1024, &from, &["gzip:6"], &theirs);

    let mut same = Command::new(env!("CARGO_BIN_EXE_peer"));
    ran_well(same.arg("same").args([&ours, &theirs]));
}

/// By the loop and by Node, in chunks of several sizes.
fn check(stages: &[&str], expected: Option<&str>) {
    let Some(node) = node() else { return };
    let folder = tempfile::tempdir().unwrap();
    let [from, ours, theirs] = ["in", "loop", "node"].map(|name| folder.path().join(name));
    fs::write(&from, CITIES).unwrap();
    for chunk in [1, 2, 7, 1000] {
        one_loop(chunk, &from, stages, &ours);
        on_node(&node, chunk, &from, stages, &theirs);
        let [ours, theirs] = [&ours, &theirs].map(|path| fs::read(path).unwrap());
        assert_eq!(ours, theirs, "{stages:?} in chunks of {chunk}");
        if let Some(expected) = expected {
            assert_eq!(String::from_utf8(ours).unwrap(), expected);
        }
    }
}

fn one_loop(chunk: usize, from: &Path, stages: &[&str], to: &Path) {
    let mut peer = Command::new(env!("CARGO_BIN_EXE_peer"));
    peer.args(["pipe", "--chunk", &chunk.to_string()])
        .arg(from)
        .args(stages)
        .arg(to);
    ran(&mut peer);
}

fn on_node(node: &str, chunk: usize, from: &Path, stages: &[&str], to: &Path) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/node/pipe.js");
    let mut command = Command::new(node);
    command
        .args([script, &chunk.to_string(), &chunk.to_string()])
        .arg(from)
        .args(stages)
        .arg(to);
    ran(&mut command);
}

/// The report has to name all bytes that were read.
fn ran(command: &mut Command) {
    let report = ran_well(command);
    let read = format!("\"bytes_in\":{},", CITIES.len());
    assert!(report.contains(&read), "{report}");
}

fn ran_well(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn node() -> Option<String> {
    let node = env::var("SPILLWAY_NODE20").unwrap_or_else(|_| "node".to_owned());
    let there = Command::new(&node).arg("--version").output().is_ok();
    assert!(
        there || env::var("CI").as_deref() != Ok("true"),
        "node is needed when CI=true"
    );
    if !there {
        println!("node is not on this machine: the peers were not compared");
    }
    there.then_some(node)
}
