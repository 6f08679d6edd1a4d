//! The async iterator of a Readable: what `for await` does between two rounds of its loop.
//! Source: Node, "readable[Symbol.asyncIterator]()" and "readable.iterator([options])".
//!
//! Node writes it as an async generator: what it answers comes by way of promises, so a step waits
//! in a queue of microtasks, which is emptied after that of `process.nextTick`.

use std::collections::VecDeque;

use bytes::Bytes;

use super::copying::CopyId;
use super::finished::{EosCallback, EosId, FinishedOptions};
use super::pipeline::PipelineId;
use super::program::ReadableListener;
use super::{Machine, VerbError, index};
use crate::error::StreamError;
use crate::event::{EventKind, StageId};

/// One call of [`Machine::iterate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IteratorId(pub(super) usize);

/// Options of [`Machine::iterate`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IterateOptions {
    /// `destroyOnReturn`: leaving the loop by `break` or `return` destroys the stage. An error
    /// thrown inside the loop always does.
    pub destroy_on_return: bool,
}

impl Default for IterateOptions {
    fn default() -> Self {
        Self {
            destroy_on_return: true,
        }
    }
}

#[derive(Debug)]
pub(super) struct StreamIterator {
    stage: StageId,
    options: IterateOptions,
    body: Body,
    /// Calls that are not answered yet. The first is the one that is being worked on.
    requests: VecDeque<Request>,
    eos: Option<EosId>,
    known: Known,
    /// The loop that its answers go to, when it is one of the machine's own.
    pub(super) copying: Option<CopyId>,
}

/// Where the body of the generator stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    /// Nothing of it has run: it listens to nothing yet.
    NotStarted,
    /// It is at work, or its next step is in the queue of microtasks.
    Running,
    /// It waits for `readable`, or for the end of the stage.
    Waiting,
    /// It has given a chunk and waits for the next call.
    AtYield,
    /// It is over, or never ran, and a `return()` is being answered.
    Returning,
    /// It is over.
    Done,
}

/// A call of one of the iterator's methods.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Request {
    Next,
    Return,
    Throw(String),
}

/// What the iterator knows of how the stage ended.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Known {
    Nothing,
    Ended,
    Failed(String),
}

/// What a call is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Chunk(Bytes),
    Done,
    Threw(String),
}

/// An entry of the queue of microtasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Microtask {
    /// The body goes on.
    Step(IteratorId),
    /// The body gives a chunk.
    Yield(IteratorId, Bytes),
    /// The body is left at a chunk it gave.
    Leave(IteratorId),
    /// A `return()` outside of the body is answered.
    Return(IteratorId),
    /// The caller hears the answer.
    Answer(IteratorId, Answer),
    /// A loop hears what its `once()` was told, after so many more entries of its own.
    Woken(CopyId, u8),
    /// The promise of a pipeline is settled.
    PipelineDone(PipelineId, Option<String>),
}

impl Machine {
    /// `stage.iterator(options)`, or what `for await (const chunk of stage)` begins with. Nothing
    /// is listened to before the first [`Machine::iterator_next`].
    ///
    /// # Errors
    /// When the stage cannot be read.
    pub fn iterate(
        &mut self,
        id: StageId,
        options: IterateOptions,
    ) -> Result<IteratorId, VerbError> {
        self.need_readable_side(id)?;
        self.iterators.push(StreamIterator {
            stage: id,
            options,
            body: Body::NotStarted,
            requests: VecDeque::new(),
            eos: None,
            known: Known::Nothing,
            copying: None,
        });
        Ok(IteratorId(self.iterators.len() - 1))
    }

    /// `iterator.next()`, the beginning of a round: one chunk is read, and no more than one. The
    /// answer is an [`EventKind::Next`].
    pub fn iterator_next(&mut self, id: IteratorId) {
        let iterator = &mut self.iterators[id.0];
        if iterator.body == Body::Done {
            return self.answer(id, Answer::Done);
        }
        iterator.requests.push_back(Request::Next);
        match iterator.body {
            Body::NotStarted => self.start_iterating(id),
            Body::AtYield => self.go_on(id),
            _ => {}
        }
    }

    /// `iterator.return()`, which `break` and `return` call: the stage is destroyed, unless the
    /// options keep it.
    pub fn iterator_return(&mut self, id: IteratorId) {
        let iterator = &mut self.iterators[id.0];
        iterator.requests.push_back(Request::Return);
        match iterator.body {
            Body::NotStarted | Body::Done => self.return_outside(id),
            Body::AtYield => self.go_on(id),
            _ => {}
        }
    }

    /// `iterator.throw(error)`: the stage is destroyed.
    pub fn iterator_throw(&mut self, id: IteratorId, error: &str) {
        let iterator = &mut self.iterators[id.0];
        if iterator.body == Body::NotStarted {
            iterator.body = Body::Done;
        }
        if iterator.body == Body::Done {
            return self.answer(id, Answer::Threw(error.to_owned()));
        }
        iterator
            .requests
            .push_back(Request::Throw(error.to_owned()));
        if iterator.body == Body::AtYield {
            self.go_on(id);
        }
    }

    pub(super) fn run_microtask(&mut self, microtask: Microtask) {
        match microtask {
            Microtask::Step(id) => self.iterator_step(id),
            Microtask::Yield(id, chunk) => self.yield_chunk(id, chunk),
            Microtask::Leave(id) => {
                self.leave_iterator(id);
                self.body_is_over(id, Answer::Done);
            }
            Microtask::Return(id) => self.answer_first(id, Answer::Done),
            Microtask::PipelineDone(id, error) => self.tell_pipeline_done(id, error),
            Microtask::Answer(id, answer) => self.iterator_answers(id, answer),
            Microtask::Woken(id, more) => self.woken(id, more),
        }
    }

    fn iterator_answers(&mut self, id: IteratorId, answer: Answer) {
        let stage = self.iterators[id.0].stage;
        let (bytes, error) = match &answer {
            Answer::Chunk(chunk) => {
                let size = self.read_side(stage).map_or(0, |read| {
                    let size = read.size(chunk) as u64;
                    // It was read for the loop, not for nobody.
                    read.by_read = read.by_read.saturating_sub(size);
                    size
                });
                (Some(size), None)
            }
            Answer::Done => (None, None),
            Answer::Threw(error) => (None, Some(error.clone())),
        };
        self.emit(stage, EventKind::Next { bytes, error });
        if let Some(copying) = self.iterators[id.0].copying {
            self.loop_goes_on(copying, answer);
        }
    }

    /// `readable` was emitted, or the stage is over.
    pub(super) fn iterator_heard(&mut self, id: IteratorId) {
        let iterator = &mut self.iterators[id.0];
        if iterator.body == Body::Waiting {
            iterator.body = Body::Running;
            self.microtasks.push_back(Microtask::Step(id));
        }
    }

    /// The stage has ended, failed or closed too early.
    pub(super) fn iterated_stage_is_over(&mut self, id: IteratorId, error: Option<String>) {
        self.iterators[id.0].known = error.map_or(Known::Ended, Known::Failed);
        self.iterator_heard(id);
    }

    fn start_iterating(&mut self, id: IteratorId) {
        let stage = self.iterators[id.0].stage;
        self.iterators[id.0].body = Body::Running;
        self.add_readable_listener(stage, ReadableListener::Iterator(id));
        let readable_side = FinishedOptions {
            writable: Some(false),
            ..FinishedOptions::default()
        };
        let eos = self.end_of_stream(stage, readable_side, EosCallback::Iterator(id));
        self.iterators[id.0].eos = Some(eos);
        self.iterator_step(id);
    }

    /// Reads one chunk. Without one, the loop ends as the stage did, or waits.
    fn iterator_step(&mut self, id: IteratorId) {
        let stage = self.iterators[id.0].stage;
        let chunk = if self.stages[index(stage)].life.is_alive() {
            self.read(stage, None)
        } else {
            None
        };
        if let Some(chunk) = chunk {
            self.microtasks.push_back(Microtask::Yield(id, chunk));
            return;
        }
        match self.iterators[id.0].known.clone() {
            Known::Nothing => self.iterators[id.0].body = Body::Waiting,
            Known::Ended => {
                self.leave_iterator(id);
                self.body_is_over(id, Answer::Done);
            }
            Known::Failed(error) => {
                self.leave_iterator(id);
                self.body_is_over(id, Answer::Threw(error));
            }
        }
    }

    fn yield_chunk(&mut self, id: IteratorId, chunk: Bytes) {
        let iterator = &mut self.iterators[id.0];
        iterator.requests.pop_front();
        iterator.body = Body::AtYield;
        let waits = iterator.requests.is_empty();
        self.answer(id, Answer::Chunk(chunk));
        if !waits {
            self.go_on(id);
        }
    }

    /// The body was at a chunk it gave, and was called again.
    fn go_on(&mut self, id: IteratorId) {
        let iterator = &mut self.iterators[id.0];
        iterator.body = Body::Running;
        match iterator.requests.front().cloned() {
            Some(Request::Next) => self.iterator_step(id),
            Some(Request::Return) => self.microtasks.push_back(Microtask::Leave(id)),
            Some(Request::Throw(error)) => {
                iterator.known = Known::Failed(error.clone());
                self.leave_iterator(id);
                self.body_is_over(id, Answer::Threw(error));
            }
            None => iterator.body = Body::AtYield,
        }
    }

    /// What the body does last, however it is left: it destroys the stage, or lets go of it.
    fn leave_iterator(&mut self, id: IteratorId) {
        let iterator = &self.iterators[id.0];
        let id_of_stage = iterator.stage;
        let stage = &self.stages[index(id_of_stage)];
        let failed = matches!(iterator.known, Known::Failed(_));
        let early = iterator.known == Known::Nothing;
        let half_open = iterator.known == Known::Ended
            && self.profile.iterator_keeps_half_open()
            && stage.allow_half_open
            && stage.writable();
        let destroys = (failed || iterator.options.destroy_on_return)
            && (early || stage.auto_destroy)
            && !half_open;
        if !destroys {
            let eos = iterator.eos;
            let own = ReadableListener::Iterator(id);
            self.remove_readable_listener(id_of_stage, |it| *it == own);
            if let Some(eos) = eos {
                self.clean_up(eos);
            }
            return;
        }
        let open = stage.is_readable() == Some(true) || stage.is_writable() == Some(true);
        let error = open.then(|| StreamError::Aborted.to_string());
        self.destroy(id_of_stage, error.as_deref());
    }

    /// The body is over: the call that was being worked on is answered, and those behind it.
    fn body_is_over(&mut self, id: IteratorId, answer: Answer) {
        self.iterators[id.0].body = Body::Running;
        self.answer_first(id, answer);
    }

    fn answer_first(&mut self, id: IteratorId, answer: Answer) {
        self.iterators[id.0].requests.pop_front();
        self.answer(id, answer);
        loop {
            let iterator = &mut self.iterators[id.0];
            let answer = match iterator.requests.front() {
                None => {
                    iterator.body = Body::Done;
                    return;
                }
                Some(Request::Return) => return self.return_outside(id),
                Some(Request::Next) => Answer::Done,
                Some(Request::Throw(error)) => Answer::Threw(error.clone()),
            };
            iterator.requests.pop_front();
            self.answer(id, answer);
        }
    }

    fn return_outside(&mut self, id: IteratorId) {
        self.iterators[id.0].body = Body::Returning;
        self.microtasks.push_back(Microtask::Return(id));
    }

    fn answer(&mut self, id: IteratorId, answer: Answer) {
        self.microtasks.push_back(Microtask::Answer(id, answer));
    }
}
