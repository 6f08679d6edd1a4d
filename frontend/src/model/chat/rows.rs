//! Which lines are drawn, and when one has to be drawn again.

use super::{Chat, Delivery, Line, MessageRef, is_long};

/// How the learner looks at the lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// The message whose frames are lit.
    pub lit: Option<MessageRef>,
    /// The own message that is being changed.
    pub editing: Option<u64>,
    /// What was pressed once, and happens when it is pressed again.
    pub sure: Option<(u64, Sure)>,
    /// The long messages that are shown whole.
    pub open: Vec<u64>,
}

/// What happens only when it is pressed twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sure {
    /// The own message is taken back.
    TakeBack,
    /// Its sender is made to go.
    Remove,
}

/// What is drawn: a line, or what stands before the new ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// That of the line; 0 for what stands before the new ones.
    pub key: u64,
    /// Another one when it has to be drawn again.
    pub stamp: u64,
}

/// What a message looks like besides what it says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// Its frames are lit.
    pub lit: bool,
    /// It is being changed.
    pub editing: bool,
    /// Its first part alone is shown.
    pub folded: bool,
    /// The learner may edit it.
    pub editable: bool,
    /// The learner may take it back.
    pub own: bool,
    /// The learner may pin it, and mute and remove its sender.
    pub creator: bool,
    /// It is pinned.
    pub pinned: bool,
    /// Its sender is here.
    pub present: bool,
    /// Its sender is muted.
    pub muted: bool,
    /// The connection is open.
    pub connected: bool,
    /// What was pressed once.
    pub sure: Option<Sure>,
}

impl Chat {
    /// What is drawn, oldest first.
    #[must_use]
    pub fn rows(&self, look: &Look) -> Vec<Row> {
        let mut rows = Vec::with_capacity(self.lines.len() + 1);
        let first_unread = self.first_unread();
        for line in &self.lines {
            if first_unread == Some(line.key) {
                rows.push(Row { key: 0, stamp: 0 });
            }
            let stamp = line.rev << 16 | u64::from(self.marks(line, look).bits());
            rows.push(Row {
                key: line.key,
                stamp,
            });
        }
        rows
    }

    /// What a line looks like besides what it says.
    #[must_use]
    pub fn marks(&self, line: &Line, look: &Look) -> Marks {
        let Some(spoken) = line.spoken() else {
            return Marks::default();
        };
        let (connected, key) = (self.is_joined(), line.key);
        let there = connected && spoken.seq().is_some() && !spoken.text.is_empty();
        let creator = there && self.creator;
        let others = creator && spoken.from != self.name;
        let sure = look.sure.filter(|(sure, _)| *sure == key);
        Marks {
            lit: look
                .lit
                .as_ref()
                .is_some_and(|lit| lit.is(&spoken.reference())),
            editing: look.editing == Some(key),
            folded: is_long(&spoken.text) && !look.open.contains(&key),
            editable: there && self.editable(line),
            own: there && spoken.own,
            creator,
            pinned: spoken.seq().is_some() && spoken.seq() == self.pinned,
            present: others && self.members.binary_search(&spoken.from).is_ok(),
            muted: others && self.is_muted(&spoken.from),
            connected: connected || !matches!(spoken.delivery, Delivery::Sending),
            sure: sure.map(|(_, what)| what),
        }
    }
}

impl Marks {
    fn bits(self) -> u16 {
        let flags = [
            self.lit,
            self.editing,
            self.folded,
            self.editable,
            self.own,
            self.creator,
            self.pinned,
            self.present,
            self.muted,
            self.connected,
            self.sure == Some(Sure::TakeBack),
            self.sure == Some(Sure::Remove),
        ];
        flags
            .into_iter()
            .fold(0, |bits, flag| bits << 1 | u16::from(flag))
    }
}
