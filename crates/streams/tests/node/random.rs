//! Lists of operations that follow from their number alone.

use serde_json::{Value, json};

const SOURCE: u64 = 0;
const MIDDLE: u64 = 1;
const SINK: u64 = 2;
const OTHER: u64 = 3;

pub(crate) fn list(seed: u64) -> Value {
    let mut chance = Chance(seed);
    let stages = stages(&mut chance);
    let mut ops = vec![
        json!(["pipe", SOURCE, MIDDLE]),
        json!(["pipe", MIDDLE, SINK]),
    ];
    if chance.below(3) == 0 {
        ops = Vec::new();
    }
    for _ in 0..10 + chance.below(40) {
        ops.push(op(&mut chance));
        if chance.below(2) == 0 {
            ops.push(json!(["tick"]));
        }
    }
    ops.push(json!(["tick"]));
    json!({"seed": seed, "stages": stages, "ops": ops})
}

/// A source, something with two sides, and two sinks, with small marks.
pub(crate) fn stages(chance: &mut Chance) -> Value {
    let marks = [(); 4].map(|()| chance.of(&[1, 8, 16, 50]));
    json!([
        {"kind": "readable", "readMark": 64},
        middle(chance, marks[0], marks[1]),
        {"kind": "writable", "writeMark": marks[2]},
        {"kind": "writable", "writeMark": marks[3]},
    ])
}

fn middle(chance: &mut Chance, write_mark: u64, read_mark: u64) -> Value {
    let kind = chance.of(&["transform", "transform", "passthrough", "duplex"]);
    let half_open = chance.below(2) == 0;
    json!({"kind": kind, "writeMark": write_mark, "readMark": read_mark, "halfOpen": half_open})
}

pub(crate) fn op(chance: &mut Chance) -> Value {
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
