//! What is composed of several streams' rules: `finished()` and `pipeline()`.

use serde_json::{Value, json};
use spillway_streams::{FinishedOptions, PipelineOptions, StageId, VerbError};

use crate::here::{Here, Op};
use crate::random::{self, Chance};

pub(crate) fn perform(here: &mut Here, op: &Op<'_>) -> bool {
    match op.verb {
        "finished" => {
            let finished = here.machine.finished(op.stage(), options(&op.args[0]));
            here.finished[op.at].push_back(finished);
        }
        "clean up" => {
            if let Some(finished) = here.finished[op.at].pop_front() {
                here.machine.clean_up_finished(finished);
            }
        }
        "abort finished" => {
            if let Some(finished) = here.finished[op.at].pop_front() {
                here.machine.abort_finished(finished);
            }
        }
        "pipeline" => pipeline(here, &op.args[0], PipelineOptions::default()),
        "promised pipeline" => {
            let options = PipelineOptions {
                end: op.args[1]["end"].as_bool().unwrap_or(true),
                promised: true,
            };
            pipeline(here, &op.args[0], options);
        }
        "abort pipeline" => {
            if let Some(pipeline) = here.pipelines.pop_front() {
                here.machine.abort_pipeline(pipeline);
            }
        }
        _ => return false,
    }
    true
}

fn options(given: &Value) -> FinishedOptions {
    FinishedOptions {
        readable: given["readable"].as_bool(),
        writable: given["writable"].as_bool(),
        error: given["error"].as_bool().unwrap_or(true),
    }
}

fn pipeline(here: &mut Here, stages: &Value, options: PipelineOptions) {
    let stages = stages.as_array().unwrap().iter();
    let stages: Vec<StageId> = stages
        .map(|stage| StageId(stage.as_u64().unwrap() as u16))
        .collect();
    // Node 24 refuses these, as a promise not at once; `pipeline` without one shows that.
    let destroyed = |stage: &StageId| here.machine.is_destroyed(*stage);
    if options.promised && stages[1..].iter().any(destroyed) {
        return;
    }
    match here.machine.pipeline_with(&stages, options) {
        Ok(pipeline) if options.promised => here.pipelines.push_back(pipeline),
        Ok(_) => {}
        Err(error) => here.answer(match error {
            VerbError::TooFewStages => "ERR_MISSING_ARGS",
            VerbError::UnableToPipe(_) => "ERR_STREAM_UNABLE_TO_PIPE",
            VerbError::NotReadable(_) | VerbError::NotWritable(_) => "ERR_INVALID_ARG_TYPE",
        }),
    }
}

/// A list in which stages are connected by `pipeline()` and watched by `finished()`.
pub(crate) fn list(seed: u64) -> Value {
    let mut chance = Chance(seed);
    let usual = chance.below(2) == 0;
    let mut stages = random::stages(&mut chance, usual);
    for stage in stages.as_array_mut().unwrap() {
        // Who calls finished() or pipeline() hears of errors.
        stage["unheard"] = json!(false);
        for option in ["autoDestroy", "emitClose"] {
            if chance.below(12) == 0 {
                stage[option] = json!(false);
            }
        }
    }
    let mut ops = Vec::new();
    if chance.below(4) > 0 {
        ops.push(random_pipeline(&mut chance));
    }
    for _ in 0..10 + chance.below(40) {
        ops.push(random_op(&mut chance, usual));
        if chance.below(2) == 0 {
            ops.push(json!(["tick"]));
        }
    }
    ops.push(json!(["tick"]));
    json!({"seed": seed, "stages": stages, "ops": ops})
}

fn random_op(chance: &mut Chance, usual: bool) -> Value {
    match chance.below(20) {
        0 => random_pipeline(chance),
        1..3 => random_finished(chance),
        3 if chance.below(2) == 0 => json!(["abort finished", chance.below(4)]),
        3 => json!(["clean up", chance.below(4)]),
        // Seldom, for it ends everything.
        4 if chance.below(4) == 0 => json!(["abort pipeline"]),
        // Ends come seldom among all operations, and here they are what matters.
        4 => json!(["eof", 0]),
        5 => json!(["flushed", 1, [chance.below(20) + 1]]),
        6 => json!(["finalized", 1 + chance.below(3)]),
        7 => json!(["failed", 1 + chance.below(3)]),
        _ => random::op(chance, usual),
    }
}

fn random_pipeline(chance: &mut Chance) -> Value {
    let sink = 2 + chance.below(2);
    let stages = match chance.below(6) {
        0..4 => vec![0, 1, sink],
        4 => vec![0, sink],
        _ => vec![0, 1],
    };
    match chance.below(6) {
        0 => json!(["promised pipeline", stages.last(), stages, {"end": false}]),
        1 => json!(["promised pipeline", stages.last(), stages, {}]),
        _ => json!(["pipeline", stages.last(), stages]),
    }
}

fn random_finished(chance: &mut Chance) -> Value {
    let mut options = json!({});
    for key in ["readable", "writable", "error"] {
        if chance.below(3) == 0 {
            options[key] = json!(chance.below(2) == 0);
        }
    }
    json!(["finished", chance.below(4), options])
}
