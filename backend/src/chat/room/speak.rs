//! What members say, on its way to the store and back.

use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::ws::Utf8Bytes;
use tokio::sync::oneshot::error::RecvError;

use super::deliver::notice;
use super::{Kind, MemberId, Room, Unkept, encode};
use crate::chat::store::{Appended, Entry, Fact, Key, MAX_PAGE, Page, StoreError, What};

impl Room {
    pub(super) async fn handle_say(&mut self, from: MemberId, id: String, text: String) {
        let Some(member) = self.members.get(&from) else {
            return;
        };
        let fact = Fact {
            key: member.key.clone(),
            id,
            from: member.name.clone(),
            what: What::Said { text },
            at: now_ms(),
        };
        self.append(fact).await;
    }

    /// Hands a fact to the store, unless its id was used.
    async fn append(&mut self, fact: Fact) {
        let digest = fact.digest();
        let waits = |it: &&Unkept| it.key == fact.key && it.id == fact.id;
        if let Some(unkept) = self.unkept.iter().find(waits) {
            if unkept.digest != digest {
                self.refuse_used_id(&fact.key, fact.id);
            }
            return;
        }
        let seat = self.seats.get(&fact.key);
        if let Some(receipt) = seat.and_then(|seat| seat.receipt(&fact.id)) {
            if receipt.digest != digest {
                return self.refuse_used_id(&fact.key, fact.id);
            }
            // What is not at hand is found by the store, by its id.
            if let Some(text) = self.history.get(receipt.seq).cloned() {
                return self.tell(self.holder(&fact.key), text);
            }
        }
        self.unkept.push_back(Unkept {
            key: fact.key.clone(),
            id: fact.id.clone(),
            digest,
        });
        let ticket = self.store.append(self.name.clone(), fact).await;
        self.tickets.push_back(ticket);
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
        }
    }

    fn tell_kept(&mut self, entry: Entry) {
        let own = self.holder(&entry.fact.key);
        let text = self.take_in(entry);
        self.broadcast(&text, |member| {
            if Some(member) == own {
                Kind::Own
            } else {
                Kind::Theirs
            }
        });
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

fn now_ms() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}
