//! Real logs for the tests: the machine of `crates/streams` with a source, a Transform and a sink,
//! whose implementations answer, and whose learner acts, by chance or as a test says.

use std::collections::VecDeque;

use bytes::Bytes;
use spillway_streams::{
    Call, Event, EventKind, Machine, ReadOptions, RunView, StageId, StageOptions, Verb,
    WriteOptions,
};

pub(crate) const SOURCE: StageId = StageId(0);
pub(crate) const FILTER: StageId = StageId(1);
pub(crate) const SINK: StageId = StageId(2);

/// A run without a server.
pub(crate) struct Driven {
    pub(crate) machine: Machine,
    /// What the stages were asked and have not answered.
    pub(crate) calls: VecDeque<Call>,
    /// Its whole log.
    pub(crate) log: Vec<Event>,
    /// The picture when the log began, and as it is now.
    pub(crate) first: RunView,
    pub(crate) view: RunView,
    now_us: u64,
    chance: u64,
}

impl Driven {
    /// Three stages that nobody has joined.
    pub(crate) fn new(seed: u64) -> Self {
        let mut machine = Machine::new();
        let read = |mark| {
            Some(ReadOptions {
                mark,
                ..ReadOptions::default()
            })
        };
        let write = |mark| {
            Some(WriteOptions {
                mark,
                ..WriteOptions::default()
            })
        };
        for (name, read, write) in [
            ("source", read(64), None),
            ("filter", read(16), write(16)),
            ("sink", None, write(16)),
        ] {
            machine.add(StageOptions {
                name: name.to_owned(),
                read,
                write,
                ..StageOptions::default()
            });
        }
        let mut view = machine.view();
        for stage in &mut view.stages {
            stage.label.clone_from(&stage.name);
        }
        Self {
            machine,
            calls: VecDeque::new(),
            log: Vec::new(),
            first: view.clone(),
            view,
            now_us: 0,
            chance: seed,
        }
    }

    /// All three, joined by `pipe()`.
    pub(crate) fn piped(seed: u64) -> Self {
        let mut run = Self::new(seed);
        run.act(|machine| {
            machine.connect(SOURCE, FILTER).expect("it can be piped");
            machine.connect(FILTER, SINK).expect("it can be piped");
        });
        run
    }

    /// All three, joined by `pipeline()`.
    pub(crate) fn pipeline() -> Self {
        let mut run = Self::new(0);
        run.act(|machine| {
            let joined = machine.pipeline(&[SOURCE, FILTER, SINK]);
            joined.expect("it can be a pipeline");
        });
        run
    }

    /// Does something to the machine and hears what follows, a millisecond later.
    pub(crate) fn act(&mut self, act: impl FnOnce(&mut Machine)) {
        self.later(1_000);
        act(&mut self.machine);
        self.settle();
    }

    /// Time passes.
    pub(crate) fn later(&mut self, us: u64) {
        self.now_us += us;
        self.machine.handle_time(self.now_us);
    }

    /// Everything that was asked is answered; the source gives chunks of this size. False when
    /// nothing was asked.
    pub(crate) fn answer_one(&mut self, bytes: usize) -> bool {
        let Some(call) = self.calls.pop_front() else {
            return false;
        };
        self.act(|machine| answer(machine, call, bytes));
        true
    }

    /// Answers the oldest call of a stage.
    pub(crate) fn answer(&mut self, stage: StageId, bytes: usize) {
        let of = |call: &Call| stage_of(call) == stage;
        let at = self.calls.iter().position(of).expect("it was asked");
        let call = self.calls.remove(at).expect("it is there");
        self.act(|machine| answer(machine, call, bytes));
    }

    /// What the engine notes when a learner fails a stage by hand.
    pub(crate) fn fail(&mut self, stage: StageId, message: &str) {
        let verb = Verb::Destroy { failing: true };
        self.act(|machine| {
            machine.note(stage, EventKind::Verb { verb });
            machine.destroy(stage, Some(message));
        });
    }

    /// One thing that may happen.
    pub(crate) fn step(&mut self) {
        let time = 10 + self.below(30_000);
        self.later(time);
        let bytes = 1 + self.below(40) as usize;
        let readable = StageId(self.below(2) as u16);
        match self.below(100) {
            0..80 => {
                if !self.answer_one(bytes) {
                    self.act(|machine| {
                        machine.handle_push(SOURCE, Some(vec![0; bytes].into()));
                    });
                }
            }
            80..84 => self.act(|machine| drop(machine.pause(readable))),
            84..89 => self.act(|machine| drop(machine.resume(readable))),
            89..91 => self.act(|machine| drop(machine.unpipe(readable, None))),
            91..95 => {
                let to = StageId(readable.0 + 1);
                if !self.machine.is_piped(readable, to) {
                    self.act(|machine| drop(machine.pipe(readable, to)));
                }
            }
            95 => self.act(|machine| machine.note(SINK, EventKind::InWork { bytes: 3 })),
            _ => self.act(Machine::report_times),
        }
    }

    fn settle(&mut self) {
        self.machine.tick();
        self.calls
            .extend(std::iter::from_fn(|| self.machine.poll_call()));
        while let Some(event) = self.machine.poll_event() {
            self.view.apply(&event);
            self.log.push(event);
        }
    }

    /// SplitMix64.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.chance;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }
}

const fn stage_of(call: &Call) -> StageId {
    match call {
        Call::Read { stage, .. }
        | Call::Write { stage, .. }
        | Call::Writev { stage, .. }
        | Call::Transform { stage, .. }
        | Call::Flush { stage }
        | Call::Final { stage }
        | Call::Destroy { stage } => *stage,
    }
}

fn answer(machine: &mut Machine, call: Call, bytes: usize) {
    match call {
        Call::Read { stage, .. } => {
            machine.handle_push(stage, Some(Bytes::from(vec![0; bytes])));
        }
        Call::Write { stage, .. } | Call::Writev { stage, .. } => {
            machine.handle_write_done(stage, Ok(()));
        }
        Call::Transform { stage, chunk } => machine.handle_transform_done(stage, Ok(vec![chunk])),
        Call::Flush { stage } => machine.handle_flush_done(stage, Ok(Vec::new())),
        Call::Final { stage } => machine.handle_final_done(stage, Ok(())),
        Call::Destroy { stage } => machine.handle_destroy_done(stage),
    }
}
