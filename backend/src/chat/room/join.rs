//! Coming into a room.

use axum::extract::ws::Utf8Bytes;
use spillway_protocol::chat::FromServer;

use super::deliver::notice;
use super::{Ending, Join, Joined, MAX_MEMBERS, Member, MemberId, Room, encode};
use crate::chat::names::{Refusal, folded};
use crate::chat::store::Key;
use crate::security::random_token;

impl Room {
    pub(super) async fn handle_join(&mut self, join: Join) {
        if let Err(error) = self.load().await {
            tracing::error!(room = &*self.name, %error, "a room cannot be read");
            let message = format!("what was said in this room cannot be read: {error}");
            join.answer.send(Err(("unreadable", message))).ok();
            return;
        }
        let Join {
            name,
            token,
            known,
            after,
            outgoing,
            ending,
            answer,
        } = join;
        // A token that neither the room nor the store knows is none.
        let token = token
            .map(|token| (Key::of(&token), token))
            .filter(|(key, _)| known || self.seats.contains_key(key));
        if let Some((key, _)) = &token
            && self.removed.contains(key)
        {
            let message = "the creator of this room has made you go".to_owned();
            answer.send(Err(("removed", message))).ok();
            return;
        }
        let folded = folded(&name);
        let key = token.as_ref().map(|(key, _)| key);
        if let Err(refusal) = self.has_place(&name, &folded, key) {
            answer.send(Err(refusal)).ok();
            return;
        }
        let resumed = token.is_some() && self.follows(after);
        let (key, token) = token.unwrap_or_else(|| {
            let token = random_token();
            (Key::of(&token), token)
        });
        self.creator.get_or_insert_with(|| key.clone());
        self.store
            .keep_seat(self.name.clone(), key.clone(), name.clone())
            .await;
        let before = self.replace(&key);
        self.next_member += 1;
        let id = MemberId(self.next_member);
        self.seats.entry(key.clone()).or_default().holder = Some(id);
        self.absent.retain(|absent| *absent != key);
        if before.as_ref() != Some(&name) {
            if let Some(name) = before {
                self.tell_all(&FromServer::Left { name });
            }
            self.tell_all(&FromServer::Joined { name: name.clone() });
        }
        let member = Member {
            name,
            folded,
            key,
            outgoing,
            ending,
        };
        let creator = self.creator.as_ref() == Some(&member.key);
        let first = self.first_messages(&member, token, after);
        self.members.insert(id, member);
        let joined = Joined {
            member: id,
            first,
            creator,
            resumed,
        };
        if answer.send(Ok(joined)).is_err() {
            self.remove(vec![(id, None)]);
        }
    }

    /// Whether there is room for somebody of this name, who has this key or none.
    fn has_place(&self, name: &str, folded: &str, key: Option<&Key>) -> Result<(), Refusal> {
        let mut members = self.members.values();
        if let Some(holder) = members.find(|member| member.folded == folded)
            && Some(&holder.key) != key
        {
            let message = format!("{name:?} is taken in this room; choose another name");
            return Err(("name_taken", message));
        }
        let is_here = key.and_then(|key| self.seats.get(key)?.holder).is_some();
        if self.members.len() >= MAX_MEMBERS && !is_here {
            let message = format!("{MAX_MEMBERS} people are in this room; choose another room");
            return Err(("room_full", message));
        }
        if key.is_some() && key == self.creator.as_ref() {
            return Ok(());
        }
        self.may_come(folded)
    }

    /// Ends the connection that holds this token now; its name.
    fn replace(&mut self, key: &Key) -> Option<String> {
        let id = self.seats.get(key)?.holder?;
        let member = self.members.remove(&id)?;
        member.ending.send(Ending::Replaced).ok();
        Some(member.name)
    }

    /// Whether all that was said after this is at hand.
    fn follows(&self, after: Option<u64>) -> bool {
        after.is_some_and(|after| {
            (1..=self.history.last()).contains(&after) && self.history.after(after).gap.is_none()
        })
    }

    fn first_messages(&self, you: &Member, token: String, after: Option<u64>) -> Vec<Utf8Bytes> {
        let mut members: Vec<String> = self
            .members
            .values()
            .chain([you])
            .map(|member| member.name.clone())
            .collect();
        members.sort();
        let last = self.history.last();
        let mut first = vec![encode(&FromServer::Welcome {
            room: self.name.to_string(),
            you: you.name.clone(),
            token,
            seq: last,
            members,
            creator: self.creator.as_ref() == Some(&you.key),
            pinned: self.pinned,
        })];
        if let Some(after) = after {
            if after > last {
                let message = format!(
                    "`after` is {after}, and the last message of this room is {last}: you have \
                     seen another room of this name; all that is at hand follows"
                );
                first.push(encode(&notice("after_ahead", message, None)));
            }
            let missed = self.history.after(after);
            first.extend(
                missed
                    .gap
                    .map(|(from, to)| encode(&FromServer::Gap { from, to })),
            );
            first.extend(missed.messages);
        }
        first
    }
}
