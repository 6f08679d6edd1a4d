//! Who is writing.

/// How long somebody counts as writing after the others were told, ms: twice as long as the
/// server lets pass between two of those.
const FADES_MS: u64 = 4_500;

/// How often the others are told, ms.
const TELL_EVERY_MS: u64 = 2_500;

/// Names kept; a room may be large.
const MOST: usize = 20;

/// Who is writing, and when the others were told that this page's learner is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Typing {
    /// Names, with the time at which they fade.
    others: Vec<(String, u64)>,
    told: Option<u64>,
}

impl Typing {
    /// Somebody is writing.
    pub(super) fn heard(&mut self, name: String, now: u64) {
        self.over(&name);
        if self.others.len() < MOST {
            self.others.push((name, now + FADES_MS));
        }
    }

    /// Somebody has said what they wrote, or is gone.
    pub(super) fn over(&mut self, name: &str) {
        self.others.retain(|(other, _)| other != name);
    }

    /// Forgets who has not been heard of for long.
    pub(super) fn fade(&mut self, now: u64) {
        self.others.retain(|(_, until)| *until > now);
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.others.clear();
    }

    /// Whether the others are to be told now.
    pub(super) fn tell(&mut self, now: u64) -> bool {
        let due = self.told.is_none_or(|told| now >= told + TELL_EVERY_MS);
        if due {
            self.told = Some(now);
        }
        due
    }

    /// What was written is said: the next letter is news.
    pub(super) fn stopped(&mut self) {
        self.told = None;
    }

    /// Those who are writing.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.others.iter().map(|(name, _)| name.as_str())
    }
}
