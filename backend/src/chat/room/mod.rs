//! One room: a task that owns all there is to know about it.

mod act;
mod allow;
mod deliver;
mod join;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use axum::extract::ws::Utf8Bytes;
use futures_util::stream::FuturesOrdered;
use futures_util::{FutureExt, StreamExt};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::clock::Clock;
use super::history::History;
use super::names::Refusal;
use super::seat::{Receipt, Seat};
use super::store::{Entry, Key, Store, StoreError, Ticket, What};
use crate::metrics::Metrics;

pub(super) use self::deliver::{encode, notice};

/// What a connection asks of a room.
#[derive(Debug)]
pub(super) enum Command {
    Join(Join),
    Act {
        member: MemberId,
        id: String,
        act: Act,
    },
    Typing {
        member: MemberId,
    },
    Leave {
        member: MemberId,
    },
}

/// What a member wants to do, and have kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    Say { text: String },
    Edit { seq: u64, text: String },
    Delete { seq: u64 },
    Pin { seq: u64, on: bool },
    Mute { name: String, on: bool },
    Remove { name: String },
}

/// Somebody wants to come in.
#[derive(Debug)]
pub(super) struct Join {
    pub(super) name: String,
    pub(super) token: Option<String>,
    /// Whether the store knows the token.
    pub(super) known: bool,
    pub(super) after: Option<u64>,
    pub(super) outgoing: mpsc::Sender<Outgoing>,
    pub(super) ending: oneshot::Sender<Ending>,
    pub(super) answer: oneshot::Sender<Result<Joined, Refusal>>,
}

/// Somebody is in.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) member: MemberId,
    /// To be sent before anything from the queue: `welcome`, and what was missed.
    pub(super) first: Vec<Utf8Bytes>,
    /// It is the room's creator.
    pub(super) creator: bool,
    /// It came back, and nothing is missing between what it had and `first`.
    pub(super) resumed: bool,
}

/// One stay of somebody in a room; never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MemberId(u64);

/// A message on its way to a member.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    /// Encoded once for all members.
    pub(super) text: Utf8Bytes,
    pub(super) kind: Kind,
}

/// What a message is to the member who gets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Its own message was stored.
    Own,
    /// Somebody else said something.
    Theirs,
    /// Anything else.
    Notice,
}

/// Why a room ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Its queue was full.
    TooSlow,
    /// Its token came by another connection.
    Replaced,
    /// The room's creator made it go.
    Removed,
}

/// Messages a member may be behind before it counts as too slow.
pub(super) const MAX_BEHIND: usize = 1024;

/// Commands that wait for a room; whoever sends more waits.
pub(super) const MAX_COMMANDS: usize = 64;

/// Tokens of people who left that a room remembers.
const MAX_ABSENT: usize = 256;

/// Members of a room. Each that comes is told to all the others, so that the cost of coming rises
/// with those who are there; a lecture has fewer. Tests have no time for so many.
const MAX_MEMBERS: usize = if cfg!(test) { 50 } else { 2500 };

/// Messages of a room that the store has not answered; until it does, the room hears no more.
const MAX_UNKEPT: usize = 256;

/// What is said goes to the store first, and to the members when it is kept: what anybody has seen
/// is still there after a crash, under the same `seq`.
#[derive(Debug)]
pub(super) struct Room {
    name: Arc<str>,
    store: Arc<dyn Store>,
    /// Whether what the store has of the room is here.
    loaded: bool,
    history: History,
    members: BTreeMap<MemberId, Member>,
    /// Of the members and of the last [`MAX_ABSENT`] who left or were heard before.
    seats: HashMap<Key, Seat>,
    /// Of those who are not here, oldest first.
    absent: VecDeque<Key>,
    next_member: u64,
    /// Whoever was first.
    creator: Option<Key>,
    /// `seq` of the message that is pinned.
    pinned: Option<u64>,
    /// Who may not speak.
    muted: HashSet<Key>,
    /// Whose token opens this room no more.
    removed: HashSet<Key>,
    /// What those were called lately, and when, by the clock on the wall.
    barred: Vec<(String, u64)>,
    /// What the store has not answered yet, in order, and its tickets.
    unkept: VecDeque<Unkept>,
    tickets: FuturesOrdered<Ticket>,
    /// What the store has kept and nobody has heard yet; empty whenever a command is handled.
    kept: Vec<Delivery>,
    clock: Clock,
    metrics: Arc<Metrics>,
}

/// A message for all members.
#[derive(Debug)]
struct Delivery {
    text: Utf8Bytes,
    /// Whether somebody said it; all else is a notice.
    is_said: bool,
    /// Whose doing it is, if that member is here.
    own: Option<MemberId>,
    /// Who does not get it.
    except: Option<MemberId>,
}

#[derive(Debug)]
struct Member {
    name: String,
    /// What its name has in common with those that look like it.
    folded: String,
    key: Key,
    outgoing: mpsc::Sender<Outgoing>,
    ending: oneshot::Sender<Ending>,
}

/// A message on its way to the store.
#[derive(Debug)]
struct Unkept {
    key: Key,
    id: String,
    digest: i64,
    /// The message that it takes back.
    deletes: Option<u64>,
}

impl Room {
    pub(super) fn new(
        name: &str,
        store: Arc<dyn Store>,
        bytes: Arc<AtomicUsize>,
        clock: Clock,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            name: name.into(),
            store,
            loaded: false,
            history: History::new(bytes),
            members: BTreeMap::new(),
            seats: HashMap::new(),
            absent: VecDeque::new(),
            next_member: 0,
            creator: None,
            pinned: None,
            muted: HashSet::new(),
            removed: HashSet::new(),
            barred: Vec::new(),
            unkept: VecDeque::new(),
            tickets: FuturesOrdered::new(),
            kept: Vec::new(),
            clock,
            metrics,
        }
    }

    /// Serves the room until nobody can send commands any more.
    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        loop {
            tokio::select! {
                biased;
                Some(answer) = self.tickets.next() => {
                    self.handle_kept(answer).await;
                    // What one transaction has kept is delivered together: one wake and one write
                    // for each member.
                    while let Some(Some(answer)) = self.tickets.next().now_or_never() {
                        self.handle_kept(answer).await;
                    }
                    self.deliver_kept();
                }
                command = commands.recv(), if self.unkept.len() < MAX_UNKEPT => match command {
                    Some(command) => self.handle(command).await,
                    None => return,
                },
            }
        }
    }

    async fn handle(&mut self, command: Command) {
        match command {
            Command::Join(join) => self.handle_join(join).await,
            Command::Act { member, id, act } => self.handle_act(member, id, act).await,
            Command::Typing { member } => self.handle_typing(member),
            Command::Leave { member } => self.remove(vec![(member, None)]),
        }
    }

    /// Takes in what the store has of the room, once.
    async fn load(&mut self) -> Result<(), StoreError> {
        if self.loaded {
            return Ok(());
        }
        let opened = self.store.open(&self.name).await?;
        if let Some(first) = opened.newest.first() {
            self.history.begin_at(first.seq);
        }
        for entry in opened.newest {
            if let What::Removed { name, .. } = &entry.fact.what {
                self.bar(name, entry.fact.at);
            }
            self.take_in(entry, None);
        }
        self.creator = opened.creator;
        self.pinned = opened.pinned;
        self.muted = opened.muted.into_iter().collect();
        self.removed = opened.removed.into_iter().collect();
        self.loaded = true;
        Ok(())
    }

    /// Takes in the next entry, which was kept at this time if that is known; as it is sent.
    fn take_in(&mut self, entry: Entry, since: Option<Instant>) -> Utf8Bytes {
        let Entry { seq, digest, .. } = entry;
        let key = &entry.fact.key;
        if !self.seats.contains_key(key) {
            self.seats.insert(key.clone(), Seat::default());
            self.keep_absent(key.clone());
        }
        if let Some(seat) = self.seats.get_mut(key) {
            seat.keep(entry.fact.id.clone(), Receipt { seq, digest });
        }
        let edit_of = entry.fact.what.rewords().map(|(of, text)| {
            self.history.reword(of, text);
            of
        });
        let text = encode(&entry.into());
        self.history.push(text.clone(), edit_of, since);
        text
    }

    /// Remembers somebody who is not here, and forgets another when they are too many.
    fn keep_absent(&mut self, key: Key) {
        self.absent.push_back(key);
        if self.absent.len() > MAX_ABSENT
            && let Some(forgotten) = self.absent.pop_front()
        {
            self.seats.remove(&forgotten);
        }
    }
}
