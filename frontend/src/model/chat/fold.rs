//! What the server says, taken in.

use spillway_protocol::chat::{FromClient, FromServer, Said};

use super::closing::{REMOVED, REPLACED, closing_words};
use super::{Action, Chat, Delivery, Line, LineKind, Phase, Spoken};

impl Chat {
    /// A message of the server.
    pub fn handle(&mut self, message: FromServer) -> Vec<Action> {
        match message {
            FromServer::Welcome {
                room: _,
                you,
                token,
                seq,
                members,
                creator,
                pinned,
            } => {
                self.creator = creator;
                self.pinned = pinned;
                return self.welcomed(you, token, seq, members);
            }
            FromServer::Joined { name } => {
                if let Err(at) = self.members.binary_search(&name) {
                    self.knows(&name);
                    self.members.insert(at, name.clone());
                    self.push(LineKind::Joined { name });
                }
            }
            FromServer::Left { name } => {
                if let Ok(at) = self.members.binary_search(&name) {
                    self.typing.over(&name);
                    self.members.remove(at);
                    self.push(LineKind::Left { name });
                }
            }
            FromServer::Said(said) => self.said(said),
            FromServer::Edited { seq, of, text, .. } => self.reword(seq, of, &text),
            FromServer::Deleted { seq, of, .. } => self.reword(seq, of, ""),
            FromServer::Gap { to, .. } => return self.missed(to),
            FromServer::Error { code, message, id } => self.refused(&code, message, id.as_deref()),
            FromServer::Typing { name } => self.typing.heard(name, self.now),
            FromServer::Pinned { seq, of, on, .. } => {
                if self.happened(seq, message) {
                    self.pinned = on.then_some(of);
                    return self.ask_for_pinned();
                }
            }
            FromServer::Muted { seq, .. } | FromServer::Removed { seq, .. } => {
                self.happened(seq, message);
            }
            FromServer::History {
                before,
                messages,
                more,
            } => self.paged(before, messages, more),
        }
        Vec::new()
    }

    /// The connection is over. Says whether it is to be opened again.
    pub fn handle_closed(&mut self, code: u16, reason: &str) -> bool {
        self.past.forget();
        self.typing.clear();
        if matches!(self.phase, Phase::Asking { .. }) {
            return false;
        }
        let why = closing_words(code, reason);
        if code == REPLACED || code == REMOVED {
            // Coming back by itself, each of two connections would replace the other for ever.
            if code == REMOVED {
                self.token = None;
                self.creator = false;
            }
            self.phase = Phase::asking(Some(why));
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
        members.iter().for_each(|name| self.knows(name));
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
        if first {
            self.unread.entered(seq);
            self.entered = (seq, self.push(LineKind::Joined { name: you }));
        } else {
            self.push(LineKind::Back);
        }
        let waiting = self.waiting();
        waiting
            .map(|spoken| Action::Send(spoken.as_say()))
            .collect()
    }

    fn said(&mut self, said: Said) {
        let own = said.from == self.name && said.id.starts_with(&[&self.id_prefix, "-"].concat());
        let waiting = own
            .then(|| self.lines.iter().position(|line| line.waits_for(&said.id)))
            .flatten();
        if said.seq <= self.last_seq && waiting.is_none() {
            return;
        }
        self.last_seq = self.last_seq.max(said.seq);
        self.typing.over(&said.from);
        let seq = said.seq;
        let Some(kind) = self.kind_of(FromServer::Said(said)) else {
            return;
        };
        let before = waiting.and_then(|at| self.lines.remove(at));
        let mut line = self.new_line(kind);
        if let Some(before) = before {
            line.key = before.key;
        } else if seq <= self.entered.0 {
            self.unread.was_there(line.key, seq);
        } else if !own {
            self.unread.came(line.key);
        }
        self.put(seq, line);
    }

    /// What somebody did besides speaking; whether that is news.
    fn happened(&mut self, seq: u64, message: FromServer) -> bool {
        if seq <= self.last_seq {
            return false;
        }
        self.last_seq = seq;
        if let Some(kind) = self.kind_of(message) {
            if let LineKind::Muted { name, on, .. } = &kind {
                self.muted.retain(|(muted, _)| muted != name);
                self.muted.push((name.clone(), *on));
            }
            let line = self.new_line(kind);
            self.put(seq, line);
        }
        true
    }

    /// Somebody was muted or not before what this page has heard.
    pub(super) fn had_voice(&mut self, name: &str, on: bool) {
        if !self.muted.iter().any(|(muted, _)| muted == name) {
            self.muted.push((name.to_owned(), on));
        }
    }

    /// Puts a line where the room has it: before own messages that the room does not have yet, and
    /// before this page came when it was there already.
    fn put(&mut self, seq: u64, line: Line) {
        let (entered, key) = self.entered;
        let came = (seq <= entered)
            .then(|| self.lines.iter().rposition(|line| line.key == key))
            .flatten();
        let settled = || self.lines.iter().rposition(|line| !line.is_waiting());
        let at = came.unwrap_or_else(|| settled().map_or(0, |at| at + 1));
        self.lines.insert(at, line);
        self.trim();
    }

    /// The line that something kept has, if it has one.
    pub(super) fn kind_of(&mut self, message: FromServer) -> Option<LineKind> {
        Some(match message {
            FromServer::Said(said) => {
                self.knows(&said.from);
                let own =
                    said.from == self.name && said.id.starts_with(&[&self.id_prefix, "-"].concat());
                LineKind::Message(Spoken {
                    id: said.id,
                    from: said.from,
                    edited: said.text.is_empty(),
                    text: said.text,
                    own,
                    heard: self.now,
                    delivery: Delivery::Delivered {
                        seq: said.seq,
                        at: said.at,
                    },
                })
            }
            FromServer::Pinned { from, of, on, .. } => LineKind::Pinned { from, of, on },
            FromServer::Muted { from, name, on, .. } => LineKind::Muted { from, name, on },
            FromServer::Removed { from, name, .. } => LineKind::Removed { from, name },
            _ => return None,
        })
    }

    /// A message has another text; an empty one when it was taken back.
    fn reword(&mut self, seq: u64, of: u64, new: &str) {
        self.last_seq = self.last_seq.max(seq);
        let rev = self.new_rev();
        if let (true, Some((_, text))) = (self.pinned == Some(of), &mut self.pinned_text) {
            new.clone_into(text);
        }
        let mut lines = self.lines.iter_mut().rev();
        let Some(line) = lines.find(|line| line.is_number(of)) else {
            self.past.was_edited(of);
            return;
        };
        line.rev = rev;
        if let LineKind::Message(spoken) = &mut line.kind {
            spoken.edited = true;
            new.clone_into(&mut spoken.text);
        }
    }

    /// More was said than the room sends by itself: what is here stands too far above to be read
    /// on from, and comes again page by page.
    fn missed(&mut self, to: u64) -> Vec<Action> {
        if to <= self.last_seq {
            return Vec::new();
        }
        self.last_seq = to;
        self.lines
            .retain(|line| line.spoken().is_none_or(|spoken| spoken.seq().is_none()));
        self.past.begins_at(to + 1);
        self.ask_for_pinned()
    }

    fn ask_for_pinned(&self) -> Vec<Action> {
        match self.pinned() {
            Some((seq, None)) => vec![Action::Send(FromClient::History {
                before: Some(seq + 1),
                limit: 1,
            })],
            _ => Vec::new(),
        }
    }

    fn refused(&mut self, code: &str, message: String, id: Option<&str>) {
        if self.phase == Phase::Connecting {
            if code == "name_taken" || code == "removed" {
                self.token = None;
            }
            self.phase = Phase::Asking {
                problem: Some(message),
                taken: code == "name_taken",
            };
            return;
        }
        let rev = self.new_rev();
        let Some(id) = id else {
            self.past.forget();
            self.notice = Some(message);
            return;
        };
        let Some(line) = self.lines.iter_mut().find(|line| line.waits_for(id)) else {
            self.notice = Some(["nothing was changed: ", &message].concat());
            return;
        };
        line.rev = rev;
        if let LineKind::Message(spoken) = &mut line.kind {
            spoken.delivery = Delivery::Refused {
                why: message.clone(),
            };
        }
        self.notice = Some(message);
    }
}
