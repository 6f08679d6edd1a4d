//! What the stages over a sample have in common: their options' rules and their `_read`.

use bytes::{Bytes, BytesMut};
use serde::Deserialize;

use super::{Inside, Options, Plan, Source, StageError, Worker};
use crate::data::{COLUMNS, Form, SEED, Sample, Size};
use crate::engine::Ledger;

/// How large a sample is that asks for nothing.
const DEFAULT_ROWS: u64 = 10_000;

/// The options of every Readable over a sample.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SampleOptions {
    rows: Option<u64>,
    bytes: Option<u64>,
    seed: Option<u64>,
    label: Option<String>,
    bytes_per_s: Option<u64>,
    high_water_mark: Option<u64>,
}

/// The plan of a Readable over a sample in this form, called `label` if its options do not name
/// it. Its kind has read the options that are its `own`.
pub(super) fn plan(
    options: &Options<'_>,
    own: &[&str],
    form: Form,
    label: &str,
    make: fn(Sample, Ledger) -> Worker,
) -> Result<Plan, StageError> {
    let asked: SampleOptions = options.read(|name| !own.contains(&name))?;
    let size = match (asked.rows, asked.bytes) {
        (Some(_), Some(_)) => return Err(options.wrong("give `rows` or `bytes`, not both")),
        (None, Some(bytes)) => Size::Bytes(bytes),
        (rows, None) => Size::Rows(rows.unwrap_or(DEFAULT_ROWS)),
    };
    let sample = Sample::new(form, size, asked.seed.unwrap_or(SEED));
    let columns: &'static [&'static str] = &COLUMNS;
    Ok(Plan {
        speed: Some(options.speed(asked.bytes_per_s)?),
        gives_columns: (form == Form::Csv).then_some(columns),
        ..Plan::readable(
            asked.label.unwrap_or_else(|| label.to_owned()),
            options.mark(asked.high_water_mark, options.defaults.mark)?,
            Box::new(move |places| Ok(make(sample, places.ledger.clone()))),
        )
    })
}

/// A Readable over a sample that is made as it is read. Like a file, it is cut into chunks
/// without regard for its rows.
pub(super) struct SampleSource {
    sample: Sample,
    /// The beginning of the next chunk: the rest of a row.
    rest: BytesMut,
}

impl SampleSource {
    pub(super) fn worker(sample: Sample, _opens_nothing: Ledger) -> Worker {
        Worker::Source(Box::new(Self {
            sample,
            rest: BytesMut::new(),
        }))
    }
}

impl Source for SampleSource {
    fn read(&mut self, n: usize) -> Result<Option<Bytes>, StageError> {
        let n = n.max(1);
        self.sample.fill(&mut self.rest, n);
        let chunk = self.rest.split_to(self.rest.len().min(n));
        Ok((!chunk.is_empty()).then(|| chunk.freeze()))
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.rest.len() as u64)
    }
}
