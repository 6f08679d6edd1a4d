//! The fold: the picture of a run, made from its events and nothing else.

use crate::event::{Event, EventKind, Hearing, Outcome, PauseCause, Resources, StageId, Verb};
use crate::measured::Measured;

/// The state of a whole run at one moment. The server keeps one, the page keeps one; the same
/// events give the same view.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RunView {
    /// `seq` of the last event applied; 0 before the first.
    pub seq: u64,
    /// Time of the last event, microseconds since the run began.
    pub at_us: u64,
    /// The stages in the order they were made; [`StageId`] is the index.
    pub stages: Vec<StageView>,
    /// The pipes that stand now.
    pub pipes: Vec<PipeView>,
    /// Set once the run is over.
    pub outcome: Option<Outcome>,
    /// What was measured of the run so far.
    pub measured: Measured,
}

/// One stage.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StageView {
    /// Its id in the lesson or the control messages, such as `source`.
    pub name: String,
    /// What the page calls it, such as `cities.csv` or `gzip, level 6`.
    pub label: String,
    /// Its kind, such as `file_source`.
    pub kind: String,
    /// The read side, of a Readable, Duplex or Transform.
    pub readable: Option<ReadableView>,
    /// The write side, of a Writable, Duplex or Transform.
    pub writable: Option<WritableView>,
    /// Bytes the implementation holds outside its tanks; none once it has closed.
    pub in_work: u64,
    /// What the implementation has open.
    pub open: Resources,
    /// Chunks that a source which cannot wait had to let go.
    pub missed_chunks: u64,
    /// Bytes that a source which cannot wait had to let go.
    pub missed_bytes: u64,
    /// Its speed limit in bytes a second, when one is set.
    pub bytes_per_s: Option<u64>,
    /// Whether the stage has a speed control.
    pub throttles: bool,
    /// Time with an operation under way, microseconds.
    pub busy_us: u64,
    /// Time held back by what follows, microseconds.
    pub held_us: u64,
    /// Who listens for its `error`.
    pub hearing: Hearing,
    /// The error that ended it.
    pub error: Option<String>,
    /// It has released what it held.
    pub closed: bool,
}

/// The read side of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ReadableView {
    /// What it does now.
    pub state: ReadState,
    /// Why it is paused, while it is.
    pub paused_by: Option<PauseCause>,
    /// The learner's own `pause()` is in force.
    pub paused_by_hand: bool,
    /// Its sizes count objects, not bytes.
    pub object_mode: bool,
    /// Listeners of `data` that the program added; pipes have their own.
    pub data_listeners: u64,
    /// Listeners of `readable`; while there is one, the program calls `read()`.
    pub readable_listeners: u64,
    /// Bytes in the read buffer.
    pub buffered: u64,
    /// Its high water mark.
    pub mark: u64,
    /// Chunks that left it to a listener.
    pub chunks: u64,
    /// Bytes that left it to a listener.
    pub bytes: u64,
    /// Bytes of these that a `read()` alone got: nobody listened for `data`.
    pub read_bytes: u64,
    /// Chunks that left it with nobody listening.
    pub discarded_chunks: u64,
    /// Bytes that left it with nobody listening.
    pub discarded_bytes: u64,
}

/// What a read side does. `readableFlowing` is null, true or false until it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum ReadState {
    /// Nobody has asked for data yet (`readableFlowing === null`).
    Initial,
    /// `readableFlowing === true`.
    Flowing,
    /// `readableFlowing === false`.
    Paused,
    /// `end` was emitted.
    Ended,
}

/// The write side of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct WritableView {
    /// How far its life has come.
    pub state: WriteState,
    /// Its sizes count objects, not bytes.
    pub object_mode: bool,
    /// `cork()` calls not yet undone; while there is one, nothing is written.
    pub corked: u64,
    /// Bytes in the write buffer, the chunk being worked on included.
    pub buffered: u64,
    /// Its high water mark.
    pub mark: u64,
    /// A `write()` answered false and `drain` has not come yet.
    pub need_drain: bool,
    /// Chunks taken by the implementation.
    pub chunks: u64,
    /// Bytes taken by the implementation.
    pub bytes: u64,
}

/// How far a write side's life has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum WriteState {
    /// It accepts writes.
    Open,
    /// `end()` was called; what is queued is still being taken.
    Ending,
    /// `finish` was emitted.
    Finished,
}

/// One pipe.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PipeView {
    /// The Readable.
    pub from: StageId,
    /// The Writable.
    pub to: StageId,
    /// What the last `write()` through it answered; the gate is shut exactly while it is false
    /// and no `drain` has come.
    pub open: bool,
}

impl RunView {
    /// Applies one event; the only way a view changes. Events of stages the view does not know
    /// are passed over: a watcher that joins late starts from a snapshot.
    pub fn apply(&mut self, event: &Event) {
        self.seq = event.seq;
        if event.at_us > self.at_us {
            // While events share a moment a chunk may be on its way from one place to the next.
            self.measured.peak_bytes = self.peak();
        }
        self.at_us = event.at_us;
        match &event.kind {
            EventKind::Piped { to } => self.pipes.push(PipeView {
                from: event.stage,
                to: *to,
                open: !self.owes_drain(*to),
            }),
            EventKind::Unpiped { to, .. } => {
                if let Some(at) = self.pipe_index(event.stage, *to) {
                    self.pipes.remove(at);
                }
            }
            EventKind::Wrote { from, answer, .. } => {
                for pipe in &mut self.pipes {
                    if (pipe.from, pipe.to) == (*from, event.stage) {
                        pipe.open = *answer;
                    }
                }
            }
            EventKind::Drain => {
                for pipe in &mut self.pipes {
                    if pipe.to == event.stage {
                        pipe.open = true;
                    }
                }
            }
            EventKind::Data { bytes, .. } if !self.is_data_heard(event.stage) => {
                if let Some(readable) = self.readable_mut(event.stage) {
                    readable.read_bytes += bytes;
                }
            }
            EventKind::Over { outcome } => self.outcome = Some(outcome.clone()),
            EventKind::Taken { .. } if self.is_last(event.stage) => {
                self.measured.first_taken_us.get_or_insert(event.at_us);
            }
            _ => {}
        }
        if let Some(stage) = self.stages.get_mut(usize::from(event.stage.0)) {
            stage.apply(&event.kind);
        }
    }

    /// The stage with this id.
    #[must_use]
    pub fn stage(&self, id: StageId) -> Option<&StageView> {
        self.stages.get(usize::from(id.0))
    }

    /// The id of the stage with this name.
    #[must_use]
    pub fn id_of(&self, name: &str) -> Option<StageId> {
        let at = self.stages.iter().position(|stage| stage.name == name)?;
        u16::try_from(at).ok().map(StageId)
    }

    /// Whether nothing can be read from a stage: the line ends there.
    fn is_last(&self, id: StageId) -> bool {
        self.stage(id).is_some_and(|stage| stage.readable.is_none())
    }

    /// Whether anything listens to the `data` of a stage.
    fn is_data_heard(&self, id: StageId) -> bool {
        let readable = self.stage(id).and_then(|stage| stage.readable.as_ref());
        let own = readable.map_or(0, |readable| readable.data_listeners);
        own > 0 || self.pipes.iter().any(|pipe| pipe.from == id)
    }

    fn readable_mut(&mut self, id: StageId) -> Option<&mut ReadableView> {
        let stage = self.stages.get_mut(usize::from(id.0))?;
        stage.readable.as_mut()
    }

    fn pipe_index(&self, from: StageId, to: StageId) -> Option<usize> {
        self.pipes
            .iter()
            .position(|pipe| pipe.from == from && pipe.to == to)
    }

    fn owes_drain(&self, id: StageId) -> bool {
        self.stage(id)
            .and_then(|stage| stage.writable.as_ref())
            .is_some_and(|writable| writable.need_drain)
    }
}

impl StageView {
    fn apply(&mut self, kind: &EventKind) {
        match kind {
            EventKind::InWork { bytes } => self.in_work = *bytes,
            EventKind::Resources { open } => self.open = *open,
            EventKind::Missed { chunks, bytes } => {
                self.missed_chunks = *chunks;
                self.missed_bytes = *bytes;
            }
            EventKind::Throttled { bytes_per_s } => self.bytes_per_s = *bytes_per_s,
            EventKind::Times { busy_us, held_us } => {
                self.busy_us = *busy_us;
                self.held_us = *held_us;
            }
            EventKind::Hearing { by } => self.hearing = *by,
            EventKind::Errored { message } => self.error = Some(message.clone()),
            EventKind::Closed => {
                self.closed = true;
                self.in_work = 0;
            }
            _ => {}
        }
        if let Some(readable) = &mut self.readable {
            readable.apply(kind);
        }
        if let Some(writable) = &mut self.writable {
            writable.apply(kind);
        }
    }
}

impl ReadableView {
    fn apply(&mut self, kind: &EventKind) {
        match kind {
            EventKind::Marked { mark } => self.mark = *mark,
            EventKind::Listeners {
                data,
                readable,
                state,
            } => {
                self.data_listeners = *data;
                self.readable_listeners = *readable;
                if self.state != *state {
                    self.state = *state;
                    self.paused_by = None;
                    self.paused_by_hand &= *state != ReadState::Flowing;
                }
            }
            // Once it has ended, what still happens to its pipes moves nothing.
            EventKind::Verb { .. } | EventKind::Flowing { .. } | EventKind::Paused { .. }
                if self.state == ReadState::Ended => {}
            EventKind::Verb { verb: Verb::Pause } => self.paused_by_hand = true,
            EventKind::Pushed { buffered, .. } => self.buffered = *buffered,
            EventKind::Data {
                buffered,
                chunks,
                total,
                ..
            } => {
                self.buffered = *buffered;
                self.chunks = *chunks;
                self.bytes = *total;
            }
            EventKind::Discarded {
                buffered,
                chunks,
                total,
                ..
            } => {
                self.buffered = *buffered;
                self.discarded_chunks = *chunks;
                self.discarded_bytes = *total;
            }
            EventKind::Next {
                bytes: Some(bytes), ..
            } => self.read_bytes = self.read_bytes.saturating_sub(*bytes),
            EventKind::Flowing { .. } => {
                self.state = ReadState::Flowing;
                self.paused_by = None;
                self.paused_by_hand = false;
            }
            EventKind::Paused { by } => {
                self.state = ReadState::Paused;
                self.paused_by = Some(*by);
            }
            EventKind::Ended => {
                self.state = ReadState::Ended;
                self.paused_by = None;
                self.paused_by_hand = false;
                self.buffered = 0;
            }
            EventKind::Errored { .. } => self.buffered = 0,
            _ => {}
        }
    }
}

impl WritableView {
    fn apply(&mut self, kind: &EventKind) {
        match kind {
            EventKind::Wrote {
                buffered,
                mark,
                answer,
                ..
            } => {
                self.buffered = *buffered;
                self.mark = *mark;
                self.need_drain |= !*answer;
            }
            EventKind::Taken {
                buffered,
                chunks,
                total,
                ..
            } => {
                self.buffered = *buffered;
                self.chunks = *chunks;
                self.bytes = *total;
            }
            EventKind::Drain => self.need_drain = false,
            EventKind::Corked { times } => self.corked = *times,
            EventKind::Ending => self.state = WriteState::Ending,
            EventKind::Finished => self.state = WriteState::Finished,
            EventKind::Errored { .. } => self.buffered = 0,
            _ => {}
        }
    }
}
