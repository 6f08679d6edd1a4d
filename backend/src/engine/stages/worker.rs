//! What a stage is made of: the operations that Node would call `_read`, `_write`, `_transform`,
//! `_flush` and `_final`.

use bytes::Bytes;
use futures_util::future::BoxFuture;

use super::StageError;

/// The implementation of a stage. Each method is one operation; a stage carries out one at a time,
/// a Duplex one on each side. Dropping it is `_destroy`: whatever it holds is freed then.
pub(crate) enum Worker {
    /// A Readable over what can be had without waiting for others; called off the async threads.
    Source(Box<dyn Source>),
    /// A Readable that waits for others: the network, a clock, a database.
    LiveSource(Box<dyn LiveSource>),
    /// A Transform; called off the async threads.
    Transform(Box<dyn Transform>),
    /// A Writable over what takes data without waiting for others; called off the async threads.
    Sink(Box<dyn Sink>),
    /// A Writable that waits for others.
    LiveSink(Box<dyn LiveSink>),
    /// A Duplex: two sides that know nothing of each other.
    Duplex(Box<dyn LiveSource>, Box<dyn LiveSink>),
}

/// `_read` of a Readable.
pub(crate) trait Source: Send {
    /// The next chunk of at most `n` bytes, or `None` at the end.
    fn read(&mut self, n: usize) -> Result<Option<Bytes>, StageError>;

    /// What it holds and what it has let go.
    fn inside(&self) -> Inside {
        Inside::default()
    }
}

/// `_read` of a Readable that waits for others.
pub(crate) trait LiveSource: Send {
    /// The next chunk, of about `n` bytes, or `None` at the end. Dropping the future loses
    /// nothing that a later call could not give.
    fn read(&mut self, n: usize) -> BoxFuture<'_, Result<Option<Bytes>, StageError>>;

    /// What it holds and what it has let go.
    fn inside(&self) -> Inside {
        Inside::default()
    }
}

/// `_transform` and `_flush` of a Transform.
pub(crate) trait Transform: Send {
    /// Takes a chunk and gives what comes of it, in order: all of it, or the first part when
    /// [`has_more`](Self::has_more) says so.
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError>;

    /// Whether what was taken gives more than came out so far. Then [`more`](Self::more) is called
    /// each time the read side has room, and nothing else before the answer is no.
    fn has_more(&self) -> bool {
        false
    }

    /// The same with a chunk that need not be kept as it is: whoever can changes it in its place.
    /// A chunk that is done with goes to `spent`, where its memory may be used again.
    fn take(&mut self, chunk: Bytes, spent: &dyn Fn(Bytes)) -> Result<Vec<Bytes>, StageError> {
        let given = self.transform(&chunk);
        spent(chunk);
        given
    }

    /// Gives the next part of what was taken.
    fn more(&mut self) -> Result<Vec<Bytes>, StageError> {
        Ok(Vec::new())
    }

    /// Gives what is left.
    fn flush(&mut self) -> Result<Vec<Bytes>, StageError>;

    /// What it holds: taken in, and not yet shown in what came out.
    fn inside(&self) -> Inside {
        Inside::default()
    }

    /// What it has found out, after `flush`, such as a digest.
    fn finding(&self) -> Option<String> {
        None
    }
}

/// `_write` and `_final` of a Writable.
pub(crate) trait Sink: Send {
    /// Takes a chunk.
    fn write(&mut self, chunk: &Bytes) -> Result<(), StageError>;

    /// Everything was written: make it last.
    fn finish(&mut self) -> Result<(), StageError>;

    /// What it holds and what it has let go.
    fn inside(&self) -> Inside {
        Inside::default()
    }
}

/// `_write` and `_final` of a Writable that waits for others.
pub(crate) trait LiveSink: Send {
    /// Takes a chunk.
    fn write(&mut self, chunk: Bytes) -> BoxFuture<'_, Result<(), StageError>>;

    /// Everything was written: make it last.
    fn finish(&mut self) -> BoxFuture<'_, Result<(), StageError>>;

    /// What it holds and what it has let go.
    fn inside(&self) -> Inside {
        Inside::default()
    }

    /// What it has found out, after `finish`.
    fn finding(&self) -> Option<String> {
        None
    }
}

/// What an implementation has besides the stage's two tanks, reported after every operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Inside {
    /// Bytes held outside the tanks.
    pub(crate) in_work: u64,
    /// Chunks let go so far because nobody took them in time.
    pub(crate) missed_chunks: u64,
    /// Their bytes.
    pub(crate) missed_bytes: u64,
}

impl Inside {
    /// Holds so many bytes and has let nothing go.
    pub(crate) const fn holding(bytes: u64) -> Self {
        Self {
            in_work: bytes,
            missed_chunks: 0,
            missed_bytes: 0,
        }
    }
}
