//! What a token stands for in a room.

use std::collections::{HashMap, VecDeque};

use super::room::MemberId;

/// Belongs to whoever knows the token, connected or not.
#[derive(Debug, Default)]
pub(super) struct Seat {
    /// Who is here with the token.
    pub(super) holder: Option<MemberId>,
    /// The ids this token has used, with what came of them.
    said: HashMap<String, Receipt>,
    /// The same ids, oldest first.
    order: VecDeque<String>,
}

/// What came of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Receipt {
    pub(super) seq: u64,
    /// Of what was done with the id.
    pub(super) digest: i64,
}

impl Seat {
    /// What came of the message with this id, when there was one.
    pub(super) fn receipt(&self, id: &str) -> Option<Receipt> {
        self.said.get(id).copied()
    }

    pub(super) fn keep(&mut self, id: String, receipt: Receipt) {
        if self.said.insert(id.clone(), receipt).is_some() {
            return;
        }
        if self.order.len() == MAX_IDS
            && let Some(oldest) = self.order.pop_front()
        {
            self.said.remove(&oldest);
        }
        self.order.push_back(id);
    }
}

/// Ids remembered per token, so that the store is seldom asked.
const MAX_IDS: usize = 256;
