//! What joins the two sides of a Transform: a write is done when the read side has room.
//! Source: Node, "Stream", section "Implementing a transform stream".

use bytes::Bytes;

use super::options::Sides;
use super::side::{TransformStep, WritePhase};
use super::{Call, Machine, Tick, index};
use crate::event::StageId;

impl Machine {
    /// The callback of `_transform`, with what it pushed.
    pub fn handle_transform_done(&mut self, id: StageId, result: Result<Vec<Bytes>, String>) {
        let TransformStep::Working { read_buffered } = self.stages[index(id)].transform else {
            return;
        };
        self.stages[index(id)].transform = TransformStep::Free;
        let chunks = match result {
            Ok(chunks) => chunks,
            Err(message) => return self.write_done(id, Err(message)),
        };
        self.transformed(id, chunks, read_buffered);
    }

    /// Gives out what a chunk became, and answers the write if there is room.
    fn transformed(&mut self, id: StageId, chunks: Vec<Bytes>, read_buffered: usize) {
        for chunk in chunks {
            self.handle_push(id, Some(chunk));
        }
        let stage = &mut self.stages[index(id)];
        let (Some(read), Some(write)) = (&stage.read, &stage.write) else {
            return;
        };
        if read.has_ended() {
            self.ticks.push_back(Tick::TransformCallback(id));
        } else if write.phase != WritePhase::Open
            || read.buffered == read_buffered
            || read.buffered < read.mark
        {
            self.write_done(id, Ok(()));
        } else {
            stage.transform = TransformStep::Held;
        }
    }

    /// The callback of `_flush`, with the last chunks; `end` follows them.
    /// Source: Node, "transform._flush(callback)".
    pub fn handle_flush_done(&mut self, id: StageId, result: Result<Vec<Bytes>, String>) {
        match result {
            Ok(chunks) => {
                for chunk in chunks {
                    self.handle_push(id, Some(chunk));
                }
                self.handle_push(id, None);
                self.handle_final_done(id, Ok(()));
            }
            Err(message) => self.handle_final_done(id, Err(message)),
        }
    }

    pub(super) fn is_transform(&self, id: StageId) -> bool {
        let stage = &self.stages[index(id)];
        stage.read.is_some() && stage.write.is_some() && stage.sides != Sides::Duplex
    }

    /// `_transform(chunk)`. A PassThrough answers from within it.
    /// Source: Node, "Class: stream.PassThrough".
    pub(super) fn start_transform(&mut self, id: StageId, chunk: Bytes) {
        let stage = &mut self.stages[index(id)];
        let read_buffered = stage.read.as_ref().map_or(0, |read| read.buffered);
        if stage.sides == Sides::PassThrough {
            self.transformed(id, vec![chunk], read_buffered);
        } else {
            stage.transform = TransformStep::Working { read_buffered };
            self.calls.push_back(Call::Transform { stage: id, chunk });
        }
    }

    /// A Transform's `_read`: lets the write go on that waited for room.
    pub(super) fn transform_read(&mut self, id: StageId) {
        let stage = &mut self.stages[index(id)];
        if stage.transform == TransformStep::Held {
            stage.transform = TransformStep::Free;
            self.write_done(id, Ok(()));
        }
    }
}
