//! Default high water marks, as seen on real Node.

/// Which Node's defaults a run follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// Node 20: 16 KiB, also for file writes and gzip; file reads 64 KiB.
    #[default]
    Node20,
    /// Node 22: 64 KiB everywhere.
    Node22,
    /// Node 24: the same marks.
    Node24,
}

impl Profile {
    /// Whether an `error` of a stage in a pipeline counts as one of the parts that the callback
    /// waits for, so that it may come before all stages have closed, or never.
    /// Source: Node, "stream.pipeline(source[, ...transforms], destination, callback)".
    #[must_use]
    pub const fn counts_errors_as_parts(self) -> bool {
        matches!(self, Self::Node20)
    }

    /// Whether `pipeline()` throws when it would lead into a destroyed stage.
    #[must_use]
    pub const fn refuses_destroyed_destinations(self) -> bool {
        matches!(self, Self::Node24)
    }

    /// Whether the error of an aborted pipeline is replaced by one that comes later, as that of a
    /// premature close always is.
    #[must_use]
    pub const fn aborts_give_way(self) -> bool {
        matches!(self, Self::Node24)
    }

    /// Whether `finished()`, called on what is over, finds its answer at once and not in the next
    /// tick. Source: Node, "stream.finished(stream[, options], callback)".
    #[must_use]
    pub const fn settles_what_is_over(self) -> bool {
        matches!(self, Self::Node24)
    }

    /// `getDefaultHighWaterMark(false)`, bytes.
    /// Source: Node, "stream.getDefaultHighWaterMark(objectMode)".
    #[must_use]
    pub const fn default_mark(self) -> usize {
        match self {
            Self::Node20 => 16 * 1024,
            Self::Node22 | Self::Node24 => 64 * 1024,
        }
    }

    /// The mark of `fs.createReadStream()`, bytes.
    /// Source: Node, "fs.createReadStream(path[, options])".
    #[must_use]
    pub const fn file_read_mark(self) -> usize {
        64 * 1024
    }
}
