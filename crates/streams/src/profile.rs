//! What differs between the versions of Node, as seen on real Node.

/// Which Node a run follows.
///
/// One difference is left standing: from Node 22 on, what is put back by `unshift()` while `_read`
/// is at work does not have the Readable look for more. Nothing shows it, because the chunk that
/// ends the `_read` does; all profiles look in both cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// Node 20: marks of 16 KiB, also for file writes and gzip; file reads 64 KiB.
    #[default]
    Node20,
    /// Node 22: marks of 64 KiB everywhere.
    Node22,
    /// Node 24: the marks of Node 22.
    Node24,
}

impl Profile {
    /// `getDefaultHighWaterMark(false)`, bytes.
    /// Source: Node, "stream.getDefaultHighWaterMark(objectMode)".
    #[must_use]
    pub const fn default_mark(self) -> usize {
        match self {
            Self::Node20 => 16 * 1024,
            Self::Node22 | Self::Node24 => 64 * 1024,
        }
    }

    /// `getDefaultHighWaterMark(true)`, objects. Source: as above.
    #[must_use]
    pub const fn default_object_mark(self) -> usize {
        16
    }

    /// The mark of `fs.createReadStream()`, bytes.
    /// Source: Node, "fs.createReadStream(path[, options])".
    #[must_use]
    pub const fn file_read_mark(self) -> usize {
        64 * 1024
    }

    /// Whether an `end` that is in the tick queue may be put there again: seen when something is
    /// put back by `unshift()` in between. Node 24 waits for the one that is there.
    pub(crate) const fn schedules_end_again(self) -> bool {
        !matches!(self, Self::Node24)
    }

    /// Whether an `error` of a stage in a pipeline counts as one of the parts that the callback
    /// waits for, so that it may come before all stages have closed, or never.
    /// Source: Node, "stream.pipeline(source[, ...transforms], destination, callback)".
    pub(crate) const fn counts_errors_as_parts(self) -> bool {
        matches!(self, Self::Node20)
    }

    /// Whether a loop that came to the end of a Duplex leaves its write side open, where that may
    /// stay half open. Source: Node, "readable[Symbol.asyncIterator]()".
    pub(crate) const fn iterator_keeps_half_open(self) -> bool {
        matches!(self, Self::Node24)
    }

    /// Whether `pipeline()` throws when it would lead into a destroyed stage.
    pub(crate) const fn refuses_destroyed_destinations(self) -> bool {
        matches!(self, Self::Node24)
    }

    /// Whether the error of an aborted pipeline is replaced by one that comes later, as that of a
    /// premature close always is.
    pub(crate) const fn aborts_give_way(self) -> bool {
        matches!(self, Self::Node24)
    }

    /// Whether `finished()`, called on what is over, finds its answer at once and not in the next
    /// tick. Source: Node, "stream.finished(stream[, options], callback)".
    pub(crate) const fn settles_what_is_over(self) -> bool {
        matches!(self, Self::Node24)
    }
}
