//! The state of one stage: its read side, its write side, and the life they share.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use super::life::Life;
use super::options::{ReadOptions, Sides, StageOptions, WriteOptions};
use super::program::ReadableListener;
use super::time::Times;
use crate::event::{Hearing, PauseCause, StageId};

#[derive(Debug)]
pub(super) struct Stage {
    pub(super) name: String,
    pub(super) read: Option<ReadSide>,
    pub(super) write: Option<WriteSide>,
    pub(super) sides: Sides,
    pub(super) allow_half_open: bool,
    pub(super) destroys: bool,
    pub(super) error_heard: bool,
    /// Who hears its errors, as it was told last.
    pub(super) heard_by: Hearing,
    pub(super) auto_destroy: bool,
    pub(super) emit_close: bool,
    pub(super) life: Life,
    pub(super) transform: TransformStep,
    pub(super) times: Times,
}

impl Stage {
    pub(super) fn new(options: StageOptions) -> Self {
        let duplex = options.sides == Sides::Duplex;
        let is_transform = options.write.is_some() && !duplex;
        let read = options.read.map(|options| ReadSide {
            sync: !is_transform,
            ..ReadSide::new(options)
        });
        Self {
            name: options.name,
            read,
            write: options.write.map(WriteSide::new),
            sides: options.sides,
            allow_half_open: options.allow_half_open,
            destroys: options.destroys,
            error_heard: options.error_heard,
            heard_by: if options.error_heard {
                Hearing::Program
            } else {
                Hearing::Nobody
            },
            auto_destroy: options.auto_destroy,
            emit_close: options.emit_close,
            life: Life::default(),
            transform: TransformStep::Free,
            times: Times::default(),
        }
    }
}

/// Where a Transform is with the chunk it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TransformStep {
    /// No chunk is being worked on.
    Free,
    /// `_transform` is at work; the read buffer held this much when it began.
    Working { read_buffered: usize },
    /// `_transform` is done, but the read buffer is full: the write's callback waits for the next
    /// `_read`.
    Held,
}

/// Chunks and bytes that passed a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Count {
    pub(super) chunks: u64,
    pub(super) bytes: u64,
}

impl Count {
    pub(super) fn add(&mut self, bytes: usize) {
        self.chunks += 1;
        self.bytes += bytes as u64;
    }
}

/// `readableFlowing`: null, true or false.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Initial,
    Flowing,
    Paused,
}

/// Whether `pause()` or `resume()` was called last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    Untouched,
    Paused,
    Resumed,
}

/// How far a read side has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadPhase {
    /// More may be pushed.
    Open,
    /// `push(null)` was called; the buffer may still hold something.
    EofSeen,
    /// `end` was emitted.
    EndEmitted,
}

/// Destinations that owe a `drain`. Node keeps one, or a set as soon as there are several, and the
/// difference shows: an empty set still counts as "somebody may owe one".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AwaitDrain {
    One(Option<StageId>),
    Many(Vec<StageId>),
}

impl AwaitDrain {
    pub(super) fn clear(&mut self) {
        match self {
            Self::One(dest) => *dest = None,
            Self::Many(dests) => dests.clear(),
        }
    }

    pub(super) fn remove(&mut self, dest: StageId) {
        match self {
            Self::One(owes) if *owes == Some(dest) => *owes = None,
            Self::One(_) => {}
            Self::Many(dests) => dests.retain(|other| *other != dest),
        }
    }

    pub(super) fn add(&mut self, dest: StageId) {
        match self {
            Self::One(owes) => *owes = Some(dest),
            Self::Many(dests) if dests.contains(&dest) => {}
            Self::Many(dests) => dests.push(dest),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::One(dest) => dest.is_none(),
            Self::Many(dests) => dests.is_empty(),
        }
    }
}

#[derive(Debug)]
pub(super) struct ReadSide {
    pub(super) flow: Flow,
    pub(super) phase: ReadPhase,
    pub(super) mark: usize,
    pub(super) object_mode: bool,
    /// Listeners of `readable`, in the order in which they were added.
    pub(super) on_readable: Vec<ReadableListener>,
    /// The Readable knows that it has such listeners: it notices one that was removed later.
    pub(super) readable_listening: bool,
    /// Which of `pause()` and `resume()` was called last, also by a pipe.
    pub(super) hand: Hand,
    pub(super) queue: VecDeque<Bytes>,
    pub(super) buffered: usize,
    pub(super) await_drain: AwaitDrain,
    /// `_read` was called and has not pushed yet.
    pub(super) reading: bool,
    /// A push is taken for one from within `_read`, and buffered: while `_read` is being called,
    /// and before its first call. A Transform's counts as called from the start.
    pub(super) sync: bool,
    pub(super) need_readable: bool,
    pub(super) emitted_readable: bool,
    /// A `resume` is in the tick queue.
    pub(super) resume_scheduled: bool,
    /// A look for more to read is in the tick queue.
    pub(super) reading_more: bool,
    /// An `end` is in the tick queue.
    pub(super) end_scheduled: bool,
    /// The learner's own `pause()`, as opposed to that of a pipe.
    pub(super) paused_by_hand: bool,
    pub(super) paused_by: Option<PauseCause>,
    pub(super) out: Count,
    pub(super) discarded: Count,
    /// What of `out` a `read()` alone got, with nobody listening for `data`.
    pub(super) by_read: u64,
}

impl ReadSide {
    fn new(options: ReadOptions) -> Self {
        Self {
            flow: Flow::Initial,
            phase: ReadPhase::Open,
            mark: options.mark,
            object_mode: options.object_mode,
            on_readable: Vec::new(),
            readable_listening: false,
            hand: Hand::Untouched,
            queue: VecDeque::new(),
            buffered: 0,
            await_drain: AwaitDrain::One(None),
            reading: false,
            sync: true,
            need_readable: false,
            emitted_readable: false,
            resume_scheduled: false,
            reading_more: false,
            end_scheduled: false,
            paused_by_hand: false,
            paused_by: None,
            out: Count::default(),
            discarded: Count::default(),
            by_read: 0,
        }
    }

    pub(super) fn has_ended(&self) -> bool {
        self.phase != ReadPhase::Open
    }

    pub(super) fn has_emitted_end(&self) -> bool {
        self.phase == ReadPhase::EndEmitted
    }

    /// What `push()` answers. Source: Node, "readable.push(chunk[, encoding])".
    pub(super) fn wants_more(&self) -> bool {
        !self.has_ended() && (self.buffered < self.mark || self.buffered == 0)
    }

    /// What a chunk counts.
    pub(super) fn size(&self, chunk: &Bytes) -> usize {
        if self.object_mode { 1 } else { chunk.len() }
    }

    pub(super) fn set_flowing(&mut self) {
        self.flow = Flow::Flowing;
        self.paused_by_hand = false;
        self.paused_by = None;
    }

    /// How much `read(n)`, or `read()` for `None`, takes of what is buffered.
    pub(super) fn how_much(&self, n: Option<usize>) -> usize {
        if n == Some(0) || (self.buffered == 0 && self.has_ended()) {
            return 0;
        }
        if self.object_mode {
            return 1;
        }
        match n {
            Some(n) if n <= self.buffered => n,
            Some(_) if self.has_ended() => self.buffered,
            Some(_) => 0,
            // While flowing, `read()` gives one chunk as it came; else all there is.
            None if self.flow == Flow::Flowing => self.queue.front().map_or(0, Bytes::len),
            None => self.buffered,
        }
    }

    /// Takes `n` bytes, joining or splitting chunks as needed, or one object.
    pub(super) fn take(&mut self, n: usize) -> Bytes {
        self.buffered -= n;
        if self.object_mode {
            return self.queue.pop_front().unwrap_or_default();
        }
        match self.queue.front_mut() {
            Some(first) if first.len() > n => return first.split_to(n),
            Some(first) if first.len() == n => return self.queue.pop_front().unwrap_or_default(),
            _ => {}
        }
        let mut joined = BytesMut::with_capacity(n);
        while joined.len() < n {
            let Some(mut chunk) = self.queue.pop_front() else {
                break;
            };
            let wanted = n - joined.len();
            if chunk.len() > wanted {
                joined.extend_from_slice(&chunk.split_to(wanted));
                self.queue.push_front(chunk);
            } else {
                joined.extend_from_slice(&chunk);
            }
        }
        joined.freeze()
    }
}

/// How far a write side has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum WritePhase {
    /// It accepts writes.
    Open,
    /// `end()` was called.
    Ending,
    /// `_final` was called and has not answered.
    FinalCalled,
    /// `_final` has answered, or there is none.
    Prefinished,
    /// `finish` was emitted.
    Finished,
}

#[derive(Debug)]
pub(super) struct WriteSide {
    pub(super) phase: WritePhase,
    pub(super) mark: usize,
    pub(super) finalizes: bool,
    pub(super) object_mode: bool,
    pub(super) gathers: bool,
    /// Chunks waiting behind the one being written.
    pub(super) queue: VecDeque<Bytes>,
    /// The queue is being worked off: what is done at once starts the next one.
    pub(super) clearing: bool,
    /// `writableLength`: the queue and the chunk being written.
    pub(super) buffered: usize,
    /// What is being written, and since when.
    pub(super) writing: Option<Writing>,
    pub(super) need_drain: bool,
    /// A write was done at once, and what follows it is in the tick queue.
    pub(super) after_write_pending: bool,
    /// `writable.cork()` calls not yet undone.
    pub(super) corked: u32,
    /// Writes and finals whose callback has not been called.
    pub(super) pending: u32,
    pub(super) taken: Count,
}

/// A call of `_write` that has not answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writing {
    pub(super) bytes: usize,
    pub(super) chunks: u64,
    pub(super) since_us: u64,
    /// The call has not returned: an answer now is one from within it.
    pub(super) within: bool,
}

impl WriteSide {
    fn new(options: WriteOptions) -> Self {
        Self {
            phase: WritePhase::Open,
            mark: options.mark,
            finalizes: options.finalizes,
            object_mode: options.object_mode,
            gathers: options.gathers,
            queue: VecDeque::new(),
            clearing: false,
            buffered: 0,
            writing: None,
            need_drain: false,
            after_write_pending: false,
            corked: 0,
            pending: 0,
            taken: Count::default(),
        }
    }

    /// What a chunk counts.
    pub(super) fn size(&self, chunk: &Bytes) -> usize {
        if self.object_mode { 1 } else { chunk.len() }
    }

    /// Whether something waits behind the chunk being written.
    pub(super) fn has_queue(&self) -> bool {
        self.clearing || !self.queue.is_empty()
    }
}
