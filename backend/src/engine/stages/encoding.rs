//! What compressors have in common: they keep what they are given until a block of it is worth
//! writing, and what they have written is cut into chunks.

use std::io::{self, Write};

use bytes::Bytes;

use super::pieces::pieces;
use super::{Inside, StageError, Transform};

/// A compressor that writes into memory.
pub(super) trait Encoder: Write + Send {
    /// What the format is called.
    const NAME: &'static str;

    /// What it has written so far.
    fn written(&mut self) -> &mut Vec<u8>;

    /// Ends the data: what it has written since.
    fn finish(self) -> io::Result<Vec<u8>>;
}

/// A Transform around an encoder.
pub(super) struct Encoding<E> {
    /// `None` after the end.
    encoder: Option<E>,
    /// Bytes taken in since compressed bytes last came out.
    in_work: u64,
    /// Largest chunk it gives, bytes.
    chunk: usize,
}

impl<E: Encoder> Encoding<E> {
    /// Gives chunks of at most this size, bytes.
    pub(super) fn new(encoder: E, chunk: usize) -> Self {
        Self {
            encoder: Some(encoder),
            in_work: 0,
            chunk,
        }
    }

    fn failed(source: io::Error) -> StageError {
        StageError::io(format!("{} failed", E::NAME), source)
    }
}

impl<E: Encoder> Transform for Encoding<E> {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        let Some(encoder) = &mut self.encoder else {
            let reason = format!("{} was given data after its end", E::NAME);
            return Err(StageError::Data(reason));
        };
        encoder.write_all(chunk).map_err(Self::failed)?;
        let out = std::mem::take(encoder.written());
        if out.is_empty() {
            self.in_work += chunk.len() as u64;
        } else {
            self.in_work = 0;
        }
        Ok(pieces(out, self.chunk))
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        self.in_work = 0;
        let out = self.encoder.take().map(E::finish).transpose();
        let out = out.map_err(Self::failed)?;
        Ok(pieces(out.unwrap_or_default(), self.chunk))
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.in_work)
    }
}
