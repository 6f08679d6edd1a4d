//! What a thing in the picture offers.

use spillway_protocol::control::Side;
use spillway_streams::{RunView, StageId, StageView};

use super::{Call, Offer, offer, offers};
use crate::words::label;
use crate::words::number::exact;

/// A thing in the picture that can be pointed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A stage.
    Stage(StageId),
    /// One of its tanks.
    Tank(StageId, Side),
    /// The pipe from one stage to another, or the place where it could be.
    Pipe(StageId, StageId),
}

impl Thing {
    /// The stage whose verbs they are.
    #[must_use]
    pub const fn stage(self) -> StageId {
        match self {
            Self::Stage(id) | Self::Tank(id, _) | Self::Pipe(id, _) => id,
        }
    }
}

/// What it is called.
#[must_use]
pub fn thing_name(view: &RunView, thing: Thing) -> String {
    let name = label(view, thing.stage());
    match thing {
        Thing::Stage(_) => name,
        Thing::Tank(_, side) => format!("{name}: {} buffer", side_name(side)),
        Thing::Pipe(_, to) => format!("{name} → {}", label(view, to)),
    }
}

/// What can be done with it.
#[must_use]
pub fn menu(view: &RunView, thing: Thing) -> Vec<Offer> {
    let id = thing.stage();
    let Some(stage) = view.stage(id) else {
        return Vec::new();
    };
    let mut offers = offers(view, id);
    match thing {
        Thing::Stage(_) => {
            offers.extend(looks(view, stage));
            offers.push(marks());
        }
        Thing::Tank(_, side) => {
            offers.retain(|offer| belongs(offer.call, side));
            let looks = looks(view, stage).into_iter();
            let own = looks.filter(|look| look.call == Call::Look(side));
            offers.splice(0..0, own);
            offers.push(marks());
        }
        Thing::Pipe(_, to) => {
            offers.retain(
                |offer| matches!(offer.call, Call::Pipe(at) | Call::Unpipe(at) if at == to),
            );
        }
    }
    offers
}

const fn belongs(call: Call, side: Side) -> bool {
    match side {
        Side::Read => matches!(call, Call::Pause | Call::Resume | Call::Read),
        Side::Write => matches!(call, Call::Write | Call::Cork | Call::Uncork | Call::End),
    }
}

fn looks(view: &RunView, stage: &StageView) -> Vec<Offer> {
    let write = stage.writable.as_ref().map(|side| side.buffered);
    let read = stage.readable.as_ref().map(|side| side.buffered);
    let look = |side, buffered: Option<u64>| buffered.map(|buffered| look(side, buffered));
    let mut looks = Vec::new();
    looks.extend(look(Side::Write, write));
    looks.extend(look(Side::Read, read));
    if view.outcome.is_some() {
        super::refuse(&mut looks, "the run is over");
    }
    looks
}

fn look(side: Side, buffered: u64) -> Offer {
    let name = side_name(side);
    let tip = format!("lists its chunks; it holds {} bytes", exact(buffered));
    let code = format!("look into the {name} buffer");
    offer(&format!("look-{name}"), &code, tip, Call::Look(side))
}

fn marks() -> Offer {
    let tip = "high water marks of every stage; takes effect at the next Run".to_owned();
    offer("marks", "marks of the next run", tip, Call::Marks)
}

/// `read` or `write`.
#[must_use]
pub const fn side_name(side: Side) -> &'static str {
    match side {
        Side::Read => "read",
        Side::Write => "write",
    }
}
