//! A run as its session sees it: what it is asked for, how it is reached, what it leaves.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use spillway_lessons::{Judge, Player};
use spillway_protocol::control::QueuedChunk;
use spillway_streams::{BufferSide, StageId, VerbError};
use thiserror::Error;
use tokio::sync::{mpsc, oneshot};

use super::outputs::Outputs;
use super::{Driver, Question, Rate};
use crate::engine::Env;
use crate::engine::outbox::Outbox;
use crate::engine::outlets::Outlets;
use crate::engine::pipeline::Pipeline;
use crate::engine::stages::{Reach, StageError};
use crate::metrics::Metrics;
use crate::upload::Uploads;

/// What to run, and for whom.
#[derive(Debug)]
pub(crate) struct RunSpec {
    pub(crate) id: String,
    pub(crate) place: RunPlace,
    pub(crate) lesson: Option<String>,
    pub(crate) pipeline: Pipeline,
    pub(crate) judge: Option<Arc<Mutex<Judge>>>,
    /// The lesson's solution, or what a question calls, when it is to be played.
    pub(crate) player: Option<Player>,
    /// The question that the run is to answer.
    pub(crate) question: Option<Question>,
    /// How fast its events may come, from the first one on.
    pub(crate) rate: Rate,
    pub(crate) outbox: Arc<Outbox>,
    /// What the session has sent.
    pub(crate) uploads: Arc<Uploads>,
}

/// A place among the runs that the server keeps, free again when it is dropped.
#[derive(Debug)]
pub(crate) struct RunPlace(Arc<Metrics>);

impl RunPlace {
    /// A place, unless so many are taken.
    pub(crate) fn take(metrics: &Arc<Metrics>, most: u64) -> Option<Self> {
        let one_more = |runs| (runs < most).then_some(runs + 1);
        let taken = metrics.runs.fetch_update(Relaxed, Relaxed, one_more);
        taken.is_ok().then(|| Self(Arc::clone(metrics)))
    }
}

impl Drop for RunPlace {
    fn drop(&mut self) {
        self.0.runs.fetch_sub(1, Relaxed);
    }
}

/// A run that goes on in its own task until this is dropped.
#[derive(Debug)]
pub(crate) struct RunHandle {
    commands: mpsc::Sender<RunCommand>,
    outputs: Arc<Outputs>,
    outlets: Arc<Outlets>,
}

/// Where the answer of a run goes.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, RunError>>;

/// What can be asked of a run.
#[derive(Debug)]
pub(crate) enum RunCommand {
    /// A verb on a stage.
    Verb(RunVerb, Reply<Option<String>>),
    /// A `read()` by hand.
    Read(Read, Reply<Gave>),
    /// A chunk written by hand.
    Write(Write, Reply<Written>),
    /// A look at what a buffer holds.
    Buffer(Buffer, Reply<Buffered>),
    /// A look at one chunk of it.
    Chunk(Buffer, u64, Reply<Looked>),
    /// A change of speed.
    Throttle(Throttle, Reply<Option<String>>),
    /// Another rate of the clock.
    Clock(Rate, Reply<Option<String>>),
    /// A page has come (back): send it a snapshot.
    Snapshot,
}

/// A verb by the names of the stages.
#[derive(Debug, Clone)]
pub(crate) enum RunVerb {
    Pipe {
        from: String,
        to: String,
    },
    Unpipe {
        from: String,
        to: Option<String>,
    },
    Pause {
        stage: String,
    },
    Resume {
        stage: String,
    },
    Destroy {
        stage: String,
        error: Option<String>,
    },
    Cork {
        stage: String,
    },
    Uncork {
        stage: String,
    },
    End {
        stage: String,
    },
}

/// A `read(n)` by hand, or `read()`.
#[derive(Debug, Clone)]
pub(crate) struct Read {
    pub(crate) stage: String,
    pub(crate) n: Option<u64>,
}

/// What `read()` answered.
#[derive(Debug)]
pub(crate) struct Gave {
    /// The size and the beginning of the chunk; none for null.
    pub(crate) chunk: Option<Looked>,
    pub(crate) buffered: u64,
    pub(crate) mark: u64,
    /// What surprises in it.
    pub(crate) note: Option<String>,
}

/// A chunk written by hand.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(crate) stage: String,
    pub(crate) chunk: Bytes,
}

/// What `write()` answered.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) answer: bool,
    pub(crate) buffered: u64,
    pub(crate) mark: u64,
    /// What surprises in it.
    pub(crate) note: Option<String>,
}

/// One of the buffers of a run.
#[derive(Debug, Clone)]
pub(crate) struct Buffer {
    pub(crate) stage: String,
    pub(crate) side: BufferSide,
}

/// What it held when it was looked at.
#[derive(Debug)]
pub(crate) struct Buffered {
    pub(crate) in_hand: Option<u64>,
    /// Oldest first.
    pub(crate) chunks: Vec<QueuedChunk>,
    /// How many wait behind these.
    pub(crate) more: u64,
}

/// The beginning of a chunk.
#[derive(Debug)]
pub(crate) struct Looked {
    pub(crate) bytes: u64,
    pub(crate) beginning: Vec<u8>,
}

/// A new speed of a stage.
#[derive(Debug, Clone)]
pub(crate) struct Throttle {
    pub(crate) stage: String,
    pub(crate) bytes_per_s: Option<u64>,
}

/// Why a run refused; nothing has changed.
#[derive(Debug, Error)]
pub(crate) enum RunError {
    /// No such stage.
    #[error("the run has no stage '{name}'; its stages are {known}")]
    UnknownStage { name: String, known: String },
    /// Node would throw.
    #[error(transparent)]
    Verb(#[from] VerbError),
    /// Node would do something nobody wants.
    #[error("{0}")]
    NotAllowed(String),
    /// It was there, and is not any more.
    #[error("{0}")]
    Gone(String),
    /// A question waits for its answer.
    #[error(
        "hands off: this run is answering a question; when it has, go on, or start the lesson again"
    )]
    Asked,
    /// The run is over.
    #[error("the run is over; start it again")]
    Over,
    /// The run could not be started.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// The disk refused.
    #[error("the run cannot have a folder: {0}")]
    Folder(io::Error),
}

impl RunHandle {
    /// Opens what the stages need, pipes them in their order, and lets the run go.
    pub(crate) async fn start(spec: RunSpec, env: &Env) -> Result<Self, RunError> {
        let cities = env.data.cities().await.map_err(|source| StageError::Io {
            what: "cannot make cities.csv".to_owned(),
            source,
        })?;
        let dir = env.data.run_dir(&spec.id).map_err(RunError::Folder)?;
        let stages = spec.pipeline.stages.iter().enumerate();
        // Few stages, so the ids fit.
        let names =
            stages.filter_map(|(at, stage)| Some((StageId(at as u16), stage.plan.output.clone()?)));
        let disk = Arc::clone(&env.disk);
        let outputs = Arc::new(Outputs::new(spec.id.clone(), dir, disk, names));
        let outlets = Arc::<Outlets>::default();
        let reach = Reach {
            run: spec.id.clone(),
            outlets: Arc::clone(&outlets),
            uploads: Arc::clone(&spec.uploads),
            server: env.address.get().copied(),
            databases: env.databases.clone(),
        };
        let driver = Driver::new(spec, env.clone(), cities, &reach, Arc::clone(&outputs))?;
        let (commands, received) = mpsc::channel(COMMANDS);
        env.tasks.spawn(driver.run(received));
        Ok(Self {
            commands,
            outputs,
            outlets,
        })
    }

    /// Where to ask something of the run.
    pub(crate) fn ask(&self) -> mpsc::Sender<RunCommand> {
        self.commands.clone()
    }

    /// Asks for a snapshot without waiting; a run too busy to take it sends none.
    pub(crate) fn ask_snapshot(&self) {
        let _full = self.commands.try_send(RunCommand::Snapshot);
    }

    /// Where its stages hand out what they are written.
    pub(crate) fn outlets(&self) -> Arc<Outlets> {
        Arc::clone(&self.outlets)
    }

    /// The path of the finished output of this name.
    pub(crate) fn finished_output(&self, name: &str) -> Option<PathBuf> {
        self.outputs.finished(name)
    }
}

/// Commands that may wait for a run; each comes from a socket that waits for its answer.
const COMMANDS: usize = 8;
