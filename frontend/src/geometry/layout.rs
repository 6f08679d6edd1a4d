//! Where the cards, tanks and channels of a run stand. It depends on the roles and the pipes
//! alone, never on how much flows.

use spillway_streams::{PipeView, ReadState, RunView, StageView, WriteState};

/// Top edge of every card.
pub const CARD_Y: i32 = 14;
/// Height of every card.
pub const CARD_HEIGHT: i32 = 258;
/// Top edge of every tank, within its card.
pub const TANK_Y: i32 = 72;
/// Height of every tank.
pub const TANK_HEIGHT: i32 = 92;
/// Height of the mark's line within a tank.
pub const MARK_Y: i32 = TANK_HEIGHT / 2;
/// Height of the middle of a channel in the picture.
pub const CHANNEL_Y: i32 = CARD_Y + TANK_Y + MARK_Y;

const MARGIN: i32 = 10;
const SPACE: i32 = 66;
const CARD_WIDTH: i32 = 186;
const PADDING: i32 = 16;
/// Width of a tank that is alone in its card: the figures beside it need the rest.
const LONE_TANK: i32 = 60;
/// How much nearer than other things it is to the edge.
const LONE_INSET: i32 = 4;
/// From it to the figures beside it.
const BESIDE: i32 = 10;
/// How much farther than the one before it each pipe runs below the cards.
const DETOUR_DEPTH: i32 = 22;

/// The whole picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Layout {
    /// Width of the picture.
    pub width: i32,
    /// Its height.
    pub height: i32,
    /// One card per stage, in order.
    pub cards: Vec<Card>,
    /// One channel per pipe that stands.
    pub channels: Vec<Channel>,
    /// Neighbours that could be piped and are not.
    pub gaps: Vec<Gap>,
}

/// The card of one stage.
#[derive(Debug, Clone, PartialEq)]
pub struct Card {
    /// Left edge in the picture.
    pub x: i32,
    /// Width.
    pub width: i32,
    /// The write buffer's tank, left.
    pub write: Option<Tank>,
    /// The read buffer's tank, right.
    pub read: Option<Tank>,
    /// Left edge of the column of figures beside a single tank.
    pub beside: Option<i32>,
}

/// A tank within its card.
#[derive(Debug, Clone, PartialEq)]
pub struct Tank {
    /// Left edge, within the card.
    pub x: i32,
    /// Width.
    pub width: i32,
}

/// A pipe between two cards.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// Index of the Readable.
    pub from: usize,
    /// Index of the Writable.
    pub to: usize,
    /// Where it leaves the one card.
    pub x1: i32,
    /// Where it enters the other.
    pub x2: i32,
    /// How far below the cards it runs when it passes others; it leaves by the card's lower edge
    /// then, at `x1`. `None` for neighbours.
    pub detour: Option<i32>,
}

/// A place where a pipe could be.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// Index of the Readable.
    pub from: usize,
    /// Index of the Writable.
    pub to: usize,
    /// Right edge of the one card.
    pub x1: i32,
    /// Left edge of the other.
    pub x2: i32,
    /// Whether a pipe is of any use: neither end is at its end, and the run goes on.
    pub offered: bool,
    /// How the program gets the chunks there instead of by a pipe, if it does: a listener, or calls of `read()`.
    pub listened: Option<&'static str>,
    /// A pipe from another stage comes up here.
    pub entered: bool,
}

impl Layout {
    /// Places everything.
    #[must_use]
    pub fn of(view: &RunView) -> Self {
        let mut cards = Vec::with_capacity(view.stages.len());
        let mut x = MARGIN;
        for stage in &view.stages {
            let card = Card::of(stage, x);
            x += card.width + SPACE;
            cards.push(card);
        }
        let channels = channels(view, &cards);
        let gaps = gaps(view, &cards);
        let deepest = channels.iter().filter_map(|channel| channel.detour).max();
        let below = deepest.map_or(0, |depth| depth + 12);
        Self {
            width: (x - SPACE + MARGIN).max(CARD_WIDTH),
            height: CARD_Y + CARD_HEIGHT + below + 6,
            cards,
            channels,
            gaps,
        }
    }
}

impl Card {
    fn of(stage: &StageView, x: i32) -> Self {
        let (write, read, beside) = match (&stage.writable, &stage.readable) {
            (Some(_), Some(_)) => {
                let width = 58;
                let right = CARD_WIDTH - PADDING - width;
                (
                    Some(Tank { x: PADDING, width }),
                    Some(Tank { x: right, width }),
                    None,
                )
            }
            (Some(_), None) => {
                let (x, width) = (PADDING - LONE_INSET, LONE_TANK);
                (Some(Tank { x, width }), None, Some(x + width + BESIDE))
            }
            (None, Some(_)) => {
                let width = LONE_TANK;
                let right = CARD_WIDTH - PADDING + LONE_INSET - width;
                (None, Some(Tank { x: right, width }), Some(PADDING))
            }
            (None, None) => (None, None, Some(PADDING)),
        };
        Self {
            x,
            width: CARD_WIDTH,
            write,
            read,
            beside,
        }
    }
}

fn channels(view: &RunView, cards: &[Card]) -> Vec<Channel> {
    let mut detours = 0;
    let channel = |pipe: &PipeView| {
        let (from, to) = (usize::from(pipe.from.0), usize::from(pipe.to.0));
        let (start, end) = (cards.get(from)?, cards.get(to)?);
        let right = start.x + start.width;
        let detour = (to != from + 1).then(|| {
            detours += 1;
            DETOUR_DEPTH * detours
        });
        Some(Channel {
            from,
            to,
            x1: detour.map_or(right, |depth| right - DETOUR_DEPTH - depth),
            x2: end.x,
            detour,
        })
    };
    let pipes = view.pipes.iter().enumerate();
    // Two pipes of the same pair are drawn as one.
    let first = |(at, pipe): &(usize, &PipeView)| {
        let mut before = view.pipes[..*at].iter();
        !before.any(|other| (other.from, other.to) == (pipe.from, pipe.to))
    };
    let pipes = pipes.filter(first).map(|(_, pipe)| pipe);
    pipes.filter_map(channel).collect()
}

fn gaps(view: &RunView, cards: &[Card]) -> Vec<Gap> {
    let piped = |from: usize, to: usize| {
        view.pipes
            .iter()
            .any(|pipe| usize::from(pipe.from.0) == from && usize::from(pipe.to.0) == to)
    };
    view.stages
        .windows(2)
        .enumerate()
        .filter(|(at, pair)| {
            pair[0].readable.is_some() && pair[1].writable.is_some() && !piped(*at, at + 1)
        })
        .map(|(at, pair)| Gap {
            from: at,
            to: at + 1,
            x1: cards[at].x + cards[at].width,
            x2: cards[at + 1].x,
            offered: view.outcome.is_none()
                && listens(&pair[0]).is_none()
                && can_give(&pair[0])
                && can_take(&pair[1]),
            listened: listens(&pair[0]),
            entered: view
                .pipes
                .iter()
                .any(|pipe| usize::from(pipe.to.0) == at + 1),
        })
        .collect()
}

fn listens(stage: &StageView) -> Option<&'static str> {
    let side = stage.readable.as_ref()?;
    if side.data_listeners > 0 {
        return Some("'data'");
    }
    (side.readable_listeners > 0).then_some("read()")
}

fn can_give(stage: &StageView) -> bool {
    let ended = |state| state == ReadState::Ended;
    let open = stage
        .readable
        .as_ref()
        .is_some_and(|side| !ended(side.state));
    open && stage.error.is_none() && !stage.closed
}

fn can_take(stage: &StageView) -> bool {
    let open = |state| state == WriteState::Open;
    let open = stage.writable.as_ref().is_some_and(|side| open(side.state));
    open && stage.error.is_none() && !stage.closed
}

#[cfg(test)]
mod tests {
    use spillway_streams::StageId;

    use super::*;
    use crate::model::sample;

    #[test]
    fn a_transform_has_two_tanks_and_the_ends_one() {
        let layout = Layout::of(&sample::pipeline());
        let tanks: Vec<_> = layout
            .cards
            .iter()
            .map(|card| (card.write.is_some(), card.read.is_some()))
            .collect();
        assert_eq!(
            tanks,
            [(false, true), (true, true), (true, true), (true, false)]
        );
    }

    #[test]
    fn neighbours_that_are_piped_have_a_channel_and_no_gap() {
        let layout = Layout::of(&sample::pipeline());
        assert_eq!(layout.channels.len(), 3);
        assert!(layout.gaps.is_empty());
        assert!(
            layout
                .channels
                .iter()
                .all(|channel| channel.x1 < channel.x2)
        );
    }

    #[test]
    fn two_pipes_of_one_pair_are_drawn_as_one() {
        let mut view = sample::pipeline();
        view.pipes.push(view.pipes[0].clone());
        assert_eq!(Layout::of(&view).channels.len(), 3);
    }

    #[test]
    fn a_removed_pipe_leaves_a_gap() {
        let mut view = sample::pipeline();
        view.pipes.remove(0);
        let layout = Layout::of(&view);
        assert_eq!(layout.channels.len(), 2);
        assert_eq!((layout.gaps[0].from, layout.gaps[0].to), (0, 1));
    }

    #[test]
    fn a_gap_behind_what_has_ended_offers_no_pipe() {
        let mut view = sample::pipeline();
        view.pipes.remove(0);
        assert!(Layout::of(&view).gaps[0].offered);
        view.stages[0].readable.as_mut().expect("a Readable").state = ReadState::Ended;
        assert!(!Layout::of(&view).gaps[0].offered);
    }

    #[test]
    fn where_the_program_listens_or_reads_no_pipe_is_offered() {
        let mut view = sample::pipeline();
        view.pipes.remove(0);
        let listeners = |view: &mut RunView, data, readable| {
            let side = view.stages[0].readable.as_mut().expect("a Readable");
            (side.data_listeners, side.readable_listeners) = (data, readable);
            let gap = Layout::of(view).gaps.remove(0);
            (gap.listened, gap.offered)
        };
        assert_eq!(listeners(&mut view, 1, 0), (Some("'data'"), false));
        assert_eq!(listeners(&mut view, 0, 1), (Some("read()"), false));
        assert_eq!(listeners(&mut view, 0, 0), (None, true));
    }

    #[test]
    fn a_pipe_past_a_stage_runs_below_the_cards() {
        let mut view = sample::pipeline();
        let flat = Layout::of(&view).height;
        view.pipes = vec![PipeView {
            from: StageId(0),
            to: StageId(3),
            open: true,
        }];
        let layout = Layout::of(&view);
        assert!(layout.channels[0].detour.is_some());
        assert!(layout.height > flat);
        let end = layout.cards[0].x + layout.cards[0].width;
        assert!(layout.channels[0].x1 < end, "it leaves by the lower edge");
    }

    #[test]
    fn pipes_past_stages_run_below_each_other() {
        let mut view = sample::pipeline();
        let pipe = |to| PipeView {
            from: StageId(0),
            to: StageId(to),
            open: true,
        };
        view.pipes = vec![pipe(1), pipe(2), pipe(3)];
        let channels = Layout::of(&view).channels;
        assert_eq!(channels[0].detour, None);
        assert!(channels[1].detour < channels[2].detour);
        assert!(channels[1].x1 > channels[2].x1);
    }
}
