//! The rules against real Node: the same lists of operations are performed by `runner/main.js` on
//! Node's own streams and here on the machine, and compared line by line.
//!
//! Node 20, 22 and 24 are required when `CI=true`; elsewhere those that are found are compared.
//! Each theme of operations has a file here, one of the same name in `runner/`, and cases in
//! `cases/`.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod basic;
mod cases;
mod compare;
mod compose;
mod here;
mod listen;
mod random;

use compare::{compare, nodes};
use serde_json::Value;

/// Random lists compared with each Node in one run.
const RANDOM_LISTS: u64 = 2_000;

#[test]
fn hand_picked_lists_give_what_node_gives() {
    let lists = cases::hand_picked();
    for node in nodes() {
        compare(&node, &lists);
    }
}

#[test]
fn random_composed_lists_give_what_node_gives() {
    let lists: Vec<Value> = (0..RANDOM_LISTS).map(compose::list).collect();
    for node in nodes() {
        compare(&node, &lists);
    }
}

#[test]
fn random_lists_give_what_node_gives() {
    let lists: Vec<Value> = (0..RANDOM_LISTS).map(random::list).collect();
    for node in nodes() {
        compare(&node, &lists);
    }
}
