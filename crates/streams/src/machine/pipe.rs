//! pipe, unpipe, pause and resume: the four verbs, and what a pipe does by itself.
//! Source: Node, "readable.pipe(destination[, options])" and the three that follow it.

use thiserror::Error;

use super::copying::CopyId;
use super::side::{AwaitDrain, Flow, ReadPhase, WritePhase};
use super::{Machine, Tick, index};
use crate::event::{EventKind, FlowCause, PauseCause, StageId, UnpipeCause, Verb};
use crate::view::PipeView;

/// Why a verb cannot be called on a stage at all.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VerbError {
    /// The stage has no read side.
    #[error("{0} is a Writable: it has no pipe(), unpipe(), pause() or resume()")]
    NotReadable(String),
    /// The destination has no write side.
    #[error("{0} is a Readable: it cannot be written to, so nothing can be piped into it")]
    NotWritable(String),
    /// A pipeline of fewer than two stages.
    #[error("a pipeline needs at least a source and a destination")]
    TooFewStages,
    /// A pipeline into a stage that is destroyed.
    #[error("{0} is destroyed: a pipeline cannot lead there")]
    UnableToPipe(String),
}

/// One pipe: the listeners that `readable.pipe(writable)` adds.
#[derive(Debug, Clone)]
pub(super) struct Pipe {
    /// Tells apart two pipes of the same pair, and is its place among all listeners.
    pub(super) id: u64,
    pub(super) from: StageId,
    pub(super) to: StageId,
    /// Whether the end of its source ends its destination.
    pub(super) ends: bool,
    /// When it began to listen for `drain`: at the first write that answered false.
    drain_listener: Option<u64>,
    last_answer: bool,
}

/// Who listens for a `drain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Drained {
    /// The pipe of this source.
    Pipe(StageId),
    /// The program, which reads this stage by `data`.
    Forward(StageId),
    /// A loop, which waits in `once()`.
    Loop(CopyId),
}

impl Machine {
    /// `from.pipe(to)`, called by the learner. Starts the flow, also of a Readable that was paused.
    /// The same pair piped twice delivers twice.
    ///
    /// # Errors
    /// When `from` cannot be read or `to` cannot be written.
    pub fn pipe(&mut self, from: StageId, to: StageId) -> Result<(), VerbError> {
        self.can_pipe(from, to)?;
        let verb = Verb::Pipe { to };
        self.emit(from, EventKind::Verb { verb });
        self.connect(from, to)
    }

    /// `from.pipe(to)`, called by the program itself: the same without a learner's verb in the log.
    ///
    /// # Errors
    /// When `from` cannot be read or `to` cannot be written.
    pub fn connect(&mut self, from: StageId, to: StageId) -> Result<(), VerbError> {
        self.connect_by(from, to, true)
    }

    /// `from.pipe(to, { end })`.
    pub(super) fn connect_by(
        &mut self,
        from: StageId,
        to: StageId,
        ends: bool,
    ) -> Result<(), VerbError> {
        self.can_pipe(from, to)?;
        let standing = self.destinations(from).len();
        let needs_drain = self.will_drain(to);
        let owes_drain = self.write_side(to).is_some_and(|write| write.need_drain);
        let Some(read) = self.read_side(from) else {
            return Ok(());
        };
        if standing == 1
            && let AwaitDrain::One(owes) = &read.await_drain
        {
            read.await_drain = AwaitDrain::Many(owes.iter().copied().collect());
        }
        let ended = read.phase == ReadPhase::EndEmitted;
        let paused = read.flow == Flow::Paused;
        read.readable_listening |= !read.on_readable.is_empty();
        let id = self.next_listener();
        self.pipes.push(Pipe {
            id,
            from,
            to,
            ends,
            drain_listener: None,
            last_answer: !owes_drain,
        });
        match (ended, ends) {
            (true, true) => self.ticks.push_back(Tick::PipeEnd(to)),
            (true, false) => self.ticks.push_back(Tick::PipeRemove(from, to)),
            (false, _) => {}
        }
        self.emit(from, EventKind::Piped { to });
        // Its `data` listener starts the flow, even when the pipe stops it again at once.
        if !paused {
            self.resume_by(from, FlowCause::Pipe { to });
        }
        if needs_drain {
            self.pause_for_drain(id);
        } else if self
            .read_side(from)
            .is_some_and(|read| read.flow != Flow::Flowing)
        {
            self.resume_by(from, FlowCause::Pipe { to });
        }
        Ok(())
    }

    /// Whether `from.pipe(to)` is possible at all.
    ///
    /// # Errors
    /// When `from` cannot be read or `to` cannot be written.
    pub fn can_pipe(&self, from: StageId, to: StageId) -> Result<(), VerbError> {
        self.need_readable_side(from)?;
        match self.stages[index(to)].write {
            Some(_) => Ok(()),
            None => Err(VerbError::NotWritable(self.stages[index(to)].name.clone())),
        }
    }

    /// `from.unpipe(to)`, or `from.unpipe()` for `None`. A Readable left without destinations is
    /// paused. Without such a pipe nothing happens.
    ///
    /// # Errors
    /// When `from` cannot be read.
    pub fn unpipe(&mut self, from: StageId, to: Option<StageId>) -> Result<(), VerbError> {
        self.need_readable_side(from)?;
        self.emit(
            from,
            EventKind::Verb {
                verb: Verb::Unpipe { to },
            },
        );
        match to {
            Some(to) => self.unpipe_by(from, to, UnpipeCause::Unpipe),
            None => {
                let dests = self.destinations(from);
                if !dests.is_empty() {
                    self.pause_by(from, PauseCause::Unpipe);
                }
                // One after the other: the first to go may still see the others listening.
                for to in dests {
                    self.remove_pipe(from, to, UnpipeCause::Unpipe);
                }
            }
        }
        Ok(())
    }

    /// `stage.pause()`. On a piped Readable it does not hold while a destination owes a `drain`:
    /// that drain resumes it.
    ///
    /// # Errors
    /// When the stage cannot be read.
    pub fn pause(&mut self, id: StageId) -> Result<(), VerbError> {
        self.need_readable_side(id)?;
        self.emit(id, EventKind::Verb { verb: Verb::Pause });
        self.pause_by(id, PauseCause::Pause);
        if let Some(read) = self.read_side(id) {
            read.paused_by_hand = true;
        }
        Ok(())
    }

    /// `stage.resume()`. With nobody listening, what flows is discarded.
    ///
    /// # Errors
    /// When the stage cannot be read.
    pub fn resume(&mut self, id: StageId) -> Result<(), VerbError> {
        self.need_readable_side(id)?;
        self.emit(id, EventKind::Verb { verb: Verb::Resume });
        self.resume_by(id, FlowCause::Resume);
        Ok(())
    }

    /// Where the stage is piped to, in the order the pipes were made.
    #[must_use]
    pub fn destinations(&self, from: StageId) -> Vec<StageId> {
        let pipes = self.pipes.iter().filter(|pipe| pipe.from == from);
        pipes.map(|pipe| pipe.to).collect()
    }

    /// Whether this pipe stands.
    #[must_use]
    pub fn is_piped(&self, from: StageId, to: StageId) -> bool {
        self.pipes
            .iter()
            .any(|pipe| pipe.from == from && pipe.to == to)
    }

    pub(super) fn pipe_view(&self, pipe: &Pipe) -> PipeView {
        PipeView {
            from: pipe.from,
            to: pipe.to,
            open: pipe.last_answer,
        }
    }

    /// What a pipe does when its destination's `write()` answered false.
    pub(super) fn pause_for_drain(&mut self, id: u64) {
        let Some(at) = self.pipes.iter().position(|pipe| pipe.id == id) else {
            return;
        };
        let (from, to) = (self.pipes[at].from, self.pipes[at].to);
        let several = self.destinations(from).len() > 1;
        let Some(by) = self.backpressure_of(to) else {
            return;
        };
        if let Some(read) = self.read_side(from) {
            if !several {
                read.await_drain = AwaitDrain::One(None);
            }
            read.await_drain.add(to);
        }
        self.pause_by(from, by);
        let pipe = &mut self.pipes[at];
        if pipe.drain_listener.is_none() {
            self.drain_listeners += 1;
            pipe.drain_listener = Some(self.drain_listeners);
        }
    }

    /// The pipes of a pair show what the last `write()` between the two answered.
    pub(super) fn note_answer(&mut self, from: StageId, to: StageId, answer: bool) {
        for pipe in &mut self.pipes {
            if pipe.from == from && pipe.to == to {
                pipe.last_answer = answer;
            }
        }
    }

    /// A destination said `drain`: sources that waited for nobody else flow again.
    pub(super) fn drained(&mut self, of: StageId) {
        let mut all: Vec<(u64, Drained)> = Vec::new();
        for pipe in &mut self.pipes {
            if pipe.to == of {
                pipe.last_answer = true;
                all.extend(
                    pipe.drain_listener
                        .map(|order| (order, Drained::Pipe(pipe.from))),
                );
            }
        }
        let forwards = self.take_drain_waiters(of).into_iter();
        all.extend(forwards.map(|(order, from)| (order, Drained::Forward(from))));
        let loops = self.take_drained_loops(of).into_iter();
        all.extend(loops.map(|(order, copying)| (order, Drained::Loop(copying))));
        all.sort_unstable();
        for (_, listener) in all {
            match listener {
                Drained::Pipe(from) => self.on_drain(from, of),
                Drained::Forward(from) => self.resume_by(from, FlowCause::Drain { of }),
                Drained::Loop(copying) => self.loop_drained(copying),
            }
        }
    }

    pub(super) fn unpipe_by(&mut self, from: StageId, to: StageId, by: UnpipeCause) {
        if !self.is_piped(from, to) {
            return;
        }
        if self.destinations(from).len() == 1 {
            self.pause_by(from, PauseCause::Unpipe);
        }
        self.remove_pipe(from, to, by);
    }

    fn remove_pipe(&mut self, from: StageId, to: StageId, by: UnpipeCause) {
        let mut pipes = self.pipes.iter();
        if let Some(at) = pipes.position(|pipe| pipe.from == from && pipe.to == to) {
            let pipe = self.pipes.remove(at);
            self.pipe_removed(&pipe, by);
        }
    }

    /// The clean-up of a pipe. A source that waited for this destination's `drain` is let go, so
    /// that the others get their data.
    fn pipe_removed(&mut self, pipe: &Pipe, by: UnpipeCause) {
        self.emit(pipe.from, EventKind::Unpiped { to: pipe.to, by });
        let owed = self
            .write_side(pipe.to)
            .is_some_and(|write| write.need_drain);
        let waits = self.read_side(pipe.from).is_some_and(|read| {
            matches!(read.await_drain, AwaitDrain::Many(_)) || !read.await_drain.is_empty()
        });
        if pipe.drain_listener.is_some() && waits && owed {
            self.on_drain(pipe.from, pipe.to);
        }
    }

    fn on_drain(&mut self, from: StageId, of: StageId) {
        let heard = self.is_data_heard(from);
        if let Some(read) = self.read_side(from) {
            read.await_drain.remove(of);
            if read.await_drain.is_empty() && heard {
                self.resume_by(from, FlowCause::Drain { of });
            }
        }
    }

    /// `writable.writableNeedDrain`: a `drain` is owed and will come.
    fn will_drain(&self, id: StageId) -> bool {
        let stage = &self.stages[index(id)];
        stage.life.is_alive()
            && stage
                .write
                .as_ref()
                .is_some_and(|write| write.phase == WritePhase::Open && write.need_drain)
    }

    pub(super) fn need_readable_side(&self, id: StageId) -> Result<(), VerbError> {
        if self.stages[index(id)].read.is_some() {
            Ok(())
        } else {
            Err(VerbError::NotReadable(self.stages[index(id)].name.clone()))
        }
    }
}
