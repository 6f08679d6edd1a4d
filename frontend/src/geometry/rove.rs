//! Where the arrow keys go in the picture: left and right from stage to stage, up and down through
//! what belongs to one.

use spillway_protocol::control::Side;
use spillway_streams::{RunView, StageId};

use crate::words::verbs::Thing;

/// An arrow key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrow {
    /// To the stage before.
    Left,
    /// To the stage after.
    Right,
    /// Towards the stage itself.
    Up,
    /// Through its tanks to its pipes.
    Down,
}

impl Arrow {
    /// By the name that the browser gives the key.
    #[must_use]
    pub fn of(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowLeft" => Self::Left,
            "ArrowRight" => Self::Right,
            "ArrowUp" => Self::Up,
            "ArrowDown" => Self::Down,
            _ => return None,
        })
    }
}

/// The thing that an arrow key leads to; none at the edge.
#[must_use]
pub fn next(view: &RunView, thing: Thing, arrow: Arrow) -> Option<Thing> {
    let id = thing.stage();
    let step: isize = match arrow {
        Arrow::Left | Arrow::Up => -1,
        Arrow::Right | Arrow::Down => 1,
    };
    if matches!(arrow, Arrow::Left | Arrow::Right) {
        let next = StageId(id.0.checked_add_signed(step as i16)?);
        return view.stage(next).map(|_| Thing::Stage(next));
    }
    let things = things_of(view, id);
    let at = things.iter().position(|other| *other == thing)?;
    things.get(at.checked_add_signed(step)?).copied()
}

/// A stage, its tanks, and the pipes that leave it or could.
fn things_of(view: &RunView, id: StageId) -> Vec<Thing> {
    let mut things = vec![Thing::Stage(id)];
    let stage = view.stage(id);
    if stage.is_some_and(|stage| stage.writable.is_some()) {
        things.push(Thing::Tank(id, Side::Write));
    }
    if stage.is_some_and(|stage| stage.readable.is_some()) {
        things.push(Thing::Tank(id, Side::Read));
    }
    let pipes = view.pipes.iter().filter(|pipe| pipe.from == id);
    things.extend(pipes.map(|pipe| Thing::Pipe(id, pipe.to)));
    things
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    #[test]
    fn left_and_right_go_from_stage_to_stage_and_stop_at_the_ends() {
        let view = sample::pipeline();
        let stage = |at| Thing::Stage(StageId(at));
        assert_eq!(next(&view, stage(0), Arrow::Right), Some(stage(1)));
        assert_eq!(next(&view, stage(0), Arrow::Left), None);
        assert_eq!(next(&view, stage(3), Arrow::Right), None);
        let tank = Thing::Tank(StageId(2), Side::Read);
        assert_eq!(next(&view, tank, Arrow::Left), Some(stage(1)));
    }

    #[test]
    fn down_goes_through_the_tanks_to_the_pipe_and_up_comes_back() {
        let view = sample::pipeline();
        let id = StageId(2);
        let way = [
            Thing::Stage(id),
            Thing::Tank(id, Side::Write),
            Thing::Tank(id, Side::Read),
            Thing::Pipe(id, StageId(3)),
        ];
        for pair in way.windows(2) {
            assert_eq!(next(&view, pair[0], Arrow::Down), Some(pair[1]));
            assert_eq!(next(&view, pair[1], Arrow::Up), Some(pair[0]));
        }
        assert_eq!(next(&view, way[3], Arrow::Down), None);
    }
}
