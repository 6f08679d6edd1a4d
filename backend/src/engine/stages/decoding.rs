//! What decompressors have in common: a small chunk may become a very large text, so it is given
//! in pieces, one each time there is room for it.

use bytes::{Buf, Bytes, BytesMut};

use super::{Inside, StageError, Transform};

/// A decompressor, fed by hand.
pub(super) trait Decoder: Send {
    /// Decodes as much as there is input and room for. Nothing taken and nothing given says that
    /// it needs more input; it takes all of it before it says so.
    fn decode(&mut self, input: &[u8], room: &mut [u8]) -> Result<Step, String>;

    /// The input is at its end: is that the end of the data? Else, what is wrong.
    fn finish(&mut self) -> Result<(), String>;

    /// Bytes after the end of the data, which were left out.
    fn ignored(&self) -> u64;
}

/// What one call of a decoder did.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Step {
    /// Bytes of the input it took. When it fails, none are counted.
    pub(super) read: usize,
    /// Bytes it gave.
    pub(super) wrote: usize,
}

/// A Transform around a decoder.
pub(super) struct Decoding<D> {
    decoder: D,
    /// What is left of the chunk it works on.
    rest: Bytes,
    /// Bytes of the input before that.
    offset: u64,
    /// Size of a piece, bytes.
    piece: usize,
    /// The last piece was full, so the decoder may hold more.
    has_more: bool,
}

impl<D: Decoder> Decoding<D> {
    /// Gives pieces of at most this size.
    pub(super) fn new(decoder: D, piece: usize) -> Self {
        Self {
            decoder,
            rest: Bytes::new(),
            offset: 0,
            piece,
            has_more: false,
        }
    }

    /// Fills `room` as far as the input goes; how much of it is filled.
    fn fill(&mut self, room: &mut [u8]) -> Result<usize, StageError> {
        let mut filled = 0;
        while filled < room.len() {
            let step = self.decoder.decode(&self.rest, &mut room[filled..]);
            let step = step.map_err(|reason| StageError::at(self.offset, reason))?;
            if step.read == 0 && step.wrote == 0 {
                break;
            }
            self.rest.advance(step.read);
            self.offset += step.read as u64;
            filled += step.wrote;
        }
        Ok(filled)
    }
}

impl<D: Decoder> Transform for Decoding<D> {
    fn transform(&mut self, chunk: &Bytes) -> Result<Vec<Bytes>, StageError> {
        self.rest = chunk.clone();
        self.more()
    }

    fn has_more(&self) -> bool {
        self.has_more
    }

    fn more(&mut self) -> Result<Vec<Bytes>, StageError> {
        let mut piece = BytesMut::zeroed(self.piece);
        let filled = self.fill(&mut piece)?;
        self.has_more = filled == self.piece;
        piece.truncate(filled);
        Ok(if filled == 0 {
            Vec::new()
        } else {
            vec![piece.freeze()]
        })
    }

    fn flush(&mut self) -> Result<Vec<Bytes>, StageError> {
        let end = self.decoder.finish();
        end.map_err(|reason| StageError::at(self.offset, reason))?;
        Ok(Vec::new())
    }

    fn inside(&self) -> Inside {
        Inside::holding(self.rest.len() as u64)
    }

    fn finding(&self) -> Option<String> {
        let ignored = self.decoder.ignored();
        (ignored > 0).then(|| format!("ignored {ignored} bytes after the end of the data"))
    }
}
