//! What the learner does in the room.

use spillway_protocol::chat::FromClient;

use super::{
    Chat, Delivery, EDIT_WINDOW_MS, Line, LineKind, MAX_WAITING, Spoken, Unsaid, can_be_said,
};

impl Chat {
    /// The learner said something. Gives what to send now; nothing while there is no connection,
    /// then it is sent when there is one.
    ///
    /// # Errors
    /// When the text cannot be said; nothing has changed then.
    pub fn say(&mut self, text: &str) -> Result<Option<FromClient>, Unsaid> {
        can_be_said(text)?;
        if self.waiting().count() >= MAX_WAITING {
            return Err(Unsaid::TooMany);
        }
        self.notice = None;
        self.unread.clear();
        self.typing.stopped();
        let id = self.new_id();
        let spoken = Spoken {
            id,
            from: self.name.clone(),
            text: text.to_owned(),
            own: true,
            heard: 0,
            edited: false,
            delivery: Delivery::Sending,
        };
        let message = spoken.as_say();
        self.push(LineKind::Message(spoken));
        Ok(self.is_joined().then_some(message))
    }

    /// Says a refused message once more.
    pub fn say_again(&mut self, key: u64) -> Option<FromClient> {
        self.notice = None;
        let (joined, rev) = (self.is_joined(), self.new_rev());
        let line = self.lines.iter_mut().find(|line| line.key == key)?;
        let LineKind::Message(spoken) = &mut line.kind else {
            return None;
        };
        if !matches!(spoken.delivery, Delivery::Refused { .. }) {
            return None;
        }
        line.rev = rev;
        spoken.delivery = Delivery::Sending;
        joined.then(|| spoken.as_say())
    }

    /// Another text for an own message that the room has. It is seen when the room has said so.
    ///
    /// # Errors
    /// When that text cannot be said, or not any more.
    pub fn edit(&mut self, key: u64, text: &str) -> Result<FromClient, Unsaid> {
        can_be_said(text)?;
        let seq = self.changeable(key).ok_or(Unsaid::Away)?;
        if !self.line(key).is_some_and(|line| self.editable(line)) {
            return Err(Unsaid::TooLate);
        }
        self.notice = None;
        let (id, text) = (self.new_id(), text.to_owned());
        Ok(FromClient::Edit { id, seq, text })
    }

    /// Takes an own message back that the room has.
    pub fn take_back(&mut self, key: u64) -> Option<FromClient> {
        let seq = self.changeable(key)?;
        self.notice = None;
        let id = self.new_id();
        Some(FromClient::Delete { id, seq })
    }

    /// The number of an own message that can be taken back now.
    #[must_use]
    pub fn changeable(&self, key: u64) -> Option<u64> {
        let spoken = self.line(key)?.spoken()?;
        let there = spoken.own && !spoken.text.is_empty();
        spoken.seq().filter(|_| there && self.is_joined())
    }

    /// Whether an own message is young enough to be edited.
    pub(super) fn editable(&self, line: &Line) -> bool {
        line.spoken().is_some_and(|spoken| {
            let there = spoken.own && !spoken.text.is_empty() && spoken.seq().is_some();
            there && self.now.saturating_sub(spoken.heard) < EDIT_WINDOW_MS
        })
    }

    /// The newest own message that can be edited.
    #[must_use]
    pub fn last_editable(&self) -> Option<u64> {
        let mut lines = self.lines.iter().rev();
        let line = lines.find(|line| self.editable(line))?;
        self.is_joined().then_some(line.key)
    }

    /// Shows a message to all who come, or no longer.
    pub fn pin(&mut self, seq: u64, on: bool) -> Option<FromClient> {
        let id = self.creators_id()?;
        Some(FromClient::Pin { id, seq, on })
    }

    /// Takes somebody's voice, or gives it back.
    pub fn mute(&mut self, name: &str, on: bool) -> Option<FromClient> {
        let (id, name) = (self.creators_id()?, name.to_owned());
        Some(FromClient::Mute { id, name, on })
    }

    /// Makes somebody go.
    pub fn remove(&mut self, name: &str) -> Option<FromClient> {
        let (id, name) = (self.creators_id()?, name.to_owned());
        Some(FromClient::Remove { id, name })
    }

    /// The learner is writing. Gives what to tell the others, every few seconds, when there are
    /// any.
    pub fn typed(&mut self) -> Option<FromClient> {
        let heard = self.is_joined() && self.members.len() > 1 && !self.is_muted(&self.name);
        (heard && self.typing.tell(self.now)).then_some(FromClient::Typing)
    }

    /// Those who are writing now.
    pub fn typists(&self) -> impl Iterator<Item = &str> {
        self.typing.names()
    }

    fn creators_id(&mut self) -> Option<String> {
        if !self.creator || !self.is_joined() {
            return None;
        }
        self.notice = None;
        Some(self.new_id())
    }
}
