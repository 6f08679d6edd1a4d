//! `GET /ws/control`: the page's own channel. JSON text messages, one object each, told apart by
//! `type`.

mod hands;
mod message;
mod scenario;
mod start;

use serde::{Deserialize, Serialize};

pub use self::hands::{BufferPlace, MAX_READ, MAX_WRITE, QueuedChunk, Read, Side, Write};
pub use self::message::{Answered, Direction, Download, Message, WirePiece, WirePlace};
pub use self::scenario::{ScenarioEnd, ScenarioOver};
pub use self::start::{Clock, ClockMode, Join, Marks, Prediction, StageSpec, Start};

/// A request of the page. The answer to it carries the same `id`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Chosen by the page; comes back in the answer.
    pub id: u64,
    /// What is asked.
    #[serde(flatten)]
    pub command: Command,
}

/// What the page can ask.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Command {
    /// First message on every connection. Answered by `welcome`.
    Hello {
        /// [`crate::VERSION`].
        version: u32,
        /// The session to go on with after a lost connection.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<String>,
    },
    /// Starts the pipeline of a lesson, or one given in full. Answered by `started`.
    Start(Start),
    /// Checks what `start` would start, and starts nothing. Answered by `ok`, or by the error
    /// that `start` would answer with.
    Check(Start),
    /// `from.pipe(to)`.
    Pipe {
        /// The run.
        run: String,
        /// Name of the Readable.
        from: String,
        /// Name of the Writable.
        to: String,
    },
    /// `from.unpipe(to)`; without `to`, `from.unpipe()`: all destinations.
    Unpipe {
        /// The run.
        run: String,
        /// Name of the Readable.
        from: String,
        /// Name of the Writable.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
    /// `stage.pause()`.
    Pause {
        /// The run.
        run: String,
        /// Name of the Readable.
        stage: String,
    },
    /// `stage.resume()`.
    Resume {
        /// The run.
        run: String,
        /// Name of the Readable.
        stage: String,
    },
    /// `stage.destroy(error)`: makes a stage fail now; without `error`, `stage.destroy()`.
    Destroy {
        /// The run.
        run: String,
        /// Name of the stage.
        stage: String,
        /// The error's message, at most 200 bytes.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// `stage.read(n)` by hand. Answered by `gave`.
    Read(Read),
    /// `stage.write(chunk)` by hand. Answered by `written`.
    Write(Write),
    /// `stage.cork()`.
    Cork {
        /// The run.
        run: String,
        /// Name of the Writable.
        stage: String,
    },
    /// `stage.uncork()`.
    Uncork {
        /// The run.
        run: String,
        /// Name of the Writable.
        stage: String,
    },
    /// `stage.end()`: no more writes; what is queued is still taken. ([`Command::End`] ends the
    /// run.)
    EndStage {
        /// The run.
        run: String,
        /// Name of the Writable.
        stage: String,
    },
    /// What one of a stage's buffers holds. Answered by `buffer`.
    Buffer(BufferPlace),
    /// One chunk of it. Answered by `chunk`.
    Chunk {
        /// Which buffer.
        #[serde(flatten)]
        place: BufferPlace,
        /// Where the chunk begins, as `buffer` said.
        at: u64,
    },
    /// Sets how fast a stage's implementation may go.
    Throttle {
        /// The run.
        run: String,
        /// Name of the stage.
        stage: String,
        /// Bytes a second, at least 1; `null`: as fast as it can.
        bytes_per_s: Option<u64>,
    },
    /// Sets how fast the events of a run come. Not the `pause()` of a stream: the stages are not
    /// told.
    Clock {
        /// The run.
        run: String,
        /// How the clock is to go.
        #[serde(flatten)]
        clock: Clock,
    },
    /// Ends a run and frees what it holds.
    End {
        /// The run.
        run: String,
    },
    /// Asks for a one-use token that lets this session watch one connection's bytes: open
    /// `/ws/chat/ROOM?name=NAME&watch=TOKEN` with it. Answered by `watch_token`.
    Watch {
        /// The lesson whose goals the watched connection is judged by, as `chapter/lesson`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lesson: Option<String>,
    },
    /// Sends any frames and bytes, lawful or not, over a connection of its own from the server to
    /// its own `/ws/echo`. Answered by `sending`; `scenario_over` follows when it is over.
    SendScenario {
        /// The scenario's text: its form is `FORM` of the crate `spillway-websocket`. Empty beside a
        /// `question`, which has its own.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        scenario: String,
        /// The lesson whose goals the connection is judged by, as `chapter/lesson`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lesson: Option<String>,
        /// The connection answers a question of the lesson; its goals are not judged meanwhile.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        question: Option<Prediction>,
    },
}

/// Kinds of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Not JSON, or not a known message, or a field is missing or wrong.
    Malformed,
    /// `hello` must come first.
    HelloFirst,
    /// Another protocol version: reload the page.
    Version,
    /// The session has no such run.
    UnknownRun,
    /// The run has no such stage.
    UnknownStage,
    /// There is no such kind of stage, or its options are wrong.
    BadStage,
    /// There is no such lesson.
    UnknownLesson,
    /// A scenario's text cannot be read, or is out of bounds.
    BadScenario,
    /// Node would refuse this, or what it would do is of no use.
    NotAllowed,
    /// What was asked for has been there and is gone.
    Gone,
    /// A quota is reached.
    Quota,
    /// The server failed; its log says more.
    Internal,
}
