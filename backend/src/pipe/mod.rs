//! `spillway pipe`: the engine between two files, without a page.

mod aside;
mod ends;
mod progress;
mod report;
mod signals;
mod words;

use std::io;
use std::time::Instant;

use thiserror::Error;
use tokio::runtime;

use self::aside::DiscardAtEnd;
use self::ends::{Input, Output};
use self::progress::Progress;
pub use self::report::Report;
use self::signals::Signals;
use self::words::SIZES;
pub use self::words::help;
use crate::engine::stages::{Places, StageError};
use crate::engine::{Buffers, Ledger, Pipeline, ThreadRun};

/// Why a pipe did not come to its end.
#[derive(Debug, Error)]
pub enum PipeError {
    /// What was asked for cannot be done; nothing was read or written.
    #[error("{0}")]
    Usage(String),
    /// A stage failed. Nothing is left under the name of the output.
    #[error("{0}")]
    Failed(String),
    /// A signal ended it; this is its number.
    #[error("interrupted")]
    Interrupted(u8),
}

impl From<StageError> for PipeError {
    /// A stage that cannot be made: nothing has run yet.
    fn from(error: StageError) -> Self {
        Self::Usage(error.to_string())
    }
}

fn cannot_start(error: &io::Error) -> PipeError {
    PipeError::Failed(format!("cannot start: {error}"))
}

/// Pipes IN through the stages into OUT: `words` are these, in order.
///
/// # Errors
/// When the words make no pipe, when a stage fails, or when a signal ends it.
pub fn run(words: &[String]) -> Result<Report, PipeError> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| cannot_start(&error))?;
    runtime.block_on(run_until_signal(words))
}

async fn run_until_signal(words: &[String]) -> Result<Report, PipeError> {
    let [first, middle @ .., last] = words else {
        let reason =
            "a pipe needs IN and OUT, each a path or - (`spillway pipe --help` teaches it)";
        return Err(PipeError::Usage(reason.to_owned()));
    };
    words::check_end("first", "IN", first)?;
    words::check_end("last", "OUT", last)?;
    let specs = words::specs(middle)?;
    // Before there is a file that they would leave behind.
    let mut signals = Signals::listen().map_err(|error| cannot_start(&error))?;
    let input = Input::find(first)?;
    let output = Output::find(last, &input)?;
    // Whatever a thread is still at then, it does not reach the final name any more.
    let _discard = DiscardAtEnd(output.aside.clone());
    let mut progress = Progress::begin(input.bytes(), output.is_terminal);
    let buffers = Buffers::default();
    let source = input.plan(SIZES, buffers.clone());
    let sink = output.plan(SIZES);
    let pipeline = Pipeline::between(source, &specs, sink, SIZES)?;
    let places = Places {
        cities: "none".as_ref(),
        output: &|name| name.into(),
        buffers,
        ledger: Ledger::default(),
        reach: None,
    };
    let began = Instant::now();
    let run = ThreadRun::start(pipeline, &places)?;
    let signal = loop {
        tokio::select! {
            biased;
            () = run.over() => break None,
            number = signals.recv() => break Some(number),
            () = progress.due() => progress.show(run.bytes_read()),
        }
    };
    let took = began.elapsed();
    let standing = run.stop();
    progress.end();
    match signal {
        Some(number) => Err(PipeError::Interrupted(number)),
        None => report::of(standing, took),
    }
}
