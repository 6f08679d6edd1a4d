//! The rules against real Node: the same lists of operations are performed by `runner/main.js` on
//! Node's own streams and here on the machine, and compared line by line.
//!
//! Required when `CI=true`; elsewhere a machine without Node says so and passes. Each theme of
//! operations has a file here, one of the same name in `runner/`, and cases in `cases/`.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod basic;
mod cases;
mod compare;
mod compose;
mod here;
mod random;

use compare::compare;
use serde_json::Value;

/// Random lists compared in one run.
const RANDOM_LISTS: u64 = 2_000;

#[test]
fn hand_picked_lists_give_what_node_gives() {
    compare(&cases::hand_picked());
}

#[test]
fn random_composed_lists_give_what_node_gives() {
    let lists: Vec<Value> = (0..RANDOM_LISTS).map(compose::list).collect();
    compare(&lists);
}

#[test]
fn random_lists_give_what_node_gives() {
    let lists: Vec<Value> = (0..RANDOM_LISTS).map(random::list).collect();
    compare(&lists);
}
