//! `null`: a Writable that takes everything and keeps nothing, like one to `/dev/null`.

use bytes::Bytes;
use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::END;
use super::{Kind, Options, Plan, Sink, StageError, Worker};

pub(super) const KIND: Kind = Kind {
    name: "null",
    about: "Writable that takes everything and keeps nothing. `bytes_per_s` (full speed when left \
            out), `high_water_mark` (16384), `label`",
    side: Side::Writable,
    options: &[END],
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NullOptions {
    label: Option<String>,
    bytes_per_s: Option<u64>,
    high_water_mark: Option<u64>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: NullOptions = options.parse()?;
    Ok(Plan {
        speed: Some(options.speed(parsed.bytes_per_s)?),
        ..Plan::writable(
            parsed.label.unwrap_or_else(|| "nowhere".to_owned()),
            options.mark(parsed.high_water_mark, options.defaults.mark)?,
            Box::new(|_| Ok(Worker::Sink(Box::new(Null)))),
        )
    })
}

/// Takes everything.
pub(super) struct Null;

impl Sink for Null {
    fn write(&mut self, _chunk: &Bytes) -> Result<(), StageError> {
        Ok(())
    }

    fn finish(&mut self) -> Result<(), StageError> {
        Ok(())
    }
}
