//! What members may do.

use std::time::Duration;

use super::{Act, Room};
use crate::chat::names::{Refusal, folded};
use crate::chat::store::{Entry, Fact, Key, Page, What};

impl Room {
    /// What an act comes to, once names are looked up.
    pub(super) fn what(&self, act: Act) -> Result<What, Refusal> {
        Ok(match act {
            Act::Say { text } => What::Said { text },
            Act::Edit { seq, text } => What::Edited { of: seq, text },
            Act::Delete { seq } => What::Deleted { of: seq },
            Act::Pin { seq, on } => What::Pinned { of: seq, on },
            Act::Mute { name, on } => {
                let (name, whom) = self.somebody(&name)?;
                What::Muted { name, whom, on }
            }
            Act::Remove { name } => {
                let (name, whom) = self.somebody(&name)?;
                What::Removed { name, whom }
            }
        })
    }

    /// Whether it may be done now.
    pub(super) async fn allowed(&self, fact: &Fact) -> Result<(), Refusal> {
        match &fact.what {
            What::Said { .. } => self.may_speak(&fact.key),
            What::Edited { of, .. } => {
                self.may_speak(&fact.key)?;
                let message = self.own_message(*of, &fact.key).await?;
                let age = self.history.age(*of);
                let age = age.or_else(|| age_on_the_wall(message.fact.at, fact.at));
                if age.is_none_or(|age| age > EDIT_WINDOW) {
                    let minutes = EDIT_WINDOW.as_secs() / 60;
                    let message = format!("a message may be edited for {minutes} minutes");
                    return Err(("too_late", message));
                }
                Ok(())
            }
            What::Deleted { of } => self.own_message(*of, &fact.key).await.map(drop),
            What::Pinned { of, .. } => {
                self.must_be_creator(&fact.key)?;
                self.message(*of).await.map(drop)
            }
            What::Muted { whom, .. } | What::Removed { whom, .. } => {
                self.must_be_creator(&fact.key)?;
                if *whom == fact.key {
                    let message = "that is you, and a room needs its creator".to_owned();
                    return Err(("yourself", message));
                }
                Ok(())
            }
        }
    }

    /// Nobody comes by this name for a while.
    pub(super) fn bar(&mut self, name: &str, at: u64) {
        if self.barred.len() == MAX_BARRED {
            self.barred.remove(0);
        }
        self.barred.push((folded(name), at));
    }

    /// Whether somebody of this name may come in: a removal would mean little if whoever was
    /// removed came back at once without the token. There are no accounts, so that another name
    /// is another person.
    pub(super) fn may_come(&self, folded: &str) -> Result<(), Refusal> {
        let now = self.clock.now_ms();
        let age = |at: &u64| age_on_the_wall(*at, now).unwrap_or_default();
        let mut barred = self.barred.iter().rev();
        let found = barred.find(|(name, at)| name == folded && age(at) < BARRED);
        let Some((_, at)) = found else {
            return Ok(());
        };
        let minutes = (BARRED - age(at)).as_secs().div_ceil(60);
        let message = format!(
            "the creator of this room made somebody of this name go; come by another name, or in \
             {minutes} minutes"
        );
        Err(("removed", message))
    }

    fn may_speak(&self, key: &Key) -> Result<(), Refusal> {
        if self.muted.contains(key) {
            let message = "the creator of this room has muted you".to_owned();
            return Err(("muted", message));
        }
        Ok(())
    }

    fn must_be_creator(&self, key: &Key) -> Result<(), Refusal> {
        if self.creator.as_ref() == Some(key) {
            return Ok(());
        }
        let message = "only who was first in this room may do that".to_owned();
        Err(("not_creator", message))
    }

    /// Somebody who is here.
    fn somebody(&self, name: &str) -> Result<(String, Key), Refusal> {
        let mut members = self.members.values();
        let name = folded(name);
        let found = members.find(|member| member.folded == name);
        let Some(member) = found else {
            let message = "nobody of this name is here now".to_owned();
            return Err(("unknown_person", message));
        };
        Ok((member.name.clone(), member.key.clone()))
    }

    async fn own_message(&self, seq: u64, key: &Key) -> Result<Entry, Refusal> {
        let message = self.message(seq).await?;
        if message.fact.key == *key {
            return Ok(message);
        }
        let message = "that is a message of somebody else".to_owned();
        Err(("not_yours", message))
    }

    /// A message that is there, and nobody is taking back.
    async fn message(&self, seq: u64) -> Result<Entry, Refusal> {
        let page = Page::Before {
            seq: seq.saturating_add(1),
            limit: 1,
        };
        let found = self.store.page(&self.name, page).await.map_err(|error| {
            let message = format!("what was said in this room cannot be read: {error}");
            ("unreadable", message)
        })?;
        let is_there = |entry: &Entry| {
            let says = matches!(&entry.fact.what, What::Said { text } if !text.is_empty());
            says && entry.seq == seq
        };
        let taken_back = self.unkept.iter().any(|it| it.deletes == Some(seq));
        match found.into_iter().find(is_there) {
            Some(entry) if !taken_back => Ok(entry),
            _ => {
                let message = format!("{seq} is no message that is kept in this room");
                Err(("unknown_message", message))
            }
        }
    }
}

/// How long nobody comes by the name of somebody who was removed.
const BARRED: Duration = Duration::from_secs(60 * 60);

/// Such names; the oldest goes.
const MAX_BARRED: usize = 256;

/// How long a message may be edited: a mistake is noticed soon, and what many have answered to
/// should stand.
const EDIT_WINDOW: Duration = Duration::from_secs(15 * 60);

/// How old something is by the clock on the wall, which is all there is to go by after a restart.
/// Unknown when it is of the future: that clock was put back, and nobody knows by how much.
fn age_on_the_wall(at: u64, now: u64) -> Option<Duration> {
    let put_back = at.saturating_sub(now);
    (put_back <= CORRECTED_MS).then(|| Duration::from_millis(now.saturating_sub(at)))
}

/// Clocks are put right by a little now and then.
const CORRECTED_MS: u64 = 60_000;
