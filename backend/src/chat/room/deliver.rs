//! From the room to its members.

use std::sync::atomic::Ordering::Relaxed;

use axum::extract::ws::Utf8Bytes;
use spillway_protocol::chat::FromServer;
use tokio::sync::mpsc::error::TrySendError;

use super::{Delivery, Ending, Kind, MAX_BEHIND, Member, MemberId, Outgoing, Room};

impl Room {
    pub(super) fn tell_all(&mut self, message: &FromServer) {
        self.broadcast(&encode(message), |_| Some(Kind::Notice));
    }

    pub(super) fn broadcast(&mut self, text: &Utf8Bytes, kind: impl Fn(MemberId) -> Option<Kind>) {
        let gone = self.deliver(text, kind);
        self.remove(gone);
    }

    /// Tells everybody what was kept, each member all of it at once.
    pub(super) fn deliver_kept(&mut self) {
        let kept = std::mem::take(&mut self.kept);
        if kept.is_empty() {
            return;
        }
        let send_all = |(&id, member): (&MemberId, &Member)| {
            let theirs = kept.iter().filter(|it| it.except != Some(id));
            let mut sent = theirs.map(|it| {
                let (text, kind) = (it.text.clone(), it.kind(id));
                self.send(member, id, Outgoing { text, kind })
            });
            sent.find_map(|gone| gone)
        };
        let gone = self.members.iter().filter_map(send_all).collect();
        self.remove(gone);
    }

    /// Takes members out and tells the others, among whom more may turn out to be gone.
    pub(super) fn remove(&mut self, mut gone: Vec<Gone>) {
        while let Some((id, ending)) = gone.pop() {
            let Some(member) = self.members.remove(&id) else {
                continue;
            };
            if let Some(ending) = ending {
                member.ending.send(ending).ok();
            }
            if let Some(seat) = self.seats.get_mut(&member.key) {
                seat.holder = None;
            }
            self.keep_absent(member.key);
            let left = encode(&FromServer::Left { name: member.name });
            gone.extend(self.deliver(&left, |_| Some(Kind::Notice)));
        }
    }

    /// Sends to one member, if it is here, after all that came before.
    pub(super) fn tell(&mut self, to: Option<MemberId>, text: Utf8Bytes) {
        self.deliver_kept();
        let Some((id, member)) = to.and_then(|id| self.members.get_key_value(&id)) else {
            return;
        };
        let kind = Kind::Notice;
        let gone = self.send(member, *id, Outgoing { text, kind });
        self.remove(gone.into_iter().collect());
    }

    /// Sends to all members to whom it is of some kind; those who cannot be sent to.
    fn deliver(&self, text: &Utf8Bytes, kind: impl Fn(MemberId) -> Option<Kind>) -> Vec<Gone> {
        let send = |(id, member): (&MemberId, &Member)| {
            let (text, kind) = (text.clone(), kind(*id)?);
            self.send(member, *id, Outgoing { text, kind })
        };
        self.members.iter().filter_map(send).collect()
    }

    /// Never waits: a member without room for a message is too slow.
    fn send(&self, member: &Member, id: MemberId, message: Outgoing) -> Option<Gone> {
        match member.outgoing.try_send(message) {
            Ok(()) => None,
            Err(TrySendError::Full(_)) => {
                self.metrics.errors_slow_reader.fetch_add(1, Relaxed);
                let (room, name) = (&*self.name, &member.name);
                tracing::warn!(
                    room,
                    name,
                    behind = MAX_BEHIND,
                    "closing a reader: too slow"
                );
                Some((id, Some(Ending::TooSlow)))
            }
            Err(TrySendError::Closed(_)) => Some((id, None)),
        }
    }
}

impl Delivery {
    fn kind(&self, member: MemberId) -> Kind {
        match self.is_said {
            true if self.own == Some(member) => Kind::Own,
            true => Kind::Theirs,
            false => Kind::Notice,
        }
    }
}

/// A member to take out, and what to tell its connection, if it is still there.
type Gone = (MemberId, Option<Ending>);

/// A message as it is sent.
pub(in crate::chat) fn encode(message: &FromServer) -> Utf8Bytes {
    // These types hold nothing but strings and numbers, which always have a JSON form.
    serde_json::to_string(message).unwrap_or_default().into()
}

/// Says why something was not done.
pub(in crate::chat) fn notice(code: &str, message: String, id: Option<String>) -> FromServer {
    FromServer::Error {
        code: code.to_owned(),
        message,
        id,
    }
}
