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

/// The learner is in a room of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatCreated;

impl ChatCreated {
    pub(super) const KIND: Kind = Kind {
        name: "chat_created",
        subject: Subject::Chat,
        options: &[],
        reached_when: "the learner's connection joins the room as its creator",
        make: |_| GoalKind::ChatCreated(Self),
    };
}

impl Watch for ChatCreated {
    fn on_chat(&mut self, event: ChatEvent) -> bool {
        event == ChatEvent::Created
    }
}

/// The learner came back and has missed nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatResumed;

impl ChatResumed {
    pub(super) const KIND: Kind = Kind {
        name: "chat_resumed",
        subject: Subject::Chat,
        options: &[],
        reached_when: "a connection of the learner comes back with `after`, once something was said, and nothing is missing between the two",
        make: |_| GoalKind::ChatResumed(Self),
    };
}

impl Watch for ChatResumed {
    fn on_chat(&mut self, event: ChatEvent) -> bool {
        event == ChatEvent::Resumed
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Step, check_all, goal};
    use super::super::{ChatEvent, Order};

    #[test]
    fn each_chat_goal_answers_to_its_own_event() {
        let kinds = [
            ("chat_joined", ChatEvent::Joined),
            ("chat_said", ChatEvent::Said),
            ("chat_received", ChatEvent::Received),
            ("chat_created", ChatEvent::Created),
            ("chat_resumed", ChatEvent::Resumed),
        ];
        let goals = kinds.map(|(kind, _)| goal(kind, &[], 0));
        for (at, (_, event)) in kinds.into_iter().enumerate() {
            let mut reached = [false; 5];
            reached[at] = true;
            check_all(&goals, Order::Any, &[Step::Chat(event)], &reached);
        }
    }
}
