//! What a run reports: an ordered log of events, each with absolute values.

use crate::view::ReadState;

/// Names one stage of a run; an index into [`crate::RunView::stages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StageId(pub u16);

/// One entry of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Event {
    /// Position in the log, rising by one from 1. A gap in what a watcher holds means that the
    /// tap thinned chunk events there.
    pub seq: u64,
    /// Microseconds since the run began.
    pub at_us: u64,
    /// The stage it happened to.
    pub stage: StageId,
    /// What happened.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub kind: EventKind,
}

/// What happened to a stage. Sizes are bytes, or objects on a side in object mode; `buffered` is what the stage's tank holds after the
/// event, `mark` its high water mark.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(tag = "type", rename_all = "snake_case")
)]
pub enum EventKind {
    /// The learner called a verb on the stage.
    Verb {
        /// The verb as it is written in code.
        verb: Verb,
    },
    /// The implementation pushed a chunk into the read buffer.
    Pushed {
        /// Size of the chunk.
        bytes: u64,
        /// Read buffer after it.
        buffered: u64,
        /// What `push()` answered: false asks the implementation to stop.
        more: bool,
    },
    /// A chunk left the read buffer with a `data` event for at least one listener.
    Data {
        /// Size of the chunk.
        bytes: u64,
        /// Read buffer after it.
        buffered: u64,
        /// Chunks that have left this stage so far, this one included.
        chunks: u64,
        /// Bytes that have left this stage so far.
        total: u64,
    },
    /// A chunk left the read buffer and nobody listened: it is lost.
    Discarded {
        /// Size of the chunk.
        bytes: u64,
        /// Read buffer after it.
        buffered: u64,
        /// Chunks thrown away so far.
        chunks: u64,
        /// Bytes thrown away so far.
        total: u64,
    },
    /// The Readable began to flow.
    Flowing {
        /// Who made it flow.
        by: FlowCause,
        /// The learner had paused it, and this undid that pause.
        undid_pause: bool,
    },
    /// The Readable stopped flowing.
    Paused {
        /// Who stopped it.
        by: PauseCause,
    },
    /// `readable` was emitted: there is something to `read()`, or the end was reached.
    Readable,
    /// The program added or removed listeners of its own, or flow followed from that.
    Listeners {
        /// Listeners of `data`, the pipes' own not counted.
        data: u64,
        /// Listeners of `readable`.
        readable: u64,
        /// What the read side does now.
        state: ReadState,
    },
    /// Who listens for its `error` has changed.
    Hearing {
        /// Who does now.
        by: Hearing,
    },
    /// `read(n)` asked for more than the read buffer's mark, and raised it.
    Marked {
        /// The mark from now on.
        mark: u64,
    },
    /// The Readable has given everything and said `end`.
    Ended,
    /// `write()` was called on this stage.
    Wrote {
        /// The stage whose chunk it is; the stage itself when the chunk was written by hand.
        from: StageId,
        /// Size of the chunk.
        bytes: u64,
        /// What `write()` answered.
        answer: bool,
        /// Write buffer after it, the chunk being worked on included.
        buffered: u64,
        /// The write buffer's mark at that moment.
        mark: u64,
    },
    /// The implementation took a chunk: the callback of `_write` was called.
    Taken {
        /// Size of the chunk.
        bytes: u64,
        /// Write buffer after it.
        buffered: u64,
        /// Chunks taken so far, this one included.
        chunks: u64,
        /// Bytes taken so far.
        total: u64,
        /// How long the implementation worked on it.
        took_us: u64,
    },
    /// The write buffer is empty again after a `write()` that answered false.
    Drain,
    /// `cork()` or `uncork()` was called.
    Corked {
        /// How many `uncork()` calls are needed before anything is written.
        times: u64,
    },
    /// `end()` was called: no more writes are accepted.
    Ending,
    /// Everything written has been taken, and `finish` was emitted.
    Finished,
    /// This Readable was piped to `to`.
    Piped {
        /// The destination.
        to: StageId,
    },
    /// The pipe from this Readable to `to` was removed.
    Unpiped {
        /// The former destination.
        to: StageId,
        /// Who removed it.
        by: UnpipeCause,
    },
    /// The stage failed; its buffers are dropped.
    Errored {
        /// The error's message.
        message: String,
    },
    /// The stage released what it held and said `close`.
    Closed,
    /// What a call of an async iterator's `next()` was answered: a chunk, or that the loop is over.
    Next {
        /// Size of the chunk; `None` when there is none any more.
        bytes: Option<u64>,
        /// The error that was thrown into the loop.
        error: Option<String>,
    },
    /// A source that cannot wait had to let go of what nobody took in time.
    Missed {
        /// Chunks let go so far.
        chunks: u64,
        /// Bytes let go so far.
        bytes: u64,
    },
    /// `finished()` or `pipeline()` called back, or a loop is over: what it waited for is over.
    CalledBack {
        /// Which of them; a pipeline reports it on its last stage, a loop on the one it reads.
        of: Callback,
        /// The error it was given, if any.
        error: Option<String>,
    },
    /// What the implementation holds outside its two tanks changed.
    InWork {
        /// Bytes held.
        bytes: u64,
    },
    /// The implementation says something of its own, in its own words: what it has found out, or
    /// that it tries again.
    Told {
        /// What it says.
        text: String,
    },
    /// The learner changed how fast the implementation may go.
    Throttled {
        /// Bytes a second; `None`: as fast as it can.
        bytes_per_s: Option<u64>,
    },
    /// What the implementation has open changed. It may come after [`Self::Over`], when the last
    /// of it is released.
    Resources {
        /// What is open now.
        open: Resources,
    },
    /// How the stage has spent its time so far.
    Times {
        /// An operation of the implementation was under way.
        busy_us: u64,
        /// It had something to give and was not allowed to give it.
        held_us: u64,
    },
    /// The run is over. Reported once, on the stage that decided it; no stream does anything after
    /// it.
    Over {
        /// How it ended.
        outcome: Outcome,
    },
}

impl EventKind {
    /// Whether the tap may leave this event out when a watcher cannot keep up. All others are
    /// always kept.
    #[must_use]
    pub const fn may_be_thinned(&self) -> bool {
        match self {
            Self::Pushed { .. }
            | Self::Data { .. }
            | Self::Discarded { .. }
            | Self::Taken { .. }
            | Self::Readable
            | Self::Missed { .. }
            | Self::InWork { .. }
            | Self::Resources { .. } => true,
            // A refused write is why a source stops: it stays.
            Self::Wrote { answer, .. } => *answer,
            Self::Next { bytes, .. } => bytes.is_some(),
            _ => false,
        }
    }
}

/// A verb that a learner can call on a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(tag = "name", rename_all = "snake_case")
)]
pub enum Verb {
    /// `readable.pipe(to)`.
    Pipe {
        /// The destination.
        to: StageId,
    },
    /// `readable.unpipe(to)`, or `readable.unpipe()` when `to` is `None`.
    Unpipe {
        /// The destination.
        to: Option<StageId>,
    },
    /// `readable.pause()`.
    Pause,
    /// `readable.resume()`.
    Resume,
    /// `stage.destroy(error)`, or `stage.destroy()`.
    Destroy {
        /// With an error: the stage fails.
        failing: bool,
    },
    /// `readable.read(n)`, or `readable.read()` when `n` is `None`.
    Read {
        /// How many bytes are asked for.
        n: Option<u64>,
    },
    /// `writable.write(chunk)`, a chunk written by hand.
    Write {
        /// Size of the chunk.
        bytes: u64,
    },
    /// `writable.cork()`.
    Cork,
    /// `writable.uncork()`.
    Uncork,
    /// `writable.end()`.
    End,
}

/// What the implementation of a stage has open, counted where it is opened and closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Resources {
    /// Open files.
    pub files: u64,
    /// Open sockets, both ends of a connection to itself counted.
    pub sockets: u64,
    /// Timers that will go off.
    pub timers: u64,
}

/// Who made a Readable flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(tag = "cause", rename_all = "snake_case")
)]
pub enum FlowCause {
    /// `resume()` was called.
    Resume,
    /// `pipe()` starts the flow, also of a paused Readable.
    Pipe {
        /// The destination.
        to: StageId,
    },
    /// The last destination that owed a `drain` has drained.
    Drain {
        /// That destination.
        of: StageId,
    },
}

/// Who stopped a Readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(tag = "cause", rename_all = "snake_case")
)]
pub enum PauseCause {
    /// `pause()` was called.
    Pause,
    /// A destination's `write()` answered false, or it still owed a `drain` when it was piped to.
    Backpressure {
        /// That destination.
        to: StageId,
        /// Its write buffer at that moment.
        buffered: u64,
        /// Its mark.
        mark: u64,
    },
    /// The last destination was removed.
    Unpipe,
}

/// Who removed a pipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum UnpipeCause {
    /// `unpipe()` was called.
    Unpipe,
    /// The destination finished, so nothing more can go there.
    Finish,
    /// The destination failed.
    Error,
    /// The destination closed.
    Close,
    /// The source ended, and the pipe was not to end its destination: a pipeline does that itself.
    End,
}

/// What calls back when stages are over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Callback {
    /// `finished(stage, callback)`.
    Finished,
    /// `pipeline(stages, callback)`.
    Pipeline,
    /// A `for await` loop that copies: it is over, and its `catch` got the error.
    Loop,
}

/// Who listens for the `error` of a stage. A pipe into it listens as well, and counts for nobody: it
/// passes on what nobody else hears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "snake_case")
)]
pub enum Hearing {
    /// Nobody: an error ends the process.
    #[default]
    Nobody,
    /// The program, or `finished()`: the run goes on without the stage.
    Program,
    /// `pipeline()`: it destroys its stages and calls back.
    Pipeline,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(tag = "how", rename_all = "snake_case")
)]
pub enum Outcome {
    /// Every Writable at the end of the line finished.
    Completed,
    /// A stage failed.
    Failed {
        /// The error's message.
        message: String,
        /// The callback of `pipeline()` was told. Else nobody listened for the `error`: a Node
        /// process would exit with 1.
        heard: bool,
    },
    /// A quota was reached.
    Stopped {
        /// Which quota, and what is allowed.
        message: String,
    },
}
