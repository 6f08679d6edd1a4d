use crate::wire::{What, WireEvent};

use super::{GoalKind, GoalOption, Kind, Subject, Watch};

/// Something crossed, so often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crossed {
    /// Absent where a goal has no such option, which matches nothing.
    what: Option<What>,
    times: u64,
    seen: u64,
}

impl Crossed {
    pub(super) const KIND: Kind = Kind {
        name: "crossed",
        subject: Subject::Wire,
        options: &[GoalOption::What, GoalOption::Times],
        reached_when: "the thing `what` has crossed a watched connection of the lesson; with `times`, \
                       so many of them",
        make: |options| {
            GoalKind::Crossed(Self {
                what: options.what.clone(),
                times: options.times.max(1),
                seen: 0,
            })
        },
    };
}

impl Watch for Crossed {
    fn on_wire(&mut self, event: &WireEvent) -> bool {
        if self.what.as_ref().is_some_and(|what| what.is(event)) {
            self.seen += 1;
            return self.seen >= self.times;
        }
        false
    }
}
