use super::{ChatEvent, GoalKind, Kind, Subject, Watch};

/// The learner is in the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatJoined;

impl ChatJoined {
    pub(super) const KIND: Kind = Kind {
        name: "chat_joined",
        subject: Subject::Chat,
        options: &[],
        reached_when: "the learner's connection joins the room",
        make: |_| GoalKind::ChatJoined(Self),
    };
}

impl Watch for ChatJoined {
    fn on_chat(&mut self, event: ChatEvent) -> bool {
        event == ChatEvent::Joined
    }
}

/// The learner said something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatSaid;

impl ChatSaid {
    pub(super) const KIND: Kind = Kind {
        name: "chat_said",
        subject: Subject::Chat,
        options: &[],
        reached_when: "a message of the learner is accepted by the room",
        make: |_| GoalKind::ChatSaid(Self),
    };
}

impl Watch for ChatSaid {
    fn on_chat(&mut self, event: ChatEvent) -> bool {
        event == ChatEvent::Said
    }
}

/// Somebody else's message came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatReceived;

impl ChatReceived {
    pub(super) const KIND: Kind = Kind {
        name: "chat_received",
        subject: Subject::Chat,
        options: &[],
        reached_when: "a message of somebody else reaches the learner",
        make: |_| GoalKind::ChatReceived(Self),
    };
}

impl Watch for ChatReceived {
    fn on_chat(&mut self, event: ChatEvent) -> bool {
        event == ChatEvent::Received
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Step, check_all, goal};
    use super::super::{ChatEvent, Order};

    #[test]
    fn each_chat_goal_answers_to_its_own_event() {
        let goals = ["chat_joined", "chat_said", "chat_received"].map(|kind| goal(kind, &[], 0));
        for (at, event) in [ChatEvent::Joined, ChatEvent::Said, ChatEvent::Received]
            .into_iter()
            .enumerate()
        {
            let mut reached = [false; 3];
            reached[at] = true;
            check_all(&goals, Order::Any, &[Step::Chat(event)], &reached);
        }
    }
}
