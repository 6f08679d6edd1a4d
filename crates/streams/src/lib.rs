//! The rules of Node's streams as pure state machines: no I/O, no clock, no async.
//!
//! A run is an ordered log of [`Event`]s; [`RunView`] is the fold that makes the picture of it.

mod event;
mod view;

pub use event::{Event, EventKind, FlowCause, Outcome, PauseCause, StageId, UnpipeCause, Verb};
pub use view::{PipeView, ReadState, ReadableView, RunView, StageView, WritableView, WriteState};
