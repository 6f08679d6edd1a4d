//! `GET /ws/control`: the page's own channel. JSON text messages, one object each, told apart by
//! `type`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use spillway_streams::{Event, RunView};

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
}

/// A chunk written by hand: `text` or `base64`, exactly one of the two, at most [`MAX_WRITE`]
/// bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Write {
    /// The run.
    pub run: String,
    /// Name of the Writable.
    pub stage: String,
    /// The chunk as text, which is written in UTF-8.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Or the chunk as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

/// Largest chunk written by hand, bytes: in base64 it fits into a message of the channel.
pub const MAX_WRITE: usize = 32 * 1024;

/// One of the buffers of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BufferPlace {
    /// The run.
    pub run: String,
    /// Name of the stage.
    pub stage: String,
    /// Which of its two.
    pub side: Side,
}

/// The read side or the write side of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The read side.
    Read,
    /// The write side.
    Write,
}

/// A chunk that waits in a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedChunk {
    /// Where it begins: what had entered this buffer before it, bytes. It names the chunk as long
    /// as it waits.
    pub at: u64,
    /// Its size, bytes.
    pub bytes: u64,
}

/// High water marks for one run, instead of those that its stage would have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marks {
    /// `readableHighWaterMark`, bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<u64>,
    /// `writableHighWaterMark`, bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub write: Option<u64>,
}

/// What to start: a lesson or stages, exactly one of the two.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Start {
    /// A lesson, as `chapter/lesson`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lesson: Option<String>,
    /// Or the stages themselves, joined in this order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stages: Option<Vec<StageSpec>>,
    /// With `stages`: which of them is piped into which, by their names, when that is not their
    /// order. A stage may be read by several and is fed by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipes: Option<Vec<(String, String)>>,
    /// How they are joined; left out, as the lesson says, and else by `pipe()`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join: Option<Join>,
    /// The program listens for `error` on every stage: one that fails does not end the run.
    #[serde(default, skip_serializing_if = "is_false")]
    pub heard: bool,
    /// Marks of some stages, by their names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub marks: BTreeMap<String, Marks>,
    /// How the run's clock goes from its first event on; left out, at full speed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// How the clock of a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Clock {
    /// What it lets through.
    pub mode: ClockMode,
    /// Events a second of slow motion, 1 to 1,000; no other mode has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events_per_s: Option<u64>,
}

/// What the clock of a run lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockMode {
    /// Events as they come.
    #[default]
    Full,
    /// So many events a second; between them the run waits.
    Slow,
    /// Nothing: the run stands still, and so does its time.
    Paused,
    /// One event, and then nothing. In what the server says: that event has not come yet.
    Step,
}

/// How each stage of a run is joined to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Join {
    /// `from.pipe(to)`, for each pair. A stage that fails leaves the others as they are.
    #[default]
    Pipe,
    /// One `pipeline(…)` of all. When a stage fails, all are destroyed.
    Pipeline,
    /// A listener of `data` that calls `to.write(chunk)` and ignores what it answers, and one of
    /// `end` that calls `to.end()`: backpressure is left out.
    Write,
}

/// One stage of a pipeline: what to make and its options.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StageSpec {
    /// Name within the pipeline, such as `source`.
    pub id: String,
    /// Kind of stage, such as `gzip`.
    pub kind: String,
    /// Options of that kind.
    #[serde(flatten)]
    pub options: serde_json::Map<String, serde_json::Value>,
}

/// A message of the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Message {
    /// Answer to `hello`. A `snapshot` of each run of the session follows.
    Welcome {
        /// `id` of the request.
        id: u64,
        /// Version of the server's protocol.
        version: u32,
        /// Secret name of this page session; whoever holds it may act on its runs.
        session: String,
        /// The runs of this session that are still kept.
        runs: Vec<String>,
    },
    /// A request was carried out and has nothing more to say.
    Ok {
        /// `id` of the request.
        id: u64,
        /// What Node does with that verb in this moment, when it may surprise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// A request was refused; nothing has changed.
    Error {
        /// `id` of the request; absent when the message could not be read that far.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<u64>,
        /// What kind of refusal.
        code: ErrorCode,
        /// What was wrong and what is allowed, in words.
        message: String,
    },
    /// Answer to `start`. A `snapshot` precedes the first events.
    Started {
        /// `id` of the request.
        id: u64,
        /// Name of the run; also the secret part of its download address.
        run: String,
        /// Bytes that its stages may hold together; more, and it is stopped.
        memory: u64,
    },
    /// Answer to `write`.
    Written {
        /// `id` of the request.
        id: u64,
        /// Size of the chunk.
        bytes: u64,
        /// What `write()` answered.
        answer: bool,
        /// The write buffer after it.
        buffered: u64,
        /// Its mark.
        mark: u64,
        /// What Node does with this write, when it may surprise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Answer to `buffer`: what it held in that moment.
    Buffer {
        /// `id` of the request.
        id: u64,
        /// What the implementation has been given and has not taken yet, bytes; the first of the
        /// buffer.
        in_hand: Option<u64>,
        /// The chunks that wait, oldest first; at most 1,000.
        chunks: Vec<QueuedChunk>,
        /// Chunks that wait behind these.
        more: u64,
    },
    /// Answer to `chunk`.
    Chunk {
        /// `id` of the request.
        id: u64,
        /// Where it begins.
        at: u64,
        /// Its size, bytes.
        bytes: u64,
        /// Its first 4,096 bytes.
        base64: String,
    },
    /// The whole picture of a run; replaces what the page had.
    Snapshot {
        /// The run.
        run: String,
        /// The lesson it belongs to.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lesson: Option<String>,
        /// The picture.
        view: RunView,
        /// How its clock goes.
        clock: Clock,
        /// The last events before it, oldest first, so that the log is not empty.
        recent: Vec<Event>,
        /// Chunk events the tap has thinned out so far.
        thinned: u64,
        /// Where the finished output can be fetched, once there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        download: Option<Download>,
    },
    /// What happened since the last message about this run, oldest first.
    Events {
        /// The run.
        run: String,
        /// The events. Where `seq` jumps, chunk events were thinned and `view` follows them.
        events: Vec<Event>,
        /// Chunk events the tap has thinned out so far.
        thinned: u64,
        /// Present when this batch was thinned: the exact picture after its last event.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        view: Option<RunView>,
    },
    /// The clock of a run goes otherwise.
    Clock {
        /// The run.
        run: String,
        /// How it goes now.
        #[serde(flatten)]
        clock: Clock,
    },
    /// The output of a run is complete and can be fetched.
    Ready {
        /// The run.
        run: String,
        /// Where and how large.
        download: Download,
    },
    /// Which goals of the lesson are reached, judged on the server.
    Goals {
        /// The lesson, as `chapter/lesson`.
        lesson: String,
        /// One entry per goal, in the lesson's order.
        reached: Vec<bool>,
    },
    /// Answer to `watch`.
    WatchToken {
        /// `id` of the request.
        id: u64,
        /// Good for one connection, within 60 s.
        token: String,
    },
    /// A watched connection began.
    WireOpen {
        /// Names the capture in the messages that follow.
        capture: u64,
    },
    /// Bytes that crossed a watched connection, in the order they crossed.
    Wire {
        /// The capture.
        capture: u64,
        /// Pieces, each one read or write of the socket.
        pieces: Vec<WirePiece>,
    },
    /// A watched connection is over, or the capture had to be cut short.
    WireClosed {
        /// The capture.
        capture: u64,
        /// Bytes that crossed after the tap's queue was full and are not shown.
        lost: u64,
    },
}

/// Bytes that crossed a socket together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WirePiece {
    /// Who sent them.
    pub direction: Direction,
    /// Microseconds since the capture began.
    pub at_us: u64,
    /// The bytes, as standard Base64 with padding.
    pub base64: String,
}

/// Who sent something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The client, to the server.
    ToServer,
    /// The server, to the client.
    ToClient,
}

/// A finished output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Download {
    /// Path on this server.
    pub path: String,
    /// Name to save it under.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
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
    /// Node would refuse this, or what it would do is of no use.
    NotAllowed,
    /// What was asked for has been there and is gone.
    Gone,
    /// A quota is reached.
    Quota,
    /// The server failed; its log says more.
    Internal,
}
