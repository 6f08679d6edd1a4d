//! Which stage sets the pace of a run, by how the stages spend their time.

use spillway_streams::{RunView, StageId};

use super::meter::Share;
use super::run::Figures;

/// From here on a stage counts as held back, thousandths of its time.
const HELD_BACK: u64 = 100;

/// The busy stage downstream of those that are held back: the busiest behind the last of them. None
/// when nobody is held back, or too little was measured.
#[must_use]
pub fn bottleneck(view: &RunView, figures: &[Figures], source: StageId) -> Option<StageId> {
    let share = |id: StageId| -> Option<Share> { figures.get(usize::from(id.0))?.share };
    let way = way_from(view, source);
    let is_held = |id: &StageId| share(*id).is_some_and(|share| share.held >= HELD_BACK);
    let last_held = way.iter().rposition(is_held)?;
    let behind = way[last_held + 1..].iter().copied();
    let busy = behind.filter_map(|id| Some((id, share(id)?.busy)));
    // Of two that are as busy, the one further down holds back the other.
    let (id, busy) = busy.max_by_key(|(_, busy)| *busy)?;
    (busy > 0).then_some(id)
}

/// The stages that a source's chunks go through, it first.
fn way_from(view: &RunView, source: StageId) -> Vec<StageId> {
    let mut way = vec![source];
    let mut at = source;
    while let Some(pipe) = view.pipes.iter().find(|pipe| pipe.from == at)
        && !way.contains(&pipe.to)
    {
        at = pipe.to;
        way.push(at);
    }
    way
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    fn check(shares: [(u64, u64); 4], expect: Option<u16>) {
        let of = |(busy, held)| Figures {
            share: Some(Share { busy, held }),
            ..Figures::default()
        };
        let figures = shares.map(of);
        let found = bottleneck(&sample::pipeline(), &figures, StageId(0));
        assert_eq!(found, expect.map(StageId));
    }

    #[test]
    fn it_is_the_busy_stage_behind_those_that_are_held_back() {
        check([(20, 980), (50, 950), (990, 0), (30, 0)], Some(2));
        check([(20, 980), (50, 950), (300, 700), (1_000, 0)], Some(3));
        check([(20, 980), (990, 0), (800, 0), (100, 0)], Some(1));
    }

    #[test]
    fn a_stage_upstream_is_never_it_however_busy() {
        check([(900, 100), (10, 990), (300, 0), (20, 0)], Some(2));
    }

    #[test]
    fn nobody_is_it_when_nobody_is_held_back() {
        check([(1_000, 0), (50, 0), (60, 0), (30, 0)], None);
        assert_eq!(bottleneck(&sample::pipeline(), &[], StageId(0)), None);
    }
}
