//! Messages that get another text, or are taken back.

use spillway_protocol::chat::FromClient;

use super::{Chat, LineKind, Phase, Unsaid, can_be_said};

impl Chat {
    /// Another text for an own message that the room has. It is seen when the room has said so.
    ///
    /// # Errors
    /// When that text cannot be said.
    pub fn edit(&mut self, key: u64, text: &str) -> Result<FromClient, Unsaid> {
        can_be_said(text)?;
        let seq = self.changeable(key).ok_or(Unsaid::Away)?;
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

    /// The number of an own message that can be edited or taken back now.
    #[must_use]
    pub fn changeable(&self, key: u64) -> Option<u64> {
        match &self.line(key)?.kind {
            LineKind::Message(spoken) if spoken.own && !spoken.text.is_empty() => {
                let seq = spoken.reference().seq;
                seq.filter(|_| self.phase == Phase::Joined)
            }
            _ => None,
        }
    }

    /// The newest own message that can be edited.
    #[must_use]
    pub fn last_changeable(&self) -> Option<u64> {
        let mut keys = self.lines.iter().rev().map(|line| line.key);
        keys.find(|key| self.changeable(*key).is_some())
    }

    /// A message has another text; an empty one when it was taken back.
    pub(super) fn reword(&mut self, seq: u64, of: u64, new: String) {
        self.last_seq = self.last_seq.max(seq);
        let mut lines = self.lines.iter_mut().rev();
        let spoken = lines.find_map(|line| match &mut line.kind {
            LineKind::Message(spoken) if spoken.reference().seq == Some(of) => Some(spoken),
            _ => None,
        });
        if let Some(spoken) = spoken {
            spoken.edited = true;
            spoken.text = new;
        }
    }
}
