//! What came while the learner was not looking.

use super::Chat;

/// What came while the learner was not looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unread {
    /// The newest message is in view.
    here: bool,
    /// Messages that came while it was not.
    count: u64,
    /// The line before which the new begins.
    mark: Option<u64>,
    /// The last `seq` that was seen on an earlier visit; 0 for none.
    before: u64,
}

impl Default for Unread {
    fn default() -> Self {
        Self {
            here: true,
            count: 0,
            mark: None,
            before: 0,
        }
    }
}

impl Unread {
    /// Somebody else's message came, now.
    pub(super) fn came(&mut self, key: u64) {
        if self.here {
            return;
        }
        if self.count == 0 {
            self.mark = Some(key);
        }
        self.count += 1;
    }

    /// A message that had been said before this page came.
    pub(super) fn was_there(&mut self, key: u64, seq: u64) {
        if self.mark.is_none() && self.before > 0 && seq > self.before {
            self.mark = Some(key);
        }
    }

    /// The learner takes part, and has seen all.
    pub(super) fn clear(&mut self) {
        self.count = 0;
        self.mark = None;
    }

    /// The room's last number when the page came: an earlier visit to another room of this name
    /// tells nothing.
    pub(super) fn entered(&mut self, seq: u64) {
        if seq < self.before {
            self.before = 0;
        }
    }
}

impl Chat {
    /// Whether the newest message is in view, in a tab that is seen.
    pub fn look(&mut self, here: bool) {
        self.unread.here = here;
        if here {
            self.unread.count = 0;
        }
    }

    /// Whether the newest message is in view.
    #[must_use]
    pub const fn is_here(&self) -> bool {
        self.unread.here
    }

    /// The learner was here before, and saw what was said up to this number.
    pub fn was_here(&mut self, seq: u64) {
        self.unread.before = seq;
    }

    /// The number up to which the learner has seen what was said.
    #[must_use]
    pub fn seen(&self) -> u64 {
        match self
            .unread
            .mark
            .and_then(|mark| self.line(mark)?.spoken()?.seq())
        {
            Some(first) if self.unread.count > 0 => first.saturating_sub(1),
            _ => self.last_seq,
        }
    }

    /// Messages that came while the newest was not in view.
    #[must_use]
    pub const fn unread(&self) -> u64 {
        self.unread.count
    }

    /// The line before which the new begins.
    #[must_use]
    pub const fn first_unread(&self) -> Option<u64> {
        self.unread.mark
    }
}
