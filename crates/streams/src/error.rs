//! The errors that Node's streams make themselves, as Node prints them: code first.

use thiserror::Error;

/// A stream was used against its rules. Source: Node, "Errors", section "Node.js error codes".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StreamError {
    /// `write()` after `end()`.
    #[error("ERR_STREAM_WRITE_AFTER_END: write after end")]
    WriteAfterEnd,
    /// `write()` or `end()` after `destroy()`.
    #[error("ERR_STREAM_DESTROYED: Cannot call {0} after a stream was destroyed")]
    Destroyed(&'static str),
    /// `push()` after `push(null)`.
    #[error("ERR_STREAM_PUSH_AFTER_EOF: stream.push() after EOF")]
    PushAfterEof,
    /// `unshift()` after `end` was emitted.
    #[error("ERR_STREAM_UNSHIFT_AFTER_END_EVENT: stream.unshift() after end event")]
    UnshiftAfterEnd,
    /// An implementation called a callback that it had called before.
    #[error("ERR_MULTIPLE_CALLBACK: Callback called multiple times")]
    MultipleCallback,
    /// A stream closed before it had ended or finished.
    #[error("ERR_STREAM_PREMATURE_CLOSE: Premature close")]
    PrematureClose,
    /// What was waiting was told to stop.
    #[error("ABORT_ERR: The operation was aborted")]
    Aborted,
}

impl StreamError {
    /// `error.code`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WriteAfterEnd => "ERR_STREAM_WRITE_AFTER_END",
            Self::Destroyed(_) => "ERR_STREAM_DESTROYED",
            Self::PushAfterEof => "ERR_STREAM_PUSH_AFTER_EOF",
            Self::UnshiftAfterEnd => "ERR_STREAM_UNSHIFT_AFTER_END_EVENT",
            Self::MultipleCallback => "ERR_MULTIPLE_CALLBACK",
            Self::PrematureClose => "ERR_STREAM_PREMATURE_CLOSE",
            Self::Aborted => "ABORT_ERR",
        }
    }
}
