//! The same lists on the machine: what its events, answers and calls say, in the runner's words.

use std::collections::VecDeque;
use std::fmt::Write as _;

use bytes::Bytes;
use serde_json::Value;
use spillway_streams::{
    Call, Callback, EventKind, FinishedId, IteratorId, Machine, PipelineId, Profile, ReadOptions,
    ReadState, RunView, Sides, StageId, StageOptions, WriteOptions,
};

use crate::{basic, compose, iterate, listen};

/// Each theme's operations: true when the operation is one of its own.
const THEMES: &[fn(&mut Here, &Op<'_>) -> bool] = &[
    basic::perform,
    compose::perform,
    iterate::perform,
    listen::perform,
];

/// One operation: its name, the stage it is for, and what else it says.
pub(crate) struct Op<'a> {
    pub(crate) verb: &'a str,
    pub(crate) at: usize,
    pub(crate) args: &'a [Value],
}

impl<'a> Op<'a> {
    fn of(op: &'a Value) -> Self {
        let parts = op.as_array().unwrap();
        Self {
            verb: parts[0].as_str().unwrap(),
            at: parts.get(1).and_then(Value::as_u64).unwrap_or(0) as usize,
            args: parts.get(2..).unwrap_or_default(),
        }
    }

    pub(crate) fn stage(&self) -> StageId {
        StageId(self.at as u16)
    }

    /// An argument that is a number, if it is there.
    pub(crate) fn number(&self, at: usize) -> Option<usize> {
        Some(self.args.get(at)?.as_u64()? as usize)
    }

    /// An argument that names another stage.
    pub(crate) fn other(&self, at: usize) -> Option<StageId> {
        Some(StageId(self.number(at)? as u16))
    }
}

/// What the implementation of a stage was asked and has not answered.
#[derive(Clone, Default)]
pub(crate) struct Asked {
    pub(crate) reads: u32,
    pub(crate) write: Option<Vec<usize>>,
    pub(crate) flush: bool,
    pub(crate) last: bool,
}

/// A machine that performs a list, and what it said.
pub(crate) struct Here {
    pub(crate) machine: Machine,
    pub(crate) asked: Vec<Asked>,
    /// Calls of `finished()` on each stage that were not cleaned up.
    pub(crate) finished: Vec<VecDeque<FinishedId>>,
    /// Pipelines with a signal that was not used.
    pub(crate) pipelines: VecDeque<PipelineId>,
    /// The iterators of each stage.
    pub(crate) iterators: Vec<Vec<IteratorId>>,
    /// The next `write` is one from within `end(chunk)`, which the runner does not see.
    pub(crate) unsaid_write: Option<StageId>,
    specs: Vec<Value>,
    /// Stages whose `error` nobody listens to.
    pub(crate) unheard: Vec<bool>,
    /// An error that nobody listens to has ended the list, as it would end the process.
    dead: bool,
    /// The picture made of the events alone.
    folded: RunView,
    out: String,
}

/// Performs a list; the answer is what the runner prints for it.
pub(crate) fn perform(list: &Value, profile: Profile) -> String {
    let specs = list["stages"].as_array().unwrap();
    let mut machine = Machine::with_profile(profile);
    for spec in specs {
        machine.add(options(spec, profile));
    }
    let mut here = Here {
        asked: vec![Asked::default(); specs.len()],
        finished: vec![VecDeque::new(); specs.len()],
        pipelines: VecDeque::new(),
        iterators: vec![Vec::new(); specs.len()],
        machine,
        unsaid_write: None,
        specs: specs.clone(),
        unheard: specs.iter().map(|spec| spec["unheard"] == true).collect(),
        dead: false,
        folded: RunView::default(),
        out: String::new(),
    };
    here.folded = here.machine.view();
    for op in list["ops"].as_array().unwrap() {
        here.line(format_args!("> {op}"));
        let op = Op::of(op);
        let known = THEMES.iter().any(|theme| theme(&mut here, &op));
        assert!(known, "no operation {}", op.verb);
        here.say_events();
        here.note_calls();
        if here.dead {
            here.out.push_str("uncaught\n");
            break;
        }
        here.say_state();
    }
    here.out
}

fn options(spec: &Value, profile: Profile) -> StageOptions {
    let mark = |key: &str| spec[key].as_u64().map(|mark| mark as usize);
    let flag = |key: &str| spec[key].as_bool().unwrap_or(true);
    let kind = spec["kind"].as_str().unwrap();
    let objects = |key: &str| spec[key] == true;
    let default = |objects: bool| match objects {
        true => profile.default_object_mark(),
        false => profile.default_mark(),
    };
    let read = (kind != "writable").then(|| ReadOptions {
        mark: mark("readMark").unwrap_or(default(objects("readObjects"))),
        object_mode: objects("readObjects"),
    });
    let write = (kind != "readable").then(|| WriteOptions {
        mark: mark("writeMark").unwrap_or(default(objects("writeObjects"))),
        finalizes: kind != "passthrough" && spec["final"] != false,
        object_mode: objects("writeObjects"),
        gathers: spec["gathers"] == true,
    });
    StageOptions {
        name: kind.to_owned(),
        read,
        write,
        sides: match kind {
            "duplex" => Sides::Duplex,
            "passthrough" => Sides::PassThrough,
            _ => Sides::Transform,
        },
        allow_half_open: flag("halfOpen"),
        destroys: false,
        error_heard: spec["unheard"] != true,
        auto_destroy: flag("autoDestroy"),
        emit_close: flag("emitClose"),
    }
}

impl Here {
    /// Says a line of its own.
    pub(crate) fn line(&mut self, text: std::fmt::Arguments<'_>) {
        writeln!(self.out, "{text}").unwrap();
    }

    /// Says what an operation answered, after the events it made.
    pub(crate) fn answer(&mut self, answer: impl std::fmt::Display) {
        self.say_events();
        if !self.dead {
            self.line(format_args!("= {answer}"));
        }
    }

    pub(crate) fn is_transform(&self, at: usize) -> bool {
        self.specs[at]["kind"] == "transform"
    }

    fn note_calls(&mut self) {
        while let Some(call) = self.machine.poll_call() {
            match call {
                Call::Read { stage, .. } => self.asked(stage).reads += 1,
                Call::Write { stage, chunk } | Call::Transform { stage, chunk } => {
                    self.asked(stage).write = Some(vec![self.size(stage, &chunk)]);
                }
                Call::Writev { stage, chunks } => {
                    let sizes = chunks.iter().map(|chunk| self.size(stage, chunk)).collect();
                    self.asked(stage).write = Some(sizes);
                }
                Call::Flush { stage } => self.asked(stage).flush = true,
                Call::Final { stage } => self.asked(stage).last = true,
                Call::Destroy { .. } => {}
            }
        }
    }

    fn size(&self, stage: StageId, chunk: &Bytes) -> usize {
        match self.specs[usize::from(stage.0)]["writeObjects"] == true {
            true => 1,
            false => chunk.len(),
        }
    }

    fn asked(&mut self, stage: StageId) -> &mut Asked {
        &mut self.asked[usize::from(stage.0)]
    }

    pub(crate) fn say_events(&mut self) {
        while let Some(event) = self.machine.poll_event() {
            self.folded.apply(&event);
            let at = event.stage.0;
            let written = matches!(event.kind, EventKind::Wrote { .. });
            let unsaid = written && self.unsaid_write.take_if(|it| *it == event.stage).is_some();
            if self.dead || unsaid {
                continue;
            }
            if let Some(line) = said(&event.kind) {
                self.line(format_args!("{at} {line}"));
            }
            let errored = matches!(event.kind, EventKind::Errored { .. });
            self.dead = errored && self.unheard[usize::from(at)];
        }
        self.unsaid_write = None;
    }

    fn say_state(&mut self) {
        self.out.push('.');
        let view = self.machine.view();
        self.hold_fold(&view);
        for (at, stage) in view.stages.into_iter().enumerate() {
            let asked = &self.asked[at];
            if let Some(read) = stage.readable {
                let flowing = match read.state {
                    ReadState::Initial => "null",
                    ReadState::Flowing => "true",
                    ReadState::Paused => "false",
                    ReadState::Ended => "ended",
                };
                write!(self.out, " r:{flowing},{}/{}", read.buffered, read.mark).unwrap();
                if asked.reads > 0 {
                    write!(self.out, ",{}", asked.reads).unwrap();
                }
                if read.readable_listeners > 0 {
                    write!(self.out, ",{} readable", read.readable_listeners).unwrap();
                }
            }
            if let Some(write) = stage.writable {
                write!(
                    self.out,
                    " w:{}/{},{}",
                    write.buffered, write.mark, write.need_drain
                )
                .unwrap();
                if write.corked > 0 {
                    write!(self.out, ",corked {}", write.corked).unwrap();
                }
                if let Some(sizes) = &asked.write {
                    let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
                    write!(self.out, ",writing {}", sizes.join(",")).unwrap();
                }
                self.out
                    .push_str(if asked.flush { ",flushing" } else { "" });
                self.out
                    .push_str(if asked.last { ",finalizing" } else { "" });
            }
            if self.machine.is_destroyed(StageId(at as u16)) {
                self.out.push_str(",destroyed");
            }
        }
        self.out.push('\n');
    }

    /// The fold of the events must be the machine's own picture. What a failed or closed stage has
    /// in its buffers is nobody's any more, and the times are reported apart.
    fn hold_fold(&mut self, exact: &RunView) {
        for (at, folded) in self.folded.stages.iter_mut().enumerate() {
            let exact = &exact.stages[at];
            (folded.busy_us, folded.held_us) = (exact.busy_us, exact.held_us);
            if exact.closed
                || exact.error.is_some()
                || self.machine.is_destroyed(StageId(at as u16))
            {
                folded.readable.clone_from(&exact.readable);
                folded.writable.clone_from(&exact.writable);
            }
        }
        for (folded, exact) in self.folded.stages.iter().zip(&exact.stages) {
            assert_eq!(folded, exact, "after\n{}", self.out);
        }
        assert_eq!(self.folded.pipes, exact.pipes, "after\n{}", self.out);
    }
}

/// An event in the runner's words, if it shows it.
fn said(kind: &EventKind) -> Option<String> {
    Some(match kind {
        EventKind::Data { bytes, .. } | EventKind::Discarded { bytes, .. } => {
            format!("data {bytes}")
        }
        EventKind::Wrote { bytes, answer, .. } => format!("write {bytes} {answer}"),
        EventKind::Readable => "readable".to_owned(),
        EventKind::Ended => "end".to_owned(),
        EventKind::Drain => "drain".to_owned(),
        EventKind::Finished => "finish".to_owned(),
        EventKind::Paused { .. } => "pause".to_owned(),
        EventKind::Piped { to } => format!("pipe {}", to.0),
        EventKind::Unpiped { to, .. } => format!("unpipe {}", to.0),
        EventKind::Errored { message } => format!("error {message}"),
        EventKind::Closed => "close".to_owned(),
        EventKind::Next { bytes, error } => match (bytes, error) {
            (Some(bytes), _) => format!("next {bytes}"),
            (None, None) => "next done".to_owned(),
            (None, Some(error)) => format!("next threw {error}"),
        },
        EventKind::CalledBack { of, error } => {
            let of = match of {
                Callback::Finished => "finished()",
                Callback::Pipeline => "pipeline()",
                Callback::Loop => "loop",
            };
            format!("{of} {}", error.as_deref().unwrap_or("ok"))
        }
        _ => return None,
    })
}
