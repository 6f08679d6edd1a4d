//! The hand-picked lists: one per rule that surprises, and per pair of rules that interact.

use serde_json::Value;

/// Files of `cases/`: each a list of `{name, stages, ops}`. `stages` is the name of a set in
/// `cases/stages.json`, and `line` where nothing is said.
const FILES: &[&str] = &[
    include_str!("cases/pipe.json"),
    include_str!("cases/duplex.json"),
    include_str!("cases/compose.json"),
    include_str!("cases/read.json"),
    include_str!("cases/flow.json"),
    include_str!("cases/readable.json"),
    include_str!("cases/write.json"),
    include_str!("cases/objects.json"),
    include_str!("cases/destroy.json"),
    include_str!("cases/marks.json"),
    include_str!("cases/iterate.json"),
];

pub(crate) fn hand_picked() -> Vec<Value> {
    let sets: Value = serde_json::from_str(include_str!("cases/stages.json")).unwrap();
    let mut lists = Vec::new();
    for file in FILES {
        let mut of_file: Vec<Value> = serde_json::from_str(file).unwrap();
        for list in &mut of_file {
            let set = list["stages"].as_str().unwrap_or("line");
            list["stages"] = sets[set].clone();
            assert!(!list["stages"].is_null(), "no stages for {list}");
        }
        lists.append(&mut of_file);
    }
    lists
}
