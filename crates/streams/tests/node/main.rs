//! The rules against real Node: the same lists of operations are performed by `runner/main.js` on
//! Node's own streams and here on the machine, and compared line by line.
//!
//! Node 20, 22 and 24 are required when `CI=true`; elsewhere those that are found are compared.
//! Each theme of operations has a file here, one of the same name in `runner/`, and cases in
//! `cases/`. With `SPILLWAY_WRITE_CHECK=1` the result becomes `checked.json`; with
//! `SPILLWAY_FIRST_SEED=N` the random lists are others.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

mod basic;
mod cases;
mod checked;
mod compare;
mod compose;
mod here;
mod iterate;
mod listen;
mod random;

use std::ops::Range;
use std::{env, thread};

use compare::{compare, nodes};
use serde_json::Value;

/// Random lists of each kind compared with each Node in one run.
const RANDOM_LISTS: u64 = 2_000;

/// The seeds of the random lists: the same in every run, unless others are asked for.
fn seeds() -> Range<u64> {
    let first = env::var("SPILLWAY_FIRST_SEED").ok();
    let first = first.map_or(0, |first| {
        first.parse().expect("SPILLWAY_FIRST_SEED is a number")
    });
    first..first + RANDOM_LISTS
}

#[test]
fn the_rules_give_what_node_gives() {
    let hand_picked = cases::hand_picked();
    println!("the seeds are {:?}", seeds());
    let random: Vec<Value> = seeds()
        .map(random::list)
        .chain(seeds().map(compose::list))
        .chain(seeds().map(iterate::list))
        .collect();
    let nodes = nodes();
    let results = thread::scope(|scope| {
        let all = [&hand_picked, &random];
        let start = |node| scope.spawn(move || all.map(|lists| compare(node, lists)));
        let running: Vec<_> = nodes.iter().map(start).collect();
        let done = running.into_iter().map(|thread| thread.join().unwrap());
        done.flatten().collect::<Vec<_>>()
    });
    for result in &results {
        let (Ok(told) | Err(told)) = result;
        println!("{told}");
    }
    assert!(
        results.iter().all(Result::is_ok),
        "the rules differ from Node"
    );
    checked::hold(&nodes, hand_picked.len(), random.len());
}

#[test]
fn a_name_stands_for_one_case() {
    let lists = cases::hand_picked();
    let mut names: Vec<&str> = lists
        .iter()
        .filter_map(|list| list["name"].as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), lists.len());
}

#[test]
fn each_profile_is_told_from_the_one_before_by_a_case() {
    use spillway_streams::Profile::{Node20, Node22, Node24};
    let lists = cases::hand_picked();
    for (older, newer) in [(Node20, Node22), (Node22, Node24)] {
        let differs = |list: &Value| here::perform(list, older) != here::perform(list, newer);
        assert!(
            lists.iter().any(differs),
            "{older:?} and {newer:?} are the same"
        );
    }
}
