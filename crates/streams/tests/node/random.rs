//! Lists of operations that follow from their number alone.

use serde_json::{Value, json};

const SOURCE: u64 = 0;
const MIDDLE: u64 = 1;
const SINK: u64 = 2;
const OTHER: u64 = 3;

pub(crate) fn list(seed: u64) -> Value {
    let mut chance = Chance(seed);
    let usual = chance.below(2) == 0;
    let stages = stages(&mut chance, usual);
    let mut ops = vec![
        json!(["pipe", SOURCE, MIDDLE]),
        json!(["pipe", MIDDLE, SINK]),
    ];
    if chance.below(3) == 0 {
        ops = Vec::new();
    }
    for _ in 0..10 + chance.below(40) {
        ops.push(op(&mut chance, usual));
        if chance.below(2) == 0 {
            ops.push(json!(["tick"]));
        }
    }
    ops.push(json!(["tick"]));
    json!({"seed": seed, "stages": stages, "ops": ops})
}

/// A source, something with two sides, and two sinks, with small marks; with any options too where
/// they need not be the usual ones.
pub(crate) fn stages(chance: &mut Chance, usual: bool) -> Value {
    json!([
        stage(chance, "readable", usual),
        middle(chance, usual),
        stage(chance, "writable", usual),
        stage(chance, "writable", usual),
    ])
}

fn middle(chance: &mut Chance, usual: bool) -> Value {
    let kind = chance.of(&["transform", "transform", "passthrough", "duplex"]);
    let mut middle = stage(chance, kind, usual);
    middle["halfOpen"] = json!(chance.below(4) > 0);
    middle
}

fn stage(chance: &mut Chance, kind: &str, usual: bool) -> Value {
    let mut stage = json!({"kind": kind});
    for (mark, objects, other) in [
        ("readMark", "readObjects", "writable"),
        ("writeMark", "writeObjects", "readable"),
    ] {
        let sizes: &[u64] = match kind {
            "readable" => &[64, 64, 10],
            _ => &[1, 8, 16, 50],
        };
        if kind != other {
            stage[mark] = json!(chance.of(sizes));
            if !usual && chance.below(5) == 0 {
                stage[objects] = json!(true);
                stage[mark] = json!(1 + chance.below(4));
            }
            if !usual && chance.below(8) == 0 {
                stage[mark] = json!(0);
            }
        }
    }
    if !usual {
        let mut rarely = |key: &str, value: bool, one_in: u64| {
            if chance.below(one_in) == 0 {
                stage[key] = json!(value);
            }
        };
        if matches!(kind, "writable" | "duplex") {
            rarely("gathers", true, 2);
        }
        rarely("autoDestroy", false, 5);
        rarely("emitClose", false, 6);
        rarely("unheard", true, 8);
        rarely("final", false, 3);
    }
    stage
}

/// In the usual lists it is about pipes alone, so that long ones stay whole.
pub(crate) fn op(chance: &mut Chance, usual: bool) -> Value {
    if usual || chance.below(3) > 0 {
        common_op(chance)
    } else {
        rare_op(chance)
    }
}

/// What a pipe lives on.
fn common_op(chance: &mut Chance) -> Value {
    let size = 1 + chance.below(40);
    let readable = chance.of(&[SOURCE, MIDDLE]);
    let to = match readable {
        SOURCE => chance.of(&[MIDDLE, SINK, OTHER]),
        _ => chance.of(&[SINK, OTHER]),
    };
    let sink = chance.of(&[SINK, OTHER]);
    let writable = chance.of(&[MIDDLE, SINK, OTHER]);
    match chance.below(70) {
        0..15 => json!(["push", SOURCE, size]),
        15..24 => json!(["transformed", MIDDLE, [size, chance.below(30) + 1]]),
        24..26 => json!(["transformed", MIDDLE, []]),
        26..38 => json!(["written", sink]),
        38..41 => json!(["pipe", readable, to]),
        41..43 => json!(["unpipe", readable, to]),
        43 => json!(["unpipe", readable, null]),
        44..46 => json!(["pause", readable]),
        46..48 => json!(["resume", readable]),
        48 => json!(["read", readable, null]),
        49 => json!(["read", readable, size]),
        50 => json!(["eof", readable]),
        51..53 => json!(["flushed", MIDDLE, [size]]),
        53..55 => json!(["finalized", writable]),
        55 => json!(["end", writable]),
        56 => json!(["cork", writable]),
        57 => json!(["uncork", writable]),
        58 => json!(["failed", writable]),
        59..63 => json!(["push", MIDDLE, size]),
        63..66 => json!(["write", writable, size]),
        _ => {
            let error = chance.of(&[None, Some("boom")]);
            json!(["destroy", chance.of(&[readable, sink]), error])
        }
    }
}

/// What a program does beside pipes.
fn rare_op(chance: &mut Chance) -> Value {
    let size = chance.below(20);
    let readable = chance.of(&[SOURCE, MIDDLE]);
    let to = match readable {
        SOURCE => chance.of(&[MIDDLE, SINK, OTHER]),
        _ => chance.of(&[SINK, OTHER]),
    };
    let writable = chance.of(&[MIDDLE, SINK, OTHER]);
    match chance.below(40) {
        0..3 => json!(["on data", readable]),
        3..5 => json!(["off data", readable]),
        5..8 => json!(["forward", readable, to, chance.below(2) == 0]),
        8..10 => json!(["stop forwarding", readable, to]),
        10 => json!(["on readable", readable, "wait"]),
        11 => json!(["on readable", readable, "all"]),
        12 => json!(["on readable", readable, "some", size]),
        13..16 => json!(["off readable", readable]),
        16..20 => json!(["read", readable, size]),
        20..22 => json!(["read", readable, null]),
        22..25 => json!(["unshift", readable, size]),
        25..28 => json!(["write", writable, size]),
        28 => json!(["end with", writable, size]),
        29 => json!(["on error", chance.below(4)]),
        30..32 => json!(["push", readable, 0]),
        32..34 => json!(["cork", writable]),
        34..36 => json!(["uncork", writable]),
        36 => json!(["failed", writable]),
        37 => json!(["eof", readable]),
        _ => json!(["written", writable]),
    }
}

/// SplitMix64.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }

    /// One of these.
    pub(crate) fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}
