//! One room: a task that owns all there is to know about it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::ws::Utf8Bytes;
use spillway_protocol::chat::{FromServer, Said};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::history::History;
use super::names::Refusal;
use super::seat::{Receipt, Seat};
use crate::metrics::Metrics;
use crate::security::random_token;

/// What a connection asks of a room.
#[derive(Debug)]
pub(super) enum Command {
    Join(Join),
    Say {
        member: MemberId,
        id: String,
        text: String,
    },
    Leave {
        member: MemberId,
    },
}

/// Somebody wants to come in.
#[derive(Debug)]
pub(super) struct Join {
    pub(super) name: String,
    pub(super) token: Option<String>,
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
}

/// Messages a member may be behind before it counts as too slow.
pub(super) const MAX_BEHIND: usize = 1024;

/// Commands that wait for a room; whoever sends more waits.
pub(super) const MAX_COMMANDS: usize = 64;

/// Tokens of people who left that a room remembers.
const MAX_ABSENT: usize = 256;

#[derive(Debug)]
pub(super) struct Room {
    name: String,
    history: History,
    members: BTreeMap<MemberId, Member>,
    /// By token; of the members and of the last [`MAX_ABSENT`] who left.
    seats: HashMap<String, Seat>,
    /// Tokens of those who left, oldest first.
    absent: VecDeque<String>,
    next_member: u64,
    metrics: Arc<Metrics>,
}

#[derive(Debug)]
struct Member {
    name: String,
    token: String,
    outgoing: mpsc::Sender<Outgoing>,
    ending: oneshot::Sender<Ending>,
}

impl Room {
    pub(super) fn new(name: String, bytes: Arc<AtomicUsize>, metrics: Arc<Metrics>) -> Self {
        Self {
            name,
            history: History::new(bytes),
            members: BTreeMap::new(),
            seats: HashMap::new(),
            absent: VecDeque::new(),
            next_member: 0,
            metrics,
        }
    }

    /// Serves the room until nobody can send commands any more.
    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        while let Some(command) = commands.recv().await {
            match command {
                Command::Join(join) => self.handle_join(join),
                Command::Say { member, id, text } => self.handle_say(member, id, text),
                Command::Leave { member } => self.remove(vec![(member, None)]),
            }
        }
    }

    fn handle_join(&mut self, join: Join) {
        let Join {
            name,
            token,
            after,
            outgoing,
            ending,
            answer,
        } = join;
        // A token this room does not know is of an earlier life of the server.
        let token = token.filter(|token| self.seats.contains_key(token));
        let holder = self.members.iter().find(|(_, member)| member.name == name);
        if let Some((_, holder)) = holder
            && Some(&holder.token) != token.as_ref()
        {
            let message = format!("{name:?} is taken in this room; choose another name");
            answer.send(Err(("name_taken", message))).ok();
            return;
        }
        let token = token.unwrap_or_else(random_token);
        let before = self.replace(&token);
        self.seats.entry(token.clone()).or_default();
        self.absent.retain(|absent| *absent != token);

        self.next_member += 1;
        let id = MemberId(self.next_member);
        if before.as_ref() != Some(&name) {
            if let Some(name) = before {
                self.tell_all(&FromServer::Left { name });
            }
            self.tell_all(&FromServer::Joined { name: name.clone() });
        }
        let member = Member {
            name,
            token,
            outgoing,
            ending,
        };
        let first = self.first_messages(&member, after);
        self.members.insert(id, member);
        if answer.send(Ok(Joined { member: id, first })).is_err() {
            self.remove(vec![(id, None)]);
        }
    }

    /// Ends the connection that holds this token now; its name.
    fn replace(&mut self, token: &str) -> Option<String> {
        let id = *self
            .members
            .iter()
            .find(|(_, member)| member.token == token)?
            .0;
        let member = self.members.remove(&id)?;
        member.ending.send(Ending::Replaced).ok();
        Some(member.name)
    }

    fn first_messages(&self, you: &Member, after: Option<u64>) -> Vec<Utf8Bytes> {
        let mut members: Vec<String> = self
            .members
            .values()
            .chain([you])
            .map(|member| member.name.clone())
            .collect();
        members.sort();
        let mut first = vec![encode(&FromServer::Welcome {
            room: self.name.clone(),
            you: you.name.clone(),
            token: you.token.clone(),
            seq: self.history.last(),
            members,
        })];
        if let Some(after) = after {
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

    fn handle_say(&mut self, from: MemberId, id: String, text: String) {
        let Some(member) = self.members.get(&from) else {
            return;
        };
        let Some(seat) = self.seats.get_mut(&member.token) else {
            return;
        };
        if let Some(Receipt { seq, at }) = seat.receipt(&id) {
            let kept = self.history.get(seq).cloned();
            let again = kept.unwrap_or_else(|| {
                let from = member.name.clone();
                encode(&FromServer::Said(Said {
                    seq,
                    id,
                    from,
                    text,
                    at,
                }))
            });
            let again = Outgoing {
                text: again,
                kind: Kind::Notice,
            };
            let gone = self.send(member, from, again);
            self.remove(gone.into_iter().collect());
            return;
        }
        let (seq, at) = (self.history.last() + 1, now_ms());
        seat.keep(id.clone(), Receipt { seq, at });
        let name = member.name.clone();
        let text = encode(&FromServer::Said(Said {
            seq,
            id,
            from: name,
            text,
            at,
        }));
        self.history.push(text.clone());
        self.broadcast(&text, |member| {
            if member == from {
                Kind::Own
            } else {
                Kind::Theirs
            }
        });
    }

    fn tell_all(&mut self, message: &FromServer) {
        self.broadcast(&encode(message), |_| Kind::Notice);
    }

    fn broadcast(&mut self, text: &Utf8Bytes, kind: impl Fn(MemberId) -> Kind) {
        let gone = self.deliver(text, kind);
        self.remove(gone);
    }

    /// Takes members out and tells the others, among whom more may turn out to be gone.
    fn remove(&mut self, mut gone: Vec<Gone>) {
        while let Some((id, ending)) = gone.pop() {
            let Some(member) = self.members.remove(&id) else {
                continue;
            };
            if let Some(ending) = ending {
                member.ending.send(ending).ok();
            }
            self.absent.push_back(member.token);
            if self.absent.len() > MAX_ABSENT
                && let Some(forgotten) = self.absent.pop_front()
            {
                self.seats.remove(&forgotten);
            }
            let left = encode(&FromServer::Left { name: member.name });
            gone.extend(self.deliver(&left, |_| Kind::Notice));
        }
    }

    /// Sends to all members; those who cannot be sent to.
    fn deliver(&self, text: &Utf8Bytes, kind: impl Fn(MemberId) -> Kind) -> Vec<Gone> {
        let send = |(id, member): (&MemberId, &Member)| {
            self.send(
                member,
                *id,
                Outgoing {
                    text: text.clone(),
                    kind: kind(*id),
                },
            )
        };
        self.members.iter().filter_map(send).collect()
    }

    /// Never waits: a member without room for a message is too slow.
    fn send(&self, member: &Member, id: MemberId, message: Outgoing) -> Option<Gone> {
        match member.outgoing.try_send(message) {
            Ok(()) => None,
            Err(TrySendError::Full(_)) => {
                self.metrics.errors_slow_reader.fetch_add(1, Relaxed);
                let (room, name) = (&self.name, &member.name);
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

/// A member to take out, and what to tell its connection, if it is still there.
type Gone = (MemberId, Option<Ending>);

/// A message as it is sent.
pub(super) fn encode(message: &FromServer) -> Utf8Bytes {
    // These types hold nothing but strings and numbers, which always have a JSON form.
    serde_json::to_string(message).unwrap_or_default().into()
}

fn now_ms() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}
