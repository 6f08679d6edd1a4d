//! What to start, and how it is to go.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What to start: a lesson or stages. Both together are stages that are judged by the goals of a
/// lesson on pressure.
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
    /// The lesson's solution is played on it, as slowly as one reads; only a lesson has one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub show: bool,
    /// The run answers a question of the lesson; its goals are not judged meanwhile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Prediction>,
    /// How the run's clock goes from its first event on; left out, at full speed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<Clock>,
}

/// A question of a lesson, and what the learner predicts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prediction {
    /// Which question, from 1.
    pub number: u64,
    /// The learner's seed, as the course was asked for with: it picks the numbers.
    pub seed: u64,
    /// A number, such as `65536`, `65 536`, `64 KiB` or `64 kB`; of choices, its number from 1.
    pub prediction: String,
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
    /// A loop, `for await (const chunk of from)`, that writes each chunk, waits for `drain` after a
    /// false, and catches what is thrown into it. Leaving it destroys `from`, and never `to`.
    Iterate,
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
