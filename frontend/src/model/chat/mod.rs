//! A chat room as one page sees it: a fold of what the server says and what the learner does.

mod act;
mod address;
mod closing;
mod complete;
mod flow;
mod fold;
mod line;
mod older;
mod rows;
mod text;
mod typing;
mod unread;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use spillway_protocol::MAX_CHAT_TEXT_BYTES;
use spillway_protocol::chat::FromClient;

pub use closing::DROPPED;
use older::Past;
use typing::Typing;
use unread::Unread;

pub use address::{connection_address, encode};
pub use complete::{Completion, Offer, completion};
pub use flow::{Flow, Incoming, MAX_HELD_BYTES};
pub use line::{Delivery, Line, LineKind, MessageRef, Spoken};
pub use older::Older;
pub use rows::{Look, Marks, Row, Sure};
pub use text::{Part, is_long, parts};

/// Lines that are kept of what comes by itself; the server sends no more when one enters.
pub const MAX_LINES: usize = 1_000;

/// Own messages that may wait for their acknowledgement: fewer than the server's burst, so that
/// all of them can be sent again at once after a lost connection.
pub const MAX_WAITING: usize = 50;

/// How long a message may be edited, ms; the server says so, too.
pub const EDIT_WINDOW_MS: u64 = 15 * 60 * 1_000;

/// People whose names are known at most, to find them where they are mentioned.
const MAX_KNOWN: usize = 500;

/// A chat room as this page knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chat {
    room: String,
    name: String,
    token: Option<String>,
    phase: Phase,
    members: Vec<String>,
    /// All who were here or said something.
    known: Vec<String>,
    /// Who was muted, or is no longer.
    muted: Vec<(String, bool)>,
    creator: bool,
    pinned: Option<u64>,
    /// Sender and text of the pinned message when no line has it.
    pinned_text: Option<(String, String)>,
    lines: VecDeque<Line>,
    /// `seq` of the newest message that was taken in; a reconnect asks for those after it.
    last_seq: u64,
    /// The room's last `seq` when this page came, and the line that says that it came: what was
    /// before stands above.
    entered: (u64, u64),
    past: Past,
    unread: Unread,
    typing: Typing,
    notice: Option<String>,
    /// Begins every id of this page, so that a page opened later under the same name cannot take
    /// an old message for its own.
    id_prefix: String,
    /// How many ids were given out.
    ids: u64,
    next_key: u64,
    /// Rises with each change of a line.
    rev: u64,
    /// The page's clock, ms since it was opened.
    now: u64,
}

/// Where this page stands with the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The learner has to choose a name.
    Asking {
        /// Why the last one was refused.
        problem: Option<String>,
        /// Somebody else has that name: another one would do.
        taken: bool,
    },
    /// A connection is being opened.
    Connecting,
    /// In the room.
    Joined,
    /// The connection is gone and will be opened again.
    Lost {
        /// How it ended, in words.
        why: String,
        /// Seconds to the next attempt.
        retry_in: u32,
    },
}

impl Phase {
    fn asking(problem: Option<String>) -> Self {
        Self::Asking {
            problem,
            taken: false,
        }
    }

    /// Why a name was refused, while another is asked for.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        match self {
            Self::Asking { problem, .. } => problem.as_deref(),
            Self::Connecting | Self::Joined | Self::Lost { .. } => None,
        }
    }
}

/// What is to be done after a message of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Send this.
    Send(FromClient),
    /// Open the connection again: what it brings starts from the wrong place.
    Reconnect,
}

/// Why a text was not said; it stays where it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsaid {
    /// Nothing but white space.
    Empty,
    /// Too long for the room.
    TooLong {
        /// Its length in bytes of UTF-8.
        bytes: usize,
    },
    /// Too many own messages are on their way.
    TooMany,
    /// There is no connection, and an edit does not wait for one.
    Away,
    /// The message is older than may be edited.
    TooLate,
}

impl Chat {
    /// A room that has not been entered. `id_prefix` is a few random letters.
    #[must_use]
    pub fn new(room: &str, id_prefix: &str) -> Self {
        Self {
            room: room.to_owned(),
            name: String::new(),
            token: None,
            phase: Phase::asking(None),
            members: Vec::new(),
            known: Vec::new(),
            muted: Vec::new(),
            creator: false,
            pinned: None,
            pinned_text: None,
            lines: VecDeque::new(),
            last_seq: 0,
            entered: (0, 0),
            past: Past::default(),
            unread: Unread::default(),
            typing: Typing::default(),
            notice: None,
            id_prefix: id_prefix.to_owned(),
            ids: 0,
            next_key: 0,
            rev: 0,
            now: 0,
        }
    }

    /// The room's name.
    #[must_use]
    pub fn room(&self) -> &str {
        &self.room
    }

    /// The name this page goes by; empty before one was chosen.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where this page stands.
    #[must_use]
    pub const fn phase(&self) -> &Phase {
        &self.phase
    }

    /// Those present, sorted.
    #[must_use]
    pub fn members(&self) -> &[String] {
        &self.members
    }

    /// All who were here or said something, as far as this page knows.
    #[must_use]
    pub fn known(&self) -> &[String] {
        &self.known
    }

    /// Whether this page's learner was first here, and may pin, mute and remove.
    #[must_use]
    pub const fn is_creator(&self) -> bool {
        self.creator
    }

    /// Whether somebody is muted, as far as this page has heard.
    #[must_use]
    pub fn is_muted(&self, name: &str) -> bool {
        self.muted.iter().any(|(muted, on)| *on && muted == name)
    }

    /// The pinned message: its number, and sender and text where they are known.
    #[must_use]
    pub fn pinned(&self) -> Option<(u64, Option<(&str, &str)>)> {
        let seq = self.pinned?;
        let line = self.lines.iter().rev().find(|line| line.is_number(seq));
        let told = line.and_then(Line::spoken).map_or_else(
            || {
                self.pinned_text
                    .as_ref()
                    .map(|(from, text)| (from.as_str(), text.as_str()))
            },
            |spoken| Some((spoken.from.as_str(), spoken.text.as_str())),
        );
        Some((seq, told))
    }

    /// The lines, oldest first.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &Line> {
        self.lines.iter()
    }

    /// One line.
    #[must_use]
    pub fn line(&self, key: u64) -> Option<&Line> {
        self.lines.iter().rev().find(|line| line.key == key)
    }

    /// What the room has to say to the learner, besides the lines.
    #[must_use]
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// The page's clock, in ms since it was opened; it never goes back.
    pub fn at(&mut self, now: u64) {
        self.now = self.now.max(now);
        self.typing.fade(self.now);
    }

    /// The learner chose a name.
    pub fn join(&mut self, name: &str) {
        let name = name.trim();
        if name.is_empty() {
            self.phase = Phase::asking(Some("please type a name".to_owned()));
            return;
        }
        if name != self.name {
            // The token belongs to the other name.
            self.token = None;
        }
        name.clone_into(&mut self.name);
        self.phase = Phase::Connecting;
    }

    /// A connection is being opened, the first one or the next.
    pub fn try_again(&mut self) {
        self.phase = Phase::Connecting;
    }

    /// How long it still is to the next attempt.
    pub const fn wait(&mut self, seconds: u32) {
        if let Phase::Lost { retry_in, .. } = &mut self.phase {
            *retry_in = seconds;
        }
    }

    /// Path and query that open this room's connection; `watch` lets the page see its bytes.
    #[must_use]
    pub fn address(&self, watch: Option<&str>) -> String {
        let token = self.token.as_deref();
        connection_address(&self.room, &self.name, self.last_seq, token, watch)
    }

    /// Own messages that are not acknowledged.
    pub fn waiting(&self) -> impl Iterator<Item = &Spoken> {
        let waiting = |line: &&Line| line.is_waiting();
        self.lines.iter().filter(waiting).filter_map(Line::spoken)
    }

    /// The key of the newest message that this page said; 0 for none.
    #[must_use]
    pub fn newest_own(&self) -> u64 {
        let mut own = self.lines.iter().rev();
        let is_own = |line: &&Line| line.spoken().is_some_and(|spoken| spoken.own);
        own.find(is_own).map_or(0, |line| line.key)
    }

    /// Whether this page is in the room.
    #[must_use]
    pub fn is_joined(&self) -> bool {
        self.phase == Phase::Joined
    }

    fn knows(&mut self, name: &str) {
        if self.known.len() < MAX_KNOWN && !self.known.iter().any(|known| known == name) {
            self.known.push(name.to_owned());
        }
    }

    fn push(&mut self, kind: LineKind) -> u64 {
        let line = self.new_line(kind);
        let key = line.key;
        self.lines.push_back(line);
        self.trim();
        key
    }

    fn new_line(&mut self, kind: LineKind) -> Line {
        self.next_key += 1;
        let (key, rev) = (self.next_key, self.new_rev());
        Line { key, rev, kind }
    }

    const fn new_rev(&mut self) -> u64 {
        self.rev += 1;
        self.rev
    }

    fn new_id(&mut self) -> String {
        self.ids += 1;
        [&self.id_prefix, "-", &self.ids.to_string()].concat()
    }

    fn trim(&mut self) {
        while self.lines.len() > self.past.most() {
            let gone = self.lines.pop_front();
            if let Some(seq) = gone.as_ref().and_then(Line::spoken).and_then(Spoken::seq) {
                self.past.begins_at(seq + 1);
            }
        }
    }
}

fn can_be_said(text: &str) -> Result<(), Unsaid> {
    if text.trim().is_empty() {
        return Err(Unsaid::Empty);
    }
    if text.len() > MAX_CHAT_TEXT_BYTES {
        return Err(Unsaid::TooLong { bytes: text.len() });
    }
    Ok(())
}
