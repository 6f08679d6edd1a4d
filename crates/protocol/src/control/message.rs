//! What the server says.

use serde::{Deserialize, Serialize};
use spillway_streams::{Event, RunView};

use super::{Clock, ErrorCode, QueuedChunk, ScenarioOver};

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
    /// Answer to `read`.
    Gave {
        /// `id` of the request.
        id: u64,
        /// Size of what `read()` answered; `null` when it answered null.
        bytes: Option<u64>,
        /// Its first 4,096 bytes.
        base64: String,
        /// The read buffer after it.
        buffered: u64,
        /// Its mark, which a `read(n)` may have raised.
        mark: u64,
        /// What Node does with this read, when it may surprise.
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
        /// Where the outputs that are finished can be fetched, in the order of their stages.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        downloads: Vec<Download>,
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
    /// An output of a run is complete and can be fetched.
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
    /// How far the solution that is played on a run is; sent at its start and at each step.
    Shown {
        /// The run.
        run: String,
        /// Steps done.
        done: u64,
        /// Steps it has.
        of: u64,
        /// The step that was done and what the next one waits for, as safe inline HTML.
        html: String,
    },
    /// The run, or the scenario, of a question has shown the answer, or is over without one. The
    /// clock of a run is paused then, unless it is over.
    Answered(Answered),
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
    /// Answer to `send_scenario`.
    Sending {
        /// `id` of the request.
        id: u64,
        /// The capture that shows the bytes, from the first one on.
        capture: u64,
    },
    /// A scenario is over. The last bytes of its capture may come after this.
    ScenarioOver(ScenarioOver),
}

/// What came of a prediction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    /// The run; empty when a scenario answered.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub run: String,
    /// The question, from 1.
    pub question: u64,
    /// What was predicted, as safe inline HTML.
    pub predicted: String,
    /// What it was, the same; absent when the run came to no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// They are the same.
    pub right: bool,
    /// `seq` of the event that showed it; of a scenario, which of the things that crossed, from 1.
    pub at: u64,
    /// `seq` of the event at which the run parts from the prediction; there when `was` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts_at: Option<u64>,
    /// Of a scenario: where the thing of `parts_at` crossed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts_on_wire: Option<WirePlace>,
    /// All of it in words, as safe inline HTML.
    pub html: String,
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

/// Where in a capture a head or a frame begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WirePlace {
    /// The capture.
    pub capture: u64,
    /// Who sent it.
    pub direction: Direction,
    /// How many bytes of that direction crossed before it; at the end of the connection, all.
    pub offset: u64,
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
