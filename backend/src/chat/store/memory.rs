//! A store in memory, for tests that pause the clock: it answers at once and knows no thread.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::{
    Appended, Entry, Fact, Key, MAX_PAGE_BYTES, NEWEST, Opened, Page, Store, StoreError, Ticket,
    What,
};

#[derive(Debug, Default)]
pub(in crate::chat) struct MemoryStore {
    rooms: Mutex<HashMap<String, Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    state: Opened,
    seats: BTreeSet<Key>,
    entries: Vec<Entry>,
}

impl MemoryStore {
    fn with<T>(&self, room: &str, act: impl FnOnce(&mut Kept) -> T) -> T {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        act(rooms.entry(room.to_owned()).or_default())
    }
}

impl Entry {
    fn reword(&mut self, message: u64, new: &str) {
        match &mut self.fact.what {
            What::Said { text } if self.seq == message => new.clone_into(text),
            What::Edited { of, text } if *of == message => new.clone_into(text),
            _ => {}
        }
    }
}

impl Kept {
    fn append(&mut self, fact: Fact) -> Appended {
        let same = |entry: &&Entry| entry.fact.key == fact.key && entry.fact.id == fact.id;
        if let Some(before) = self.entries.iter().find(same) {
            return Appended::Before(before.clone());
        }
        let entry = Entry {
            seq: self.entries.len() as u64 + 1,
            digest: fact.digest(),
            fact,
        };
        if let Some((of, text)) = entry.fact.what.rewords() {
            for other in &mut self.entries {
                other.reword(of, text);
            }
        }
        self.remember(&entry.fact.what);
        self.entries.push(entry.clone());
        Appended::Now(entry)
    }

    fn remember(&mut self, what: &What) {
        match what {
            What::Pinned { of, on } => self.state.pinned = on.then_some(*of),
            What::Muted { whom, on, .. } => {
                self.state.muted.retain(|muted| muted != whom);
                self.state.muted.extend(on.then(|| whom.clone()));
            }
            What::Removed { whom, .. } => self.state.removed.push(whom.clone()),
            What::Said { .. } | What::Edited { .. } | What::Deleted { .. } => {}
        }
    }

    fn page(&self, page: Page) -> Vec<Entry> {
        let all = self.entries.iter();
        cut(
            match page {
                Page::Before { seq, limit } => {
                    let older: Vec<_> = all.filter(|entry| entry.seq < seq).cloned().collect();
                    older[older.len().saturating_sub(limit)..].to_vec()
                }
                Page::After { seq, limit } => all
                    .filter(|entry| entry.seq > seq)
                    .take(limit)
                    .cloned()
                    .collect(),
            },
            matches!(page, Page::Before { .. }),
        )
    }
}

impl Store for MemoryStore {
    fn ready(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        async { Ok(()) }.boxed()
    }

    fn open<'a>(&'a self, room: &'a str) -> BoxFuture<'a, Result<Opened, StoreError>> {
        let opened = self.with(room, |kept| Opened {
            newest: kept.entries[kept.entries.len().saturating_sub(NEWEST)..].to_vec(),
            ..kept.state.clone()
        });
        async { Ok(opened) }.boxed()
    }

    fn append(&self, room: Arc<str>, fact: Fact) -> BoxFuture<'_, Ticket> {
        let (answer, ticket) = oneshot::channel();
        answer
            .send(Ok(self.with(&room, |kept| kept.append(fact))))
            .ok();
        std::future::ready(ticket).boxed()
    }

    fn keep_seat(&self, room: Arc<str>, key: Key, _name: String) -> BoxFuture<'_, ()> {
        self.with(&room, |kept| {
            kept.state.creator.get_or_insert_with(|| key.clone());
            kept.seats.insert(key);
        });
        async {}.boxed()
    }

    fn knows<'a>(&'a self, room: &'a str, key: &'a Key) -> BoxFuture<'a, Result<bool, StoreError>> {
        let known = self.with(room, |kept| kept.seats.contains(key));
        async move { Ok(known) }.boxed()
    }

    fn page<'a>(
        &'a self,
        room: &'a str,
        page: Page,
    ) -> BoxFuture<'a, Result<Vec<Entry>, StoreError>> {
        let entries = self.with(room, |kept| kept.page(page));
        async { Ok(entries) }.boxed()
    }
}

/// As much of a page as may be given at once: its newest end, or its oldest.
fn cut(mut entries: Vec<Entry>, newest: bool) -> Vec<Entry> {
    let mut room = MAX_PAGE_BYTES;
    let mut fits = |entry: &Entry| {
        let left = room.checked_sub(entry.fact.what.text().len());
        room = left.unwrap_or(0);
        left.is_some()
    };
    let count = if newest {
        entries.iter().rev().take_while(|entry| fits(entry)).count()
    } else {
        entries.iter().take_while(|entry| fits(entry)).count()
    };
    let count = count.max(1).min(entries.len());
    if newest {
        entries.split_off(entries.len() - count)
    } else {
        entries.truncate(count);
        entries
    }
}
