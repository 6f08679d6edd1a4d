//! What was said before the first line, page by page.

use spillway_protocol::chat::{FromClient, FromServer};

use super::{Chat, Line, LineKind, MAX_LINES, Spoken};

/// Messages asked for at a time.
const PAGE: u64 = 50;

/// Lines kept when the learner reads further and further up.
const MOST_READ: usize = 5_000;

/// What is above the first line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Older {
    /// Something that can be asked for.
    More,
    /// It is on its way.
    Loading,
    /// Nothing: this is the room's first message.
    Beginning,
    /// Something that the room does not keep any more.
    NotKept,
    /// More than a page keeps.
    Enough,
}

/// What this page knows of what was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Past {
    /// The lowest `seq` that was taken in; 1 when there is nothing before.
    oldest: u64,
    /// Whether the room keeps something older.
    more: bool,
    /// What was asked for.
    asked: Option<u64>,
    /// Lines that came by pages.
    paged: usize,
    /// Messages that are not here yet, and had another text once.
    edited: Vec<u64>,
}

impl Default for Past {
    fn default() -> Self {
        Self {
            oldest: 1,
            more: true,
            asked: None,
            paged: 0,
            edited: Vec::new(),
        }
    }
}

impl Past {
    /// Lines that are kept.
    pub(super) fn most(&self) -> usize {
        (MAX_LINES + self.paged).min(MOST_READ)
    }

    /// What is older than this is not here.
    pub(super) fn begins_at(&mut self, seq: u64) {
        self.oldest = seq;
        self.more = true;
    }

    /// A message that is not here had another text once.
    pub(super) fn was_edited(&mut self, of: u64) {
        if self.edited.len() < MOST_READ {
            self.edited.push(of);
        }
    }

    /// Whatever was asked for does not come.
    pub(super) fn forget(&mut self) {
        self.asked = None;
    }
}

impl Chat {
    /// What is above the first line.
    #[must_use]
    pub fn older(&self) -> Older {
        match &self.past {
            Past { asked: Some(_), .. } => Older::Loading,
            Past { oldest: 0..=1, .. } => Older::Beginning,
            Past { more: false, .. } => Older::NotKept,
            _ if self.lines.len() >= MOST_READ => Older::Enough,
            _ => Older::More,
        }
    }

    /// Asks for what was before the first line.
    pub fn read_on(&mut self) -> Option<FromClient> {
        if self.older() != Older::More || !self.is_joined() {
            return None;
        }
        let before = Some(self.past.oldest);
        self.past.asked = before;
        Some(FromClient::History {
            before,
            limit: PAGE,
        })
    }

    /// A page of what was before, or the one message that is pinned.
    pub(super) fn paged(&mut self, before: Option<u64>, messages: Vec<FromServer>, more: bool) {
        if before.is_some() && before == self.past.asked {
            self.past.asked = None;
            self.put_before(messages, more);
            return;
        }
        let pinned = messages.into_iter().find_map(|message| match message {
            FromServer::Said(said) if Some(said.seq) == self.pinned => Some(said),
            _ => None,
        });
        if let Some(said) = pinned {
            self.pinned_text = Some((said.from, said.text));
        }
    }

    fn put_before(&mut self, messages: Vec<FromServer>, more: bool) {
        let mut lines: Vec<Line> = Vec::new();
        let mut oldest = self.past.oldest;
        // The newest first: an edit is met before the message that it is of.
        for message in messages.into_iter().rev() {
            let Some(seq) = seq_of(&message) else {
                continue;
            };
            if seq >= self.past.oldest {
                continue;
            }
            oldest = oldest.min(seq);
            if let FromServer::Edited { of, .. } = message {
                self.past.was_edited(of);
            } else if let Some(kind) = self.kind_of(message) {
                if let LineKind::Muted { name, on, .. } = &kind {
                    self.had_voice(name, *on);
                }
                lines.push(self.new_line(kind));
            }
        }
        self.past.more = more;
        self.past.oldest = oldest;
        let edited = &self.past.edited;
        let mentioned = |line: &Line| {
            let seq = line.spoken().and_then(Spoken::seq);
            seq.filter(|seq| edited.contains(seq))
        };
        let reworded: Vec<u64> = lines.iter().filter_map(mentioned).collect();
        self.past.edited.retain(|seq| !reworded.contains(seq));
        self.past.paged += lines.len();
        for mut line in lines {
            if let LineKind::Message(spoken) = &mut line.kind {
                spoken.edited |= spoken.seq().is_some_and(|seq| reworded.contains(&seq));
            }
            self.lines.push_front(line);
        }
    }
}

/// The number of what the room keeps.
pub(super) fn seq_of(message: &FromServer) -> Option<u64> {
    match message {
        FromServer::Said(said) => Some(said.seq),
        FromServer::Edited { seq, .. }
        | FromServer::Deleted { seq, .. }
        | FromServer::Pinned { seq, .. }
        | FromServer::Muted { seq, .. }
        | FromServer::Removed { seq, .. } => Some(*seq),
        _ => None,
    }
}
