//! The life of a stage, which its two sides share.

/// How far a stage's life has come, and what went wrong in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Life {
    pub(super) phase: Phase,
    /// `errored`: the first error, from the moment it is known.
    error: Option<String>,
    /// What `error` was emitted with.
    pub(super) emitted_error: Option<String>,
}

/// How far a stage's life has come.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Phase {
    /// It was not destroyed.
    #[default]
    Alive,
    /// `destroy()` was called, and `_destroy` is at work.
    Destroyed {
        /// The error it was called with.
        with: Option<String>,
    },
    /// `_destroy` has answered: `error` and `close` are in the tick queue.
    Released,
    /// `close` was emitted, or would have been if the stage emitted it.
    Closed,
}

impl Life {
    /// Notes an error; the first one stays.
    pub(super) fn fail(&mut self, error: &str) {
        if self.error.is_none() {
            self.error = Some(error.to_owned());
        }
    }

    pub(super) fn is_alive(&self) -> bool {
        self.phase == Phase::Alive
    }

    pub(super) fn is_closed(&self) -> bool {
        self.phase == Phase::Closed
    }

    pub(super) fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    pub(super) const fn has_failed(&self) -> bool {
        self.error.is_some()
    }

    /// Neither destroyed nor failed: only then is it asked for anything.
    pub(super) fn works(&self) -> bool {
        self.is_alive() && !self.has_failed()
    }

    /// Whether `error` or `close` was emitted: no `data` comes after that.
    pub(super) fn is_over(&self) -> bool {
        self.emitted_error.is_some() || self.is_closed()
    }
}
