//! The end of a write side: end, `_final`, finish.
//! Source: Node, "writable.end([chunk[, encoding]][, callback])", "writable._final(callback)" and
//! "Event: 'finish'".

use bytes::Bytes;

use super::destroy::When;
use super::listeners::On;
use super::side::{ReadPhase, WritePhase};
use super::{Call, Machine, Tick, index};
use crate::error::StreamError;
use crate::event::{EventKind, StageId};

impl Machine {
    /// `writable.end()`: no more writes; what is queued is still taken, then `finish`.
    pub fn end(&mut self, id: StageId) {
        self.end_side(id, None);
    }

    /// `writable.end(chunk)`: one last write, then the end.
    pub fn end_with(&mut self, id: StageId, from: StageId, chunk: Bytes) {
        self.end_side(id, Some((from, chunk)));
    }

    fn end_side(&mut self, id: StageId, last: Option<(StageId, Bytes)>) {
        let mut refused = false;
        if let Some((from, chunk)) = last {
            refused = self.may_write(id).is_err();
            self.write(id, from, chunk);
        }
        let failed = self.stages[index(id)].life.has_failed();
        let Some(write) = self.write_side(id) else {
            return;
        };
        if write.corked > 0 {
            write.corked = 0;
            let idle = write.writing.is_none();
            self.emit(id, EventKind::Corked { times: 0 });
            if idle {
                self.clear_queue(id);
            }
        }
        let Some(write) = self.write_side(id) else {
            return;
        };
        if write.phase == WritePhase::Open && !failed && !refused {
            write.phase = WritePhase::Ending;
            self.emit(id, EventKind::Ending);
            self.finish_maybe(id);
        }
    }

    /// The callback of `_final`. Calling it twice is an error of the stage.
    pub fn handle_final_done(&mut self, id: StageId, result: Result<(), String>) {
        let Some(write) = self.write_side(id) else {
            return;
        };
        match write.phase {
            WritePhase::Open | WritePhase::Ending => return,
            WritePhase::FinalCalled => {}
            WritePhase::Prefinished | WritePhase::Finished => {
                return self.misused(id, StreamError::MultipleCallback, When::Now);
            }
        }
        write.pending = write.pending.saturating_sub(1);
        if let Err(message) = result {
            self.error_or_destroy(id, &message, When::Now);
        } else if self.may_finish(id)
            && let Some(write) = self.write_side(id)
        {
            write.phase = WritePhase::Prefinished;
            write.pending += 1;
            self.ticks.push_back(Tick::Finish(id));
        }
    }

    pub(super) fn finish_if_still_done(&mut self, id: StageId) {
        if self.may_finish(id) {
            self.finish(id);
        } else if let Some(write) = self.write_side(id) {
            write.pending = write.pending.saturating_sub(1);
        }
    }

    pub(super) fn finish(&mut self, id: StageId) {
        let Some(write) = self.write_side(id) else {
            return;
        };
        write.pending = write.pending.saturating_sub(1);
        write.phase = WritePhase::Finished;
        self.emit(id, EventKind::Finished);
        self.call_listeners(id, On::Finish);
        if self.stages[index(id)].auto_destroy && self.read_has_ended(id) {
            self.destroy(id, None);
        }
    }

    /// Whether the read side is absent or has emitted `end`, so that `finish` may destroy.
    fn read_has_ended(&self, id: StageId) -> bool {
        let read = self.stages[index(id)].read.as_ref();
        read.is_none_or(|read| read.phase == ReadPhase::EndEmitted)
    }

    /// Whether the write side is absent or has emitted `finish`, so that `end` may destroy.
    pub(super) fn write_has_finished(&self, id: StageId) -> bool {
        let write = self.stages[index(id)].write.as_ref();
        write.is_none_or(|write| write.phase == WritePhase::Finished)
    }

    fn may_finish(&self, id: StageId) -> bool {
        let stage = &self.stages[index(id)];
        stage.life.works()
            && stage.write.as_ref().is_some_and(|write| {
                write.phase != WritePhase::Open
                    && write.phase != WritePhase::Finished
                    && write.writing.is_none()
                    && write.buffered == 0
                    && !write.has_queue()
            })
    }

    pub(super) fn finish_maybe(&mut self, id: StageId) {
        if !self.may_finish(id) {
            return;
        }
        let is_transform = self.is_transform(id);
        let Some(write) = self.write_side(id) else {
            return;
        };
        if write.phase == WritePhase::Ending {
            if is_transform || write.finalizes {
                write.phase = WritePhase::FinalCalled;
                write.pending += 1;
                self.call_final(id);
            } else {
                write.phase = WritePhase::Prefinished;
            }
        }
        if let Some(write) = self.write_side(id)
            && write.phase == WritePhase::Prefinished
            && write.pending == 0
        {
            write.pending += 1;
            self.ticks.push_back(Tick::FinishIfStillDone(id));
        }
    }

    fn call_final(&mut self, id: StageId) {
        let finalizes = self.write_side(id).is_some_and(|write| write.finalizes);
        if !self.is_transform(id) {
            self.calls.push_back(Call::Final { stage: id });
        } else if finalizes {
            self.calls.push_back(Call::Flush { stage: id });
        } else {
            self.handle_push(id, None);
            self.handle_final_done(id, Ok(()));
        }
    }

    /// A Duplex that must not stay half open ends its write side after its read side.
    /// Source: Node, "duplex.allowHalfOpen".
    pub(super) fn end_other_side(&mut self, id: StageId) {
        if self.can_be_written(id) {
            self.end(id);
        }
    }

    /// `writable.writable`.
    pub(super) fn can_be_written(&self, id: StageId) -> bool {
        let stage = &self.stages[index(id)];
        let write = stage.write.as_ref();
        stage.life.works() && write.is_some_and(|write| write.phase == WritePhase::Open)
    }
}
