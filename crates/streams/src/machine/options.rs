//! What a stage is made of: the options of Node's constructors that decide something.
//! Source: Node, "new stream.Readable([options])", "new stream.Writable([options])",
//! "new stream.Duplex(options)".

use crate::profile::Profile;

/// What a stage is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageOptions {
    /// Its name in the pipeline.
    pub name: String,
    /// Its read side, if it has one.
    pub read: Option<ReadOptions>,
    /// Its write side, if it has one.
    pub write: Option<WriteOptions>,
    /// What joins its two sides, when it has both.
    pub sides: Sides,
    /// `allowHalfOpen`: its write side stays open when its read side has ended.
    pub allow_half_open: bool,
    /// The implementation has a `_destroy` of its own and answers it.
    pub destroys: bool,
    /// Somebody listens to its `error`.
    pub error_heard: bool,
    /// `autoDestroy`: it destroys itself when it has ended and finished, or failed.
    pub auto_destroy: bool,
    /// `emitClose`: it says `close` when it was destroyed.
    pub emit_close: bool,
}

impl Default for StageOptions {
    fn default() -> Self {
        Self {
            name: String::new(),
            read: None,
            write: None,
            sides: Sides::default(),
            allow_half_open: true,
            destroys: false,
            error_heard: false,
            auto_destroy: true,
            emit_close: true,
        }
    }
}

/// What joins the two sides of a stage that has both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sides {
    /// A Transform: what is written is transformed and can be read. Its write side waits when its
    /// read side is full, and its end is the read side's end.
    #[default]
    Transform,
    /// A Transform that gives what it is given, by the rules alone: no call of an implementation.
    PassThrough,
    /// A Duplex, such as a socket: two streams that share nothing but their life.
    Duplex,
}

/// Options of a read side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadOptions {
    /// `readableHighWaterMark`: bytes, or objects in object mode.
    pub mark: usize,
    /// `readableObjectMode`: a chunk is an object and counts one.
    pub object_mode: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            mark: Profile::default().default_mark(),
            object_mode: false,
        }
    }
}

/// Options of a write side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteOptions {
    /// `writableHighWaterMark`: bytes, or objects in object mode.
    pub mark: usize,
    /// The implementation has a `_final` (of a Transform: a `_flush`) and answers it.
    pub finalizes: bool,
    /// `writableObjectMode`: a chunk is an object and counts one.
    pub object_mode: bool,
    /// The implementation has a `_writev` and is given together what was queued.
    pub gathers: bool,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self {
            mark: Profile::default().default_mark(),
            finalizes: false,
            object_mode: false,
            gathers: false,
        }
    }
}
