//! `collect`: a Writable that keeps what it is written in memory, like a Writable that pushes into
//! an array, with a bound. `GET /api/runs/{run}/collected/{stage}` gives it out once it is whole.

use std::sync::Arc;

use bytes::Bytes;
use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::{END, size};
use super::{Inside, Kind, Options, Plan, Sink, StageError, Worker};
use crate::engine::outlets::Collected;

pub(super) const KIND: Kind = Kind {
    name: "collect",
    about: "Writable that keeps everything in memory, and fails beyond its bound. `max_bytes` (1 \
            to 1048576; 65536), `bytes_per_s` (full speed when left out), `high_water_mark` \
            (16384), `label`",
    side: Side::Writable,
    options: &[
        &[size("max_bytes", 1, Some(MAX_BOUND as u64), "most that it keeps").or(65_536)],
        END,
    ],
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CollectOptions {
    max_bytes: Option<usize>,
    label: Option<String>,
    bytes_per_s: Option<u64>,
    high_water_mark: Option<u64>,
}

const DEFAULT_BOUND: usize = 64 * 1024;

/// All runs of the server together keep at most 200 times as much.
const MAX_BOUND: usize = 1024 * 1024;

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: CollectOptions = options.parse()?;
    let bound = parsed.max_bytes.unwrap_or(DEFAULT_BOUND);
    if !(1..=MAX_BOUND).contains(&bound) {
        return Err(options.wrong(format!(
            "max_bytes {bound} is not allowed; allowed are 1 to {MAX_BOUND}"
        )));
    }
    let stage = options.spec.id.clone();
    Ok(Plan {
        speed: Some(options.speed(parsed.bytes_per_s)?),
        ..Plan::writable(
            parsed.label.unwrap_or_else(|| "collect".to_owned()),
            options.mark(parsed.high_water_mark, options.defaults.mark)?,
            Box::new(move |places| {
                let collected = places.reach()?.outlets.collect(&stage, bound);
                Ok(Worker::Sink(Box::new(Collect { collected })))
            }),
        )
    })
}

struct Collect {
    collected: Arc<Collected>,
}

impl Sink for Collect {
    fn write(&mut self, chunk: &Bytes) -> Result<(), StageError> {
        self.collected.push(chunk).map_err(|error| {
            let before = self.collected.bytes() as u64;
            StageError::at(before, error.to_string())
        })
    }

    fn finish(&mut self) -> Result<(), StageError> {
        self.collected.finish();
        Ok(())
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.collected.bytes() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stages::tests_support::{made, reach, refusal};

    #[test]
    fn what_it_collects_can_be_had_when_it_is_finished() {
        let reach = reach();
        let Worker::Sink(mut sink) = made(r#"{"id":"c","kind":"collect"}"#, &reach).unwrap() else {
            panic!("not a Sink")
        };
        sink.write(&Bytes::from_static(b"one ")).unwrap();
        assert_eq!(sink.inside(), Inside::holding(4));
        let collected = reach.outlets.collected("c").unwrap();
        assert_eq!(collected.whole(), None, "more may come");
        sink.write(&Bytes::from_static(b"two")).unwrap();
        sink.finish().unwrap();
        drop(sink);
        assert_eq!(collected.whole().unwrap(), b"one two");
    }

    #[test]
    fn a_chunk_beyond_its_bound_is_an_error_that_says_where() {
        let reach = reach();
        let stage = r#"{"id":"c","kind":"collect","max_bytes":10}"#;
        let Worker::Sink(mut sink) = made(stage, &reach).unwrap() else {
            panic!("not a Sink")
        };
        sink.write(&Bytes::from_static(b"12345678")).unwrap();
        let error = sink.write(&Bytes::from_static(b"abc")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "at byte 8: it may collect 10 bytes, and this chunk would make it 11"
        );
    }

    #[test]
    fn a_bound_out_of_range_is_refused() {
        for bound in ["0", "1048577"] {
            let stage = format!(r#"{{"id":"c","kind":"collect","max_bytes":{bound}}}"#);
            assert!(refusal(&stage).contains("1 to 1048576"));
        }
    }
}
