//! A chat room as one page sees it: a fold of what the server says and what the learner does.

mod address;
mod change;
mod closing;
mod line;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use spillway_protocol::MAX_CHAT_TEXT_BYTES;
use spillway_protocol::chat::{FromClient, FromServer, Said};

use closing::{REMOVED, REPLACED, closing_words};

pub use address::{connection_address, encode};
pub use line::{Delivery, Line, LineKind, MessageRef, Spoken};

/// Lines that are kept; the server keeps as many messages of a room.
pub const MAX_LINES: usize = 1_000;

/// Own messages that may wait for their acknowledgement: fewer than the server's burst, so that
/// all of them can be sent again at once after a lost connection.
pub const MAX_WAITING: usize = 50;

/// A chat room as this page knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chat {
    room: String,
    name: String,
    token: Option<String>,
    phase: Phase,
    members: Vec<String>,
    lines: VecDeque<Line>,
    /// `seq` of the newest message that was taken in; a reconnect asks for those after it.
    last_seq: u64,
    let_go: u64,
    notice: Option<String>,
    /// Begins every id of this page, so that a page opened later under the same name cannot take
    /// an old message for its own.
    id_prefix: String,
    /// How many ids were given out.
    ids: u64,
    next_key: u64,
}

/// Where this page stands with the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The learner has to choose a name.
    Asking {
        /// Why the last one was refused.
        problem: Option<String>,
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
}

impl Chat {
    /// A room that has not been entered. `id_prefix` is a few random letters.
    #[must_use]
    pub fn new(room: &str, id_prefix: &str) -> Self {
        Self {
            room: room.to_owned(),
            name: String::new(),
            token: None,
            phase: Phase::Asking { problem: None },
            members: Vec::new(),
            lines: VecDeque::new(),
            last_seq: 0,
            let_go: 0,
            notice: None,
            id_prefix: id_prefix.to_owned(),
            ids: 0,
            next_key: 0,
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

    /// The lines, oldest first.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &Line> {
        self.lines.iter()
    }

    /// One line.
    #[must_use]
    pub fn line(&self, key: u64) -> Option<&Line> {
        self.lines.iter().rev().find(|line| line.key == key)
    }

    /// How many old lines were let go.
    #[must_use]
    pub const fn let_go(&self) -> u64 {
        self.let_go
    }

    /// What the room has to say to the learner, besides the lines.
    #[must_use]
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// The learner chose a name.
    pub fn join(&mut self, name: &str) {
        let name = name.trim();
        if name.is_empty() {
            let problem = Some("please type a name".to_owned());
            self.phase = Phase::Asking { problem };
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

    /// The learner said something. Gives what to send now; nothing while there is no connection,
    /// then it is sent when there is one.
    ///
    /// # Errors
    /// When the text cannot be said; nothing has changed then.
    pub fn say(&mut self, text: &str) -> Result<Option<FromClient>, Unsaid> {
        can_be_said(text)?;
        if self.waiting().count() >= MAX_WAITING {
            return Err(Unsaid::TooMany);
        }
        self.notice = None;
        let id = self.new_id();
        let spoken = Spoken {
            id,
            from: self.name.clone(),
            text: text.to_owned(),
            own: true,
            edited: false,
            delivery: Delivery::Sending,
        };
        let message = spoken.as_say();
        self.push(LineKind::Message(spoken));
        Ok((self.phase == Phase::Joined).then_some(message))
    }

    /// Says a refused message once more.
    pub fn say_again(&mut self, key: u64) -> Option<FromClient> {
        self.notice = None;
        let joined = self.phase == Phase::Joined;
        let line = self.lines.iter_mut().find(|line| line.key == key)?;
        let LineKind::Message(spoken) = &mut line.kind else {
            return None;
        };
        if !matches!(spoken.delivery, Delivery::Refused { .. }) {
            return None;
        }
        spoken.delivery = Delivery::Sending;
        joined.then(|| spoken.as_say())
    }

    /// A message of the server.
    pub fn handle(&mut self, message: FromServer) -> Vec<Action> {
        match message {
            FromServer::Welcome {
                room: _,
                you,
                token,
                seq,
                members,
                ..
            } => return self.welcomed(you, token, seq, members),
            FromServer::Joined { name } => {
                if let Err(at) = self.members.binary_search(&name) {
                    self.members.insert(at, name.clone());
                    self.push(LineKind::Joined { name });
                }
            }
            FromServer::Left { name } => {
                if let Ok(at) = self.members.binary_search(&name) {
                    self.members.remove(at);
                    self.push(LineKind::Left { name });
                }
            }
            FromServer::Said(said) => self.said(said),
            FromServer::Edited { seq, of, text, .. } => self.reword(seq, of, text),
            FromServer::Deleted { seq, of, .. } => self.reword(seq, of, String::new()),
            FromServer::Gap { from, to } => {
                if to > self.last_seq {
                    self.last_seq = to;
                    self.push(LineKind::Gap { from, to });
                }
            }
            FromServer::Error { code, message, id } => self.refused(&code, message, id.as_deref()),
            FromServer::Typing { .. }
            | FromServer::Pinned { .. }
            | FromServer::Muted { .. }
            | FromServer::Removed { .. }
            | FromServer::History { .. } => {}
        }
        Vec::new()
    }

    /// The connection is over. Says whether it is to be opened again.
    pub fn handle_closed(&mut self, code: u16, reason: &str) -> bool {
        if matches!(self.phase, Phase::Asking { .. }) {
            return false;
        }
        let why = closing_words(code, reason);
        if code == REPLACED || code == REMOVED {
            // Coming back by itself, each of two connections would replace the other for ever.
            if code == REMOVED {
                self.token = None;
            }
            let problem = Some(why);
            self.phase = Phase::Asking { problem };
            return false;
        }
        self.phase = Phase::Lost { why, retry_in: 0 };
        true
    }

    fn welcomed(
        &mut self,
        you: String,
        token: String,
        seq: u64,
        mut members: Vec<String>,
    ) -> Vec<Action> {
        members.sort();
        self.members = members;
        self.token = Some(token);
        let first = self.lines.is_empty() && self.last_seq == 0;
        self.name.clone_from(&you);
        self.phase = Phase::Joined;
        if seq < self.last_seq {
            self.push(LineKind::Anew);
            self.last_seq = 0;
            if seq > 0 {
                // The server passed over what was said in the new room before this page came.
                return vec![Action::Reconnect];
            }
        }
        self.push(if first {
            LineKind::Joined { name: you }
        } else {
            LineKind::Back
        });
        let waiting = self.waiting();
        waiting
            .map(|spoken| Action::Send(spoken.as_say()))
            .collect()
    }

    fn said(&mut self, said: Said) {
        let own = said.from == self.name && said.id.starts_with(&format!("{}-", self.id_prefix));
        let waiting = own
            .then(|| self.lines.iter().position(|line| line.waits_for(&said.id)))
            .flatten();
        if said.seq <= self.last_seq && waiting.is_none() {
            return;
        }
        self.last_seq = self.last_seq.max(said.seq);
        let delivery = Delivery::Delivered {
            seq: said.seq,
            at: said.at,
        };
        let kind = LineKind::Message(Spoken {
            id: said.id,
            from: said.from,
            edited: said.text.is_empty(),
            text: said.text,
            own,
            delivery,
        });
        let key = match waiting.and_then(|at| self.lines.remove(at)) {
            Some(line) => line.key,
            None => self.new_key(),
        };
        // In the order of the room: before own messages that the room does not have yet.
        let settled = self.lines.iter().rposition(|line| !line.is_waiting());
        self.lines
            .insert(settled.map_or(0, |at| at + 1), Line { key, kind });
        self.trim();
    }

    fn refused(&mut self, code: &str, message: String, id: Option<&str>) {
        if self.phase == Phase::Connecting {
            if code == "name_taken" || code == "removed" {
                self.token = None;
            }
            let problem = Some(message);
            self.phase = Phase::Asking { problem };
            return;
        }
        let line = id.and_then(|id| self.lines.iter_mut().find(|line| line.waits_for(id)));
        if let Some(Line {
            kind: LineKind::Message(spoken),
            ..
        }) = line
        {
            spoken.delivery = Delivery::Refused {
                why: message.clone(),
            };
        }
        self.notice = Some(message);
    }

    /// Own messages that are not acknowledged.
    fn waiting(&self) -> impl Iterator<Item = &Spoken> {
        self.lines.iter().filter_map(|line| match &line.kind {
            LineKind::Message(spoken) if line.is_waiting() => Some(spoken),
            _ => None,
        })
    }

    fn push(&mut self, kind: LineKind) {
        let key = self.new_key();
        self.lines.push_back(Line { key, kind });
        self.trim();
    }

    fn new_id(&mut self) -> String {
        self.ids += 1;
        format!("{}-{}", self.id_prefix, self.ids)
    }

    const fn new_key(&mut self) -> u64 {
        self.next_key += 1;
        self.next_key
    }

    fn trim(&mut self) {
        while self.lines.len() > MAX_LINES {
            self.lines.pop_front();
            self.let_go += 1;
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
