//! The rules of Node's streams as pure state machines: no I/O, no clock, no async.
//!
//! [`Machine`] holds all streams of one run and decides what Node would decide. A run is an
//! ordered log of [`Event`]s; [`RunView`] is the fold that makes the picture of it.

mod checked;
mod error;
mod event;
mod fault;
mod machine;
mod measured;
mod profile;
mod view;

pub use checked::{CHECKED, Checked};
pub use error::StreamError;
pub use event::{
    Callback, Event, EventKind, FlowCause, Hearing, Outcome, PauseCause, Resources, StageId,
    UnpipeCause, Verb,
};
pub use machine::{
    Activity, Backpressure, BufferSide, Call, FinishedId, FinishedOptions, IterateOptions,
    IteratorId, Machine, OnReadable, PipelineId, PipelineOptions, Queued, ReadOptions, Sides,
    StageOptions, VerbError, WriteOptions,
};
pub use measured::Measured;
pub use profile::Profile;
pub use view::{PipeView, ReadState, ReadableView, RunView, StageView, WritableView, WriteState};
