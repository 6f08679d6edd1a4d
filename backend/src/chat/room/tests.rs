//! A room that is spoken to by its commands alone, at a time that the test says.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use serde_json::Value;
use tokio::time::advance;

use super::*;
use crate::chat::Rooms;
use crate::chat::rooms::Handle;
use crate::chat::store::memory::MemoryStore;

/// Rooms whose clock on the wall somebody sets.
struct Wall {
    store: Arc<MemoryStore>,
    now_ms: Arc<AtomicU64>,
}

/// Somebody in a room.
struct Guest {
    room: Arc<Handle>,
    member: MemberId,
    token: String,
    queue: mpsc::Receiver<Outgoing>,
    _ending: oneshot::Receiver<Ending>,
}

impl Wall {
    fn new() -> Self {
        Self {
            store: Arc::default(),
            now_ms: Arc::new(AtomicU64::new(1_800_000_000_000)),
        }
    }

    /// The server, or the next one.
    fn rooms(&self) -> Rooms {
        let now_ms = Arc::clone(&self.now_ms);
        let clock = Clock::of(move || now_ms.load(Relaxed));
        let store: Arc<dyn Store> = Arc::clone(&self.store) as _;
        Rooms::new(store, clock, Arc::default())
    }

    fn put_by(&self, minutes: i64) {
        let ms = minutes * 60_000;
        self.now_ms.fetch_add(ms.cast_unsigned(), Relaxed);
    }
}

async fn try_come(rooms: &Rooms, name: &str, token: Option<&str>) -> Result<Guest, String> {
    let room = rooms.visit("room").unwrap();
    let (outgoing, queue) = mpsc::channel(MAX_BEHIND);
    let (ending, _ending) = oneshot::channel();
    let (answer, answered) = oneshot::channel();
    let known = match token {
        Some(token) => rooms.knows("room", token).await.unwrap(),
        None => false,
    };
    let join = Command::Join(Join {
        name: name.to_owned(),
        token: token.map(str::to_owned),
        known,
        after: None,
        outgoing,
        ending,
        answer,
    });
    room.commands.send(join).await.unwrap();
    let joined = answered.await.unwrap();
    let Joined { member, first, .. } = joined.map_err(|(code, _)| code.to_owned())?;
    let welcome: Value = serde_json::from_str(&first[0]).unwrap();
    Ok(Guest {
        room,
        member,
        token: welcome["token"].as_str().unwrap().to_owned(),
        queue,
        _ending,
    })
}

async fn come(rooms: &Rooms, name: &str) -> Guest {
    try_come(rooms, name, None).await.unwrap()
}

impl Guest {
    async fn does(&mut self, id: &str, act: Act) {
        let (member, id) = (self.member, id.to_owned());
        let command = Command::Act { member, id, act };
        self.room.commands.send(command).await.unwrap();
    }

    /// What comes of it: the type of the answer, or the code of an error.
    async fn answer(&mut self, id: &str, act: Act) -> Value {
        self.does(id, act).await;
        loop {
            let next = self.queue.recv().await.unwrap();
            let next: Value = serde_json::from_str(&next.text).unwrap();
            if next["id"] == id {
                return next;
            }
        }
    }

    async fn says(&mut self, id: &str) -> u64 {
        let text = "hello".to_owned();
        let said = self.answer(id, Act::Say { text }).await;
        said["seq"].as_u64().unwrap_or_else(|| panic!("{said}"))
    }

    /// The answer's type, or the error's code.
    async fn edits(&mut self, id: &str, seq: u64) -> String {
        let text = "other".to_owned();
        let answer = self.answer(id, Act::Edit { seq, text }).await;
        let what = answer.get("code").unwrap_or(&answer["type"]);
        what.as_str().unwrap().to_owned()
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_may_be_edited_for_fifteen_minutes() {
    let wall = Wall::new();
    let rooms = wall.rooms();
    let mut ada = come(&rooms, "Ada").await;
    let seq = ada.says("1").await;
    advance(Duration::from_secs(15 * 60)).await;
    assert_eq!(ada.edits("2", seq).await, "edited");
    advance(Duration::from_secs(1)).await;
    assert_eq!(ada.edits("3", seq).await, "too_late");
    // One takes back what one said however old it is.
    let deleted = ada.answer("4", Act::Delete { seq }).await;
    assert_eq!(deleted["type"], "deleted");
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_jumps_moves_neither_the_order_nor_the_time_to_edit() {
    let wall = Wall::new();
    let rooms = wall.rooms();
    let mut ada = come(&rooms, "Ada").await;
    let first = ada.says("1").await;
    for (jump, edit, said) in [(-24 * 60, 2, 3), (7 * 24 * 60, 4, 5), (-60, 6, 7)] {
        wall.put_by(jump);
        // It is as old as it was before the jump.
        assert_eq!(
            ada.edits(&edit.to_string(), first).await,
            "edited",
            "{jump}"
        );
        assert_eq!(ada.says(&said.to_string()).await, said, "{jump}");
    }
    advance(Duration::from_secs(16 * 60)).await;
    wall.put_by(-24 * 60);
    assert_eq!(ada.edits("late", first).await, "too_late");
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_a_clock_that_was_put_back_opens_nothing() {
    let wall = Wall::new();
    let mut ada = come(&wall.rooms(), "Ada").await;
    let seq = ada.says("1").await;
    let back = async |id: &str| {
        let rooms = wall.rooms();
        let mut ada = try_come(&rooms, "Ada", Some(&ada.token)).await.unwrap();
        ada.edits(id, seq).await
    };
    wall.put_by(10);
    assert_eq!(back("2").await, "edited");
    wall.put_by(6);
    assert_eq!(back("3").await, "too_late");
    // Put right by a little it is still the same message; by a day, nobody knows how old it is.
    wall.put_by(-17);
    assert_eq!(back("4").await, "edited");
    wall.put_by(-24 * 60);
    assert_eq!(back("5").await, "too_late");
}

#[tokio::test(start_paused = true)]
async fn a_removal_holds_for_the_token_and_for_an_hour_for_the_name() {
    let wall = Wall::new();
    let mut ada = come(&wall.rooms(), "Ada").await;
    let rooms = wall.rooms();
    let mut ada = {
        let token = std::mem::take(&mut ada.token);
        try_come(&rooms, "Ada", Some(&token)).await.unwrap()
    };
    let bob = come(&rooms, "Bob").await;
    let name = "Bob".to_owned();
    ada.answer("1", Act::Remove { name }).await;
    let code = async |rooms: &Rooms, name, token: Option<&str>| {
        let came = try_come(rooms, name, token).await;
        came.map_or_else(|code| code, |_| "came".to_owned())
    };
    assert_eq!(code(&rooms, "Rob", Some(&bob.token)).await, "removed");
    assert_eq!(code(&rooms, "bOB", None).await, "removed");
    // A restart forgets neither.
    let next = wall.rooms();
    assert_eq!(code(&next, "Bob", None).await, "removed");
    assert_eq!(code(&next, "Rob", None).await, "came");
    wall.put_by(61);
    assert_eq!(code(&next, "Bob", None).await, "came");
    assert_eq!(code(&next, "Bobby", Some(&bob.token)).await, "removed");
}

#[tokio::test(start_paused = true)]
async fn a_room_is_full_at_its_limit_and_takes_back_those_who_are_in_it() {
    let rooms = Wall::new().rooms();
    let mut first = None;
    for number in 0..MAX_MEMBERS {
        let Guest {
            mut queue,
            token,
            room,
            member,
            _ending,
        } = come(&rooms, &format!("guest-{number}")).await;
        first.get_or_insert((token, room, member));
        // Everybody hears of everybody.
        tokio::spawn(async move {
            while queue.recv().await.is_some() {}
            drop(_ending);
        });
    }
    let (token, room, member) = first.unwrap();
    let full = |came: Result<Guest, String>| came.err().unwrap_or_default();
    let came = try_come(&rooms, "one-more", None).await;
    assert_eq!(full(came), "room_full");
    // The same one over a newer connection takes no other place.
    let again = try_come(&rooms, "guest-0", Some(&token)).await.unwrap();
    let came = try_come(&rooms, "one-more", None).await;
    assert_eq!(full(came), "room_full");
    for member in [member, again.member] {
        room.commands.send(Command::Leave { member }).await.unwrap();
    }
    assert!(try_come(&rooms, "one-more", None).await.is_ok());
}
