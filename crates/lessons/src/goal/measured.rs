use super::{GoalKind, Kind, Subject, Watch};

/// The transports were measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measured;

impl Measured {
    pub(super) const KIND: Kind = Kind {
        name: "measured",
        subject: Subject::Transports,
        options: &[],
        reached_when: "a trial has made all its messages, and each of the four transports was asked \
                       for them",
        make: |_| GoalKind::Measured(Self),
    };
}

impl Watch for Measured {
    fn on_measured(&mut self) -> bool {
        true
    }
}
