//! `checked.json`: what was compared, for whoever wants to show it.

use std::{env, fs};

use spillway_streams::CHECKED;

use crate::compare::Node;

/// Writes the file when asked to; else it must say what was just compared.
pub(crate) fn hold(nodes: &[Node], cases: usize, random_lists: usize) {
    if env::var("SPILLWAY_WRITE_CHECK").as_deref() == Ok("1") {
        return write(nodes, cases, random_lists);
    }
    let told = (CHECKED.cases as usize, CHECKED.random_lists as usize);
    let again = "run this test with SPILLWAY_WRITE_CHECK=1";
    assert_eq!(told, (cases, random_lists), "checked.json is old: {again}");
    for node in nodes {
        let version = node.version();
        let known = CHECKED.nodes.iter().any(|it| major(it) == major(version));
        assert!(known, "checked.json does not know Node {version}: {again}");
    }
}

fn write(nodes: &[Node], cases: usize, random_lists: usize) {
    assert_eq!(nodes.len(), CHECKED.nodes.len(), "not all Nodes are here");
    let versions: Vec<String> = nodes
        .iter()
        .map(|node| format!("\"{}\"", node.version()))
        .collect();
    let versions = versions.join(", ");
    let text = format!(
        "{{\"nodes\": [{versions}], \"cases\": {cases}, \"random_lists\": {random_lists}}}\n"
    );
    fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/checked.json"), text).unwrap();
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or_default()
}
