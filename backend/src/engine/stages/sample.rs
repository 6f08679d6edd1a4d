//! What the stages over a sample have in common: their options' rules and their `_read`.

use bytes::{Bytes, BytesMut};

use super::{Inside, Options, Source, StageError};
use crate::data::{Sample, Size};

/// How large a sample is that asks for nothing.
const DEFAULT_ROWS: u64 = 10_000;

/// The size that was asked for: by rows or by bytes, not both.
pub(super) fn size(
    options: &Options<'_>,
    rows: Option<u64>,
    bytes: Option<u64>,
) -> Result<Size, StageError> {
    match (rows, bytes) {
        (Some(_), Some(_)) => Err(options.wrong("give `rows` or `bytes`, not both")),
        (None, Some(bytes)) => Ok(Size::Bytes(bytes)),
        (rows, None) => Ok(Size::Rows(rows.unwrap_or(DEFAULT_ROWS))),
    }
}

/// A Readable over a sample that is made as it is read. Like a file, it is cut into chunks
/// without regard for its rows.
pub(super) struct SampleSource {
    sample: Sample,
    /// The beginning of the next chunk: the rest of a row.
    rest: BytesMut,
}

impl SampleSource {
    pub(super) fn new(sample: Sample) -> Self {
        Self {
            sample,
            rest: BytesMut::new(),
        }
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
