//! The rules against real Node: the same lists of operations are performed by `node/runner.js` on
//! Node's own streams and here on the machine, and compared line by line.
//!
//! Required when `CI=true`; elsewhere a machine without Node says so and passes.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use bytes::Bytes;
use serde_json::{Value, json};
use spillway_streams::{
    Call, EventKind, Machine, ReadOptions, ReadState, StageId, StageOptions, WriteOptions,
};

/// Random lists compared in one run.
const RANDOM_LISTS: u64 = 2_000;

#[test]
fn hand_picked_lists_give_what_node_gives() {
    compare(&hand_picked());
}

#[test]
fn random_lists_give_what_node_gives() {
    let lists: Vec<Value> = (0..RANDOM_LISTS).map(random_list).collect();
    compare(&lists);
}

fn compare(lists: &[Value]) {
    let Some(node) = performed_by_node(lists) else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "node is needed when CI=true: install Debian's nodejs or Node 20 from npm"
        );
        println!("node is not on this machine: the rules were not compared with it");
        return;
    };
    let mut differing = 0;
    for (list, node) in lists.iter().zip(node.split("--\n")) {
        let ours = performed_here(list);
        if ours != node {
            differing += 1;
            if differing <= 3 {
                println!("{}", report(list, node, &ours));
            }
        }
    }
    assert_eq!(differing, 0, "lists that differ, of {}", lists.len());
}

fn performed_by_node(lists: &[Value]) -> Option<String> {
    let runner = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/node/runner.js");
    let mut node = Command::new("node")
        .arg(runner)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let input = Value::from(lists).to_string();
    let mut stdin = node.stdin.take().unwrap();
    let writing = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = node.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    assert!(output.status.success(), "the runner failed");
    Some(String::from_utf8(output.stdout).unwrap())
}

fn report(list: &Value, node: &str, ours: &str) -> String {
    let mut text = format!("{list}\n");
    for (node, ours) in node.lines().zip(ours.lines()) {
        if node == ours {
            writeln!(text, "  {node}").unwrap();
        } else {
            writeln!(text, "  node: {node}\n  here: {ours}").unwrap();
            break;
        }
    }
    text
}

fn performed_here(list: &Value) -> String {
    let mut machine = Machine::new();
    for stage in list["stages"].as_array().unwrap() {
        let mark = |key: &str| stage[key].as_u64().map(|mark| mark as usize);
        machine.add(StageOptions {
            name: stage["kind"].as_str().unwrap().to_owned(),
            read: mark("readMark").map(|mark| ReadOptions { mark }),
            write: mark("writeMark").map(|mark| WriteOptions {
                mark,
                finalizes: true,
            }),
            destroys: false,
            error_heard: true,
        });
    }
    let mut here = Here {
        waiting: vec![Waiting::default(); list["stages"].as_array().unwrap().len()],
        machine,
        out: String::new(),
    };
    for op in list["ops"].as_array().unwrap() {
        writeln!(here.out, "> {op}").unwrap();
        here.perform(op);
        here.print_events();
        here.print_state();
    }
    here.out
}

/// What the implementation of a stage was asked and has not answered.
#[derive(Clone, Default)]
struct Waiting {
    write: bool,
    flush: bool,
    last: bool,
}

struct Here {
    machine: Machine,
    waiting: Vec<Waiting>,
    out: String,
}

impl Here {
    fn perform(&mut self, op: &Value) {
        let verb = op[0].as_str().unwrap();
        let at = op[1].as_u64().unwrap_or(0) as usize;
        let id = StageId(at as u16);
        let arg = &op[2];
        let stage = || StageId(arg.as_u64().unwrap() as u16);
        let mut answer = None;
        match verb {
            "tick" => self.machine.tick(),
            "push" => {
                let chunk = Bytes::from(vec![0; arg.as_u64().unwrap() as usize]);
                answer = Some(self.machine.handle_push(id, Some(chunk)).to_string());
            }
            "eof" => {
                self.machine.handle_push(id, None);
            }
            "read" => {
                let n = arg.as_u64().map(|n| n as usize);
                let chunk = self.machine.read(id, n);
                answer = Some(chunk.map_or("null".to_owned(), |chunk| chunk.len().to_string()));
            }
            "pipe" => self.machine.connect(id, stage()).unwrap(),
            "unpipe" if arg.is_null() => self.machine.unpipe(id, None).unwrap(),
            "unpipe" => self.machine.unpipe(id, Some(stage())).unwrap(),
            "pause" => self.machine.pause(id).unwrap(),
            "resume" => self.machine.resume(id).unwrap(),
            "end" => self.machine.end(id),
            "cork" => self.machine.cork(id),
            "uncork" => self.machine.uncork(id),
            "destroy" => self.machine.destroy(id, arg.as_str()),
            _ => self.answer(verb, at, arg),
        }
        self.print_events();
        if let Some(answer) = answer {
            writeln!(self.out, "= {answer}").unwrap();
        }
        self.take_calls();
    }

    /// The implementation's callbacks, where it was asked.
    fn answer(&mut self, verb: &str, at: usize, arg: &Value) {
        let id = StageId(at as u16);
        let chunks = || {
            let sizes = arg.as_array().unwrap().iter();
            sizes
                .map(|size| Bytes::from(vec![0; size.as_u64().unwrap() as usize]))
                .collect()
        };
        let is_transform = self.machine.view().stages[at].readable.is_some();
        let waiting = &mut self.waiting[at];
        let asked = match verb {
            "flushed" => &mut waiting.flush,
            "finalized" => &mut waiting.last,
            _ => &mut waiting.write,
        };
        if !std::mem::take(asked) {
            return;
        }
        match verb {
            "written" if is_transform => self.machine.handle_transform_done(id, Ok(Vec::new())),
            "written" => self.machine.handle_write_done(id, Ok(())),
            "failed" if is_transform => {
                self.machine
                    .handle_transform_done(id, Err("failed".to_owned()));
            }
            "failed" => self.machine.handle_write_done(id, Err("failed".to_owned())),
            "transformed" => self.machine.handle_transform_done(id, Ok(chunks())),
            "flushed" => self.machine.handle_flush_done(id, Ok(chunks())),
            "finalized" => self.machine.handle_final_done(id, Ok(())),
            other => panic!("no operation {other}"),
        }
    }

    fn take_calls(&mut self) {
        while let Some(call) = self.machine.poll_call() {
            match call {
                Call::Read { .. } | Call::Destroy { .. } => {}
                Call::Write { stage, .. } | Call::Transform { stage, .. } => {
                    self.waiting[usize::from(stage.0)].write = true;
                }
                Call::Flush { stage } => self.waiting[usize::from(stage.0)].flush = true,
                Call::Final { stage } => self.waiting[usize::from(stage.0)].last = true,
            }
        }
    }

    fn print_events(&mut self) {
        while let Some(event) = self.machine.poll_event() {
            let at = event.stage.0;
            let line = match event.kind {
                EventKind::Data { bytes, .. } | EventKind::Discarded { bytes, .. } => {
                    format!("{at} data {bytes}")
                }
                EventKind::Wrote { bytes, answer, .. } => format!("{at} write {bytes} {answer}"),
                EventKind::Ended => format!("{at} end"),
                EventKind::Drain => format!("{at} drain"),
                EventKind::Finished => format!("{at} finish"),
                EventKind::Paused { .. } => format!("{at} pause"),
                EventKind::Piped { to } => format!("{at} pipe {}", to.0),
                EventKind::Unpiped { to, .. } => format!("{at} unpipe {}", to.0),
                EventKind::Errored { .. } => format!("{at} error"),
                EventKind::Closed => format!("{at} close"),
                _ => continue,
            };
            writeln!(self.out, "{line}").unwrap();
        }
    }

    fn print_state(&mut self) {
        self.out.push('.');
        for stage in self.machine.view().stages {
            if let Some(read) = stage.readable {
                let flowing = match read.state {
                    ReadState::Initial => "null",
                    ReadState::Flowing => "true",
                    ReadState::Paused => "false",
                    ReadState::Ended => "ended",
                };
                write!(self.out, " r:{flowing},{}", read.buffered).unwrap();
            }
            if let Some(write) = stage.writable {
                write!(self.out, " w:{},{}", write.buffered, write.need_drain).unwrap();
            }
        }
        self.out.push('\n');
    }
}

/// A source, a Transform and two sinks with small marks.
fn stages(marks: [u64; 5]) -> Value {
    json!([
        {"kind": "readable", "readMark": marks[0]},
        {"kind": "transform", "writeMark": marks[1], "readMark": marks[2]},
        {"kind": "writable", "writeMark": marks[3]},
        {"kind": "writable", "writeMark": marks[4]},
    ])
}

const SOURCE: u64 = 0;
const TRANSFORM: u64 = 1;
const SINK: u64 = 2;
const OTHER: u64 = 3;

/// One list per rule that surprises, and per pair of rules that interact. Stage 0 is the source,
/// 1 the Transform, 2 and 3 are the sinks.
fn hand_picked() -> Vec<Value> {
    let lists: Vec<Value> = serde_json::from_str(include_str!("node/lists.json")).unwrap();
    let stages = stages([64, 16, 16, 16, 16]);
    let with_stages = |mut list: Value| {
        list["stages"] = stages.clone();
        list
    };
    lists.into_iter().map(with_stages).collect()
}

/// A list of operations that follows from its number alone.
fn random_list(seed: u64) -> Value {
    let mut chance = Chance(seed);
    let marks = [1, 8, 16, 50].map(|_| [1, 8, 16, 50][chance.below(4) as usize]);
    let marks = [64, marks[0], marks[1], marks[2], marks[3]];
    let mut ops = vec![
        json!(["pipe", SOURCE, TRANSFORM]),
        json!(["pipe", TRANSFORM, SINK]),
    ];
    if chance.below(3) == 0 {
        ops = Vec::new();
    }
    for _ in 0..10 + chance.below(40) {
        ops.push(random_op(&mut chance));
        if chance.below(2) == 0 {
            ops.push(json!(["tick"]));
        }
    }
    ops.push(json!(["tick"]));
    json!({"seed": seed, "stages": stages(marks), "ops": ops})
}

fn random_op(chance: &mut Chance) -> Value {
    let size = 1 + chance.below(40);
    let readable = [SOURCE, TRANSFORM][chance.below(2) as usize];
    let to = match readable {
        SOURCE => [TRANSFORM, SINK, OTHER][chance.below(3) as usize],
        _ => [SINK, OTHER][chance.below(2) as usize],
    };
    let sink = [SINK, OTHER][chance.below(2) as usize];
    match chance.below(60) {
        0..15 => json!(["push", SOURCE, size]),
        15..24 => json!(["transformed", TRANSFORM, [size, chance.below(30) + 1]]),
        24..26 => json!(["transformed", TRANSFORM, []]),
        26..38 => json!(["written", sink]),
        38..41 => json!(["pipe", readable, to]),
        41..43 => json!(["unpipe", readable, to]),
        43 => json!(["unpipe", readable, null]),
        44..46 => json!(["pause", readable]),
        46..48 => json!(["resume", readable]),
        48 => json!(["read", readable, null]),
        49 => json!(["read", readable, size]),
        50 => json!(["eof", SOURCE]),
        51..53 => json!(["flushed", TRANSFORM, [size]]),
        53..55 => json!(["finalized", sink]),
        55 => json!(["end", sink]),
        56 => json!(["cork", sink]),
        57 => json!(["uncork", sink]),
        58 => json!(["failed", sink]),
        _ => {
            let at = [readable, sink][chance.below(2) as usize];
            let error = [None, Some("boom")][chance.below(2) as usize];
            json!(["destroy", at, error])
        }
    }
}

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}
