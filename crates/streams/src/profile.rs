//! Default high water marks, as seen on real Node.

/// Which Node's defaults a run follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// Node 20: 16 KiB, also for file writes and gzip; file reads 64 KiB.
    #[default]
    Node20,
    /// Node 22 and 24: 64 KiB everywhere.
    Node22,
}

impl Profile {
    /// Whether an `error` of a stage in a pipeline counts as one of the parts that the callback
    /// waits for, so that it may come before all stages have closed, or never.
    /// Source: Node, "stream.pipeline(source[, ...transforms], destination, callback)".
    #[must_use]
    pub const fn counts_errors_as_parts(self) -> bool {
        matches!(self, Self::Node20)
    }

    /// `getDefaultHighWaterMark(false)`, bytes.
    /// Source: Node, "stream.getDefaultHighWaterMark(objectMode)".
    #[must_use]
    pub const fn default_mark(self) -> usize {
        match self {
            Self::Node20 => 16 * 1024,
            Self::Node22 => 64 * 1024,
        }
    }

    /// The mark of `fs.createReadStream()`, bytes.
    /// Source: Node, "fs.createReadStream(path[, options])".
    #[must_use]
    pub const fn file_read_mark(self) -> usize {
        64 * 1024
    }
}
