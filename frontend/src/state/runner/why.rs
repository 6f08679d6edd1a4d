//! The chain of causes that the page tells.

use std::mem::discriminant;

use leptos::prelude::*;

use super::{Runner, Told};
use crate::model::causes::{Link, Says, behind, chain, steps_of_stages};
use crate::model::history::Moment;
use crate::model::run::Run;

/// The chain of causes behind what is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Why {
    /// It is told, and not only counted.
    pub open: bool,
    /// The learner is about to press one of its steps: it stays as it is.
    pub held: bool,
    /// From the event to the first cause.
    pub links: Vec<Link>,
}

impl Why {
    /// Which steps each stage takes part in; empty while the chain is not told.
    #[must_use]
    pub fn steps(&self) -> Vec<String> {
        let last = self
            .links
            .iter()
            .map(|link| usize::from(link.stage.0))
            .max();
        match last {
            Some(last) if self.open => steps_of_stages(&self.links, last + 1),
            _ => Vec::new(),
        }
    }

    pub(super) fn forget(&mut self) {
        self.held = false;
        self.links.clear();
    }

    /// Whether a newer event of the same kind would only make the words flicker.
    fn is_of_the_same(&self, links: &[Link]) -> bool {
        let (Some(told), Some(new)) = (self.links.first(), links.first()) else {
            return false;
        };
        let same = match (&told.says, &new.says) {
            (Says::Event(told), Says::Event(new)) => discriminant(told) == discriminant(new),
            _ => false,
        };
        same && told.stage == new.stage && told.seq != new.seq
    }
}

impl Runner {
    /// Tells or hides the chain.
    pub fn toggle_why(self) {
        self.why.update(|why| why.open = !why.open);
    }

    /// The chain behind how the run stands now.
    pub(super) fn explain_now(self, run: &Run, told: &Told) {
        let now = run.history.last();
        let held = told.verdict.bottleneck.is_some();
        let event = behind(&run.history, now, &told.view, held);
        self.explain(run, event, now);
    }

    /// The chain behind the event that led to a moment, as it stands when it is `shown`.
    pub(super) fn explain(self, run: &Run, event: Option<Moment>, shown: Moment) {
        let past = event == Some(shown) && self.then.with_untracked(Option::is_some);
        let links = event.map_or_else(Vec::new, |event| chain(&run.history, event, shown));
        let stays = self.why.with_untracked(|why| {
            let steady = why.open && !past && (why.held || why.is_of_the_same(&links));
            steady || why.links == links
        });
        if !stays {
            self.why.update(|why| why.links = links);
        }
    }
}
