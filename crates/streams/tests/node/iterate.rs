//! The async iterator of a Readable.

use serde_json::{Value, json};
use spillway_streams::{IterateOptions, IteratorId};

use crate::compose;
use crate::here::{Here, Op};
use crate::random::Chance;

pub(crate) fn perform(here: &mut Here, op: &Op<'_>) -> bool {
    match op.verb {
        "iterate" => {
            let options = IterateOptions {
                destroy_on_return: op.args[0]["destroyOnReturn"].as_bool().unwrap_or(true),
            };
            let iterator = here.machine.iterate(op.stage(), options).unwrap();
            here.iterators[op.at].push(iterator);
        }
        "copy" => here.machine.copy(op.stage(), op.other(0).unwrap()).unwrap(),
        "next" => with_last(here, op, |here, id| here.machine.iterator_next(id)),
        "return" => with_last(here, op, |here, id| here.machine.iterator_return(id)),
        "throw" => with_last(here, op, |here, id| {
            here.machine.iterator_throw(id, "thrown")
        }),
        _ => return false,
    }
    true
}

/// The iterator of a stage that was made last.
fn with_last(here: &mut Here, op: &Op<'_>, call: fn(&mut Here, IteratorId)) {
    if let Some(&id) = here.iterators[op.at].last() {
        call(here, id);
    }
}

/// A list in which stages are iterated, among all that may happen to them.
pub(crate) fn list(seed: u64) -> Value {
    let mut list = compose::list(seed);
    let mut chance = Chance(!seed);
    let mut ops = Vec::new();
    match chance.below(4) {
        0 | 1 => ops.push(json!(["iterate", 0, {}])),
        2 => ops.push(json!(["copy", 0, 1])),
        _ => {}
    }
    for op in list["ops"].as_array().unwrap() {
        // Half of the lists are of little else.
        let keeps = chance.below(2) == 0 || op[0] == "tick";
        if seed.is_multiple_of(2) || keeps {
            ops.push(op.clone());
        }
        for _ in 0..chance.below(3) {
            ops.push(random_op(&mut chance));
        }
    }
    ops.push(json!(["tick"]));
    list["ops"] = Value::from(ops);
    list
}

fn random_op(chance: &mut Chance) -> Value {
    let at = u64::from(chance.below(4) == 0);
    match chance.below(40) {
        0 => json!(["iterate", at, {"destroyOnReturn": chance.below(2) == 0}]),
        1 => json!(["iterate", at, {}]),
        2 => json!(["return", at]),
        3 => json!(["throw", at]),
        4..10 => json!(["push", at, 1 + chance.below(30)]),
        10 => json!(["eof", at]),
        11..18 => json!(["tick"]),
        _ => json!(["next", at]),
    }
}
