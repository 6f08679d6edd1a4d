//! What members do, on its way to the store and back.

use axum::extract::ws::Utf8Bytes;
use spillway_protocol::chat::FromServer;
use tokio::sync::oneshot::error::RecvError;
use tokio::time::Instant;

use super::deliver::notice;
use super::{Act, Delivery, Ending, Kind, MemberId, Room, Unkept, encode};
use crate::chat::store::{Appended, Entry, Fact, Key, MAX_PAGE, Page, StoreError, What};

impl Room {
    /// Hands what a member does to the store, if it is allowed and was not done before.
    pub(super) async fn handle_act(&mut self, from: MemberId, id: String, act: Act) {
        let Some(member) = self.members.get(&from) else {
            return;
        };
        let (key, name) = (member.key.clone(), member.name.clone());
        let what = match self.what(act) {
            Ok(what) => what,
            Err((code, message)) => return self.refuse(code, message, &key, id),
        };
        let fact = Fact {
            key,
            id,
            from: name,
            what,
            at: self.clock.now_ms(),
        };
        if self.was_done(&fact) {
            return;
        }
        if let Err((code, message)) = self.allowed(&fact).await {
            return self.refuse(code, message, &fact.key, fact.id);
        }
        self.unkept.push_back(Unkept {
            key: fact.key.clone(),
            id: fact.id.clone(),
            digest: fact.digest(),
            deletes: match fact.what {
                What::Deleted { of } => Some(of),
                _ => None,
            },
        });
        let ticket = self.store.append(self.name.clone(), fact).await;
        self.tickets.push_back(ticket);
    }

    /// Tells the others; nothing is kept.
    pub(super) fn handle_typing(&mut self, from: MemberId) {
        let Some(member) = self.members.get(&from) else {
            return;
        };
        if self.muted.contains(&member.key) {
            return;
        }
        let name = member.name.clone();
        let text = encode(&FromServer::Typing { name });
        self.broadcast(&text, |member| (member != from).then_some(Kind::Notice));
    }

    /// Whether the id was used, and that was answered. What is not at hand any more is found by
    /// the store.
    fn was_done(&mut self, fact: &Fact) -> bool {
        let digest = fact.digest();
        let waits = |it: &&Unkept| it.key == fact.key && it.id == fact.id;
        if let Some(unkept) = self.unkept.iter().find(waits) {
            if unkept.digest != digest {
                self.refuse_used_id(&fact.key, fact.id.clone());
            }
            return true;
        }
        let seat = self.seats.get(&fact.key);
        let Some(receipt) = seat.and_then(|seat| seat.receipt(&fact.id)) else {
            return false;
        };
        if receipt.digest != digest {
            self.refuse_used_id(&fact.key, fact.id.clone());
            return true;
        }
        let Some(text) = self.history.get(receipt.seq).cloned() else {
            return false;
        };
        self.tell(self.holder(&fact.key), text);
        true
    }

    /// The store has answered what was handed to it first.
    pub(super) async fn handle_kept(
        &mut self,
        answer: Result<Result<Appended, StoreError>, RecvError>,
    ) {
        let Some(unkept) = self.unkept.pop_front() else {
            return;
        };
        match answer {
            Ok(Ok(Appended::Now(entry))) => {
                self.catch_up(entry.seq).await;
                self.tell_kept(entry);
            }
            Ok(Ok(Appended::Before(entry))) if entry.digest == unkept.digest => {
                let text = encode(&entry.into());
                self.tell(self.holder(&unkept.key), text);
            }
            Ok(Ok(Appended::Before(_))) => self.refuse_used_id(&unkept.key, unkept.id),
            Ok(Err(error)) => self.not_kept(unkept, &error.to_string()),
            Err(_) => self.not_kept(unkept, "it cannot be written"),
        }
    }

    /// Takes in what another life of this room has appended before `seq`.
    async fn catch_up(&mut self, seq: u64) {
        while self.history.last() + 1 < seq {
            let page = Page::After {
                seq: self.history.last(),
                limit: MAX_PAGE,
            };
            let missed = self.store.page(&self.name, page).await.unwrap_or_default();
            let next = |entry: &Entry| entry.seq == self.history.last() + 1 && entry.seq < seq;
            if !missed.first().is_some_and(next) {
                // It cannot be read, or is not kept any more.
                self.history.begin_at(seq);
                return;
            }
            for entry in missed.into_iter().take_while(|entry| entry.seq < seq) {
                self.tell_kept(entry);
            }
            self.deliver_kept();
        }
    }

    fn tell_kept(&mut self, entry: Entry) {
        let own = self.holder(&entry.fact.key);
        let is_said = matches!(entry.fact.what, What::Said { .. });
        let gone = self.follow(&entry.fact);
        let text = self.take_in(entry, Some(Instant::now()));
        self.kept.push(Delivery {
            text,
            is_said,
            own,
            // Who has to go hears so by the Close frame.
            except: gone,
        });
        if let Some(gone) = gone {
            self.deliver_kept();
            self.remove(vec![(gone, Some(Ending::Removed))]);
        }
    }

    /// What else it changes in the room; who has to go.
    fn follow(&mut self, fact: &Fact) -> Option<MemberId> {
        match &fact.what {
            What::Said { .. } | What::Edited { .. } | What::Deleted { .. } => {}
            What::Pinned { of, on } => self.pinned = on.then_some(*of),
            What::Muted { whom, on: true, .. } => {
                self.muted.insert(whom.clone());
            }
            What::Muted { whom, .. } => {
                self.muted.remove(whom);
            }
            What::Removed { whom, name } => {
                self.removed.insert(whom.clone());
                self.bar(name, fact.at);
                return self.holder(whom);
            }
        }
        None
    }

    fn not_kept(&mut self, unkept: Unkept, reason: &str) {
        let message = format!("the message could not be kept ({reason}); send it again later");
        self.refuse("not_kept", message, &unkept.key, unkept.id);
    }

    fn refuse_used_id(&mut self, key: &Key, id: String) {
        let message =
            "you have used this id for something else; give each message an id of its own";
        self.refuse("id_used", message.to_owned(), key, id);
    }

    fn refuse(&mut self, code: &str, message: String, key: &Key, id: String) {
        let text: Utf8Bytes = encode(&notice(code, message, Some(id)));
        self.tell(self.holder(key), text);
    }

    /// Who is here with this token.
    fn holder(&self, key: &Key) -> Option<MemberId> {
        self.seats.get(key)?.holder
    }
}
