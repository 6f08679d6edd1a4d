//! The methods of streams, and the answers of implementations.

use bytes::Bytes;
use serde_json::Value;

use crate::here::{Here, Op};

pub(crate) fn perform(here: &mut Here, op: &Op<'_>) -> bool {
    let id = op.stage();
    match op.verb {
        "tick" => here.machine.tick(),
        "push" => {
            let more = here.machine.handle_push(id, Some(chunk(op)));
            here.answer(more);
        }
        "eof" => {
            here.machine.handle_push(id, None);
        }
        "unshift" => {
            let more = here.machine.unshift(id, chunk(op));
            here.answer(more);
        }
        "end with" => {
            here.unsaid_write = Some(id);
            here.machine.end_with(id, id, chunk(op));
        }
        "read" => {
            let taken = here.machine.read(id, op.number(0));
            here.answer(taken.map_or("null".to_owned(), |chunk| chunk.len().to_string()));
        }
        "write" => {
            let answer = here.machine.write(id, id, chunk(op));
            here.answer(answer);
        }
        "pipe" => here.machine.connect(id, op.other(0).unwrap()).unwrap(),
        "unpipe" => here.machine.unpipe(id, op.other(0)).unwrap(),
        "pause" => here.machine.pause(id).unwrap(),
        "resume" => here.machine.resume(id).unwrap(),
        "end" => here.machine.end(id),
        "cork" => here.machine.cork(id),
        "uncork" => here.machine.uncork(id),
        "destroy" => here.machine.destroy(id, op.args[0].as_str()),
        "written" | "failed" | "transformed" | "flushed" | "finalized" => answer(here, op),
        _ => return false,
    }
    true
}

fn chunk(op: &Op<'_>) -> Bytes {
    Bytes::from(vec![0; op.number(0).unwrap()])
}

fn chunks(op: &Op<'_>) -> Vec<Bytes> {
    let sizes = op.args[0].as_array().unwrap().iter();
    let sizes = sizes.filter_map(Value::as_u64);
    sizes
        .map(|size| Bytes::from(vec![0; size as usize]))
        .collect()
}

/// The implementation's callbacks, where it was asked.
fn answer(here: &mut Here, op: &Op<'_>) {
    let id = op.stage();
    let is_transform = here.is_transform(op.at);
    let asked = &mut here.asked[op.at];
    let was_asked = match op.verb {
        "flushed" => std::mem::take(&mut asked.flush),
        "finalized" => std::mem::take(&mut asked.last),
        _ => asked.write.take().is_some(),
    };
    if !was_asked {
        return;
    }
    let failed = || "failed".to_owned();
    let machine = &mut here.machine;
    match op.verb {
        "written" if is_transform => machine.handle_transform_done(id, Ok(Vec::new())),
        "written" => machine.handle_write_done(id, Ok(())),
        "failed" if is_transform => machine.handle_transform_done(id, Err(failed())),
        "failed" => machine.handle_write_done(id, Err(failed())),
        "transformed" if is_transform => machine.handle_transform_done(id, Ok(chunks(op))),
        "transformed" => {
            for chunk in chunks(op) {
                machine.handle_push(id, Some(chunk));
            }
            machine.handle_write_done(id, Ok(()));
        }
        "flushed" => machine.handle_flush_done(id, Ok(chunks(op))),
        _ => machine.handle_final_done(id, Ok(())),
    }
}
