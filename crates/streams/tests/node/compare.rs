//! Performs lists on both sides and compares them line by line.

use std::env;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::{Value, json};
use spillway_streams::Profile;

use crate::here;

/// Differing lists that are shown.
const SHOWN: usize = 3;

/// A Node that the rules are compared with.
pub(crate) struct Node {
    /// As it names itself, such as `v20.20.2`.
    version: String,
    program: String,
    profile: Profile,
}

/// Where each Node is found, oldest first. `cargo xtask test` sets the variables.
const NODES: [(&str, &str, Profile); 3] = [
    ("20", "SPILLWAY_NODE20", Profile::Node20),
    ("22", "SPILLWAY_NODE22", Profile::Node22),
    ("24", "SPILLWAY_NODE24", Profile::Node24),
];

/// The Nodes of this machine. All three are needed when `CI=true`.
pub(crate) fn nodes() -> Vec<Node> {
    let mut found = Vec::new();
    for (major, variable, profile) in NODES {
        let program = env::var(variable).unwrap_or_else(|_| "node".to_owned());
        let version = version_of(&program);
        let is_it = |version: &String| version.starts_with(&format!("v{major}."));
        if let Some(version) = version.filter(is_it) {
            found.push(Node {
                version,
                program,
                profile,
            });
        } else {
            let required = env::var("CI").as_deref() == Ok("true");
            assert!(
                !required,
                "Node {major} is needed when CI=true: set {variable}"
            );
            println!("Node {major} is not here ({variable}): not compared with it");
        }
    }
    found
}

fn version_of(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    Some(version.trim().to_owned())
}

impl Node {
    /// Its version, such as `20.20.2`.
    pub(crate) fn version(&self) -> &str {
        self.version.trim_start_matches('v')
    }
}

/// Performs the lists on a Node and on the machine. Tells how many are equal, or which differ.
pub(crate) fn compare(node: &Node, lists: &[Value]) -> Result<String, String> {
    let said = performed_by(node, lists);
    let mut differing = Vec::new();
    for (list, said) in lists.iter().zip(said.split("--\n")) {
        let ours = here::perform(list, node.profile);
        if ours != said {
            differing.push(report(list, said, &ours));
        }
    }
    let (all, version) = (lists.len(), node.version());
    if differing.is_empty() {
        return Ok(format!("{all} lists are equal with Node {version}"));
    }
    let count = differing.len();
    // The shortest say most.
    differing.sort_by_key(String::len);
    differing.truncate(SHOWN);
    let shown = differing.join("\n");
    Err(format!(
        "{shown}\n{count} of {all} lists differ from Node {version}"
    ))
}

fn performed_by(node: &Node, lists: &[Value]) -> String {
    let runner = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/node/runner/main.js");
    let mut child = Command::new(&node.program)
        .arg(runner)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let bare = |list: &Value| json!({"stages": list["stages"], "ops": list["ops"]});
    let input = Value::from_iter(lists.iter().map(bare)).to_string();
    let mut stdin = child.stdin.take().unwrap();
    let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    assert!(output.status.success(), "the runner failed");
    String::from_utf8(output.stdout).unwrap()
}

/// The shortest prefix of a list that differs, with what both sides say.
fn report(list: &Value, said: &str, ours: &str) -> String {
    let name = list.get("name").or(list.get("seed"));
    let mut text = format!("{}: {}\n", name.unwrap_or(&Value::Null), list["stages"]);
    let mut said = said.lines();
    let mut ours = ours.lines();
    loop {
        let (node, here) = (said.next(), ours.next());
        if node != here || node.is_none() {
            let end = "(nothing more)";
            let (node, here) = (node.unwrap_or(end), here.unwrap_or(end));
            write!(text, "  node: {node}\n  here: {here}").unwrap();
            return text;
        }
        writeln!(text, "  {}", node.unwrap_or_default()).unwrap();
    }
}
