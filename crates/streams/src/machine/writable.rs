//! The write side: write, drain, end, finish.
//! Source: Node, "Stream", section "Writable streams" and "writable.write(chunk[, …])".

use bytes::Bytes;

use super::side::{WritePhase, Writing};
use super::{Call, Machine, Tick, index};
use crate::event::{EventKind, StageId};

impl Machine {
    /// `writable.write(chunk)`: false asks the caller to wait for `drain`. The chunk is queued
    /// all the same: the mark is a threshold, not a limit.
    pub fn write(&mut self, id: StageId, from: StageId, chunk: Bytes) -> bool {
        let alive = self.stages[index(id)].life.is_alive();
        let Some(write) = self.write_side(id) else {
            return false;
        };
        if write.phase != WritePhase::Open {
            self.error_or_destroy(id, "write after end");
            return false;
        }
        if !alive {
            return false;
        }
        let bytes = chunk.len();
        write.pending += 1;
        write.buffered += bytes;
        let busy = write.writing.is_some() || write.corked > 0;
        let answer = write.buffered < write.mark || write.buffered == 0;
        write.need_drain |= !answer;
        let wrote = EventKind::Wrote {
            from,
            bytes: bytes as u64,
            answer,
            buffered: write.buffered as u64,
            mark: write.mark as u64,
        };
        if busy {
            write.queue.push_back(chunk);
        } else {
            self.start_write(id, chunk);
        }
        self.emit(id, wrote);
        answer
    }

    /// The callback of `_write`.
    pub fn handle_write_done(&mut self, id: StageId, result: Result<(), String>) {
        self.write_done(id, result);
    }

    /// The callback of `_final`. Source: Node, "writable._final(callback)".
    pub fn handle_final_done(&mut self, id: StageId, result: Result<(), String>) {
        let Some(write) = self.write_side(id) else {
            return;
        };
        if write.phase != WritePhase::FinalCalled {
            return;
        }
        write.pending = write.pending.saturating_sub(1);
        if let Err(message) = result {
            self.error_or_destroy(id, &message);
        } else if self.may_finish(id)
            && let Some(write) = self.write_side(id)
        {
            write.phase = WritePhase::Prefinished;
            write.pending += 1;
            self.ticks.push_back(Tick::Finish(id));
        }
    }

    /// `writable.cork()`: writes are queued until as many `uncork()` calls came.
    pub fn cork(&mut self, id: StageId) {
        if let Some(write) = self.write_side(id) {
            write.corked += 1;
        }
    }

    /// `writable.uncork()`.
    pub fn uncork(&mut self, id: StageId) {
        if let Some(write) = self.write_side(id) {
            write.corked = write.corked.saturating_sub(1);
            self.write_next(id);
        }
    }

    /// `writable.end()`: no more writes; what is queued is still taken, then `finish`.
    pub fn end(&mut self, id: StageId) {
        let errored = self.stages[index(id)].life.error().is_some();
        let Some(write) = self.write_side(id) else {
            return;
        };
        if write.corked > 0 {
            write.corked = 0;
            self.write_next(id);
        }
        let Some(write) = self.write_side(id) else {
            return;
        };
        if write.phase == WritePhase::Open && !errored {
            write.phase = WritePhase::Ending;
            self.emit(id, EventKind::Ending);
            self.finish_maybe(id);
        }
    }

    pub(super) fn write_done(&mut self, id: StageId, result: Result<(), String>) {
        let now_us = self.now_us;
        let Some(write) = self.write_side(id) else {
            return;
        };
        let Some(writing) = write.writing.take() else {
            return;
        };
        write.buffered -= writing.bytes;
        if let Err(message) = result {
            write.pending = write.pending.saturating_sub(1);
            self.drop_queue(id);
            self.error_or_destroy(id, &message);
            return;
        }
        write.taken.add(writing.bytes);
        let taken = EventKind::Taken {
            bytes: writing.bytes as u64,
            buffered: write.buffered as u64,
            chunks: write.taken.chunks,
            total: write.taken.bytes,
            took_us: now_us.saturating_sub(writing.since_us),
        };
        self.emit(id, taken);
        self.write_next(id);
        self.after_write(id);
    }

    /// `drain` comes only when the buffer is empty again: Node has no low water mark.
    fn after_write(&mut self, id: StageId) {
        let alive = self.stages[index(id)].life.is_alive();
        let Some(write) = self.write_side(id) else {
            return;
        };
        let drained =
            write.need_drain && write.buffered == 0 && write.phase == WritePhase::Open && alive;
        if drained {
            write.need_drain = false;
            self.emit(id, EventKind::Drain);
            self.drained(id);
        }
        if let Some(write) = self.write_side(id) {
            write.pending = write.pending.saturating_sub(1);
            if !alive {
                self.drop_queue(id);
            }
        }
        self.finish_maybe(id);
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
        self.destination_finished(id);
        if self.read_has_ended(id) {
            self.destroy(id, None);
        }
    }

    pub(super) fn drop_queue(&mut self, id: StageId) {
        if let Some(write) = self.write_side(id)
            && write.writing.is_none()
        {
            write.queue.clear();
            write.buffered = 0;
        }
    }

    /// Whether the read side is absent or has emitted `end`, so that `finish` may destroy.
    fn read_has_ended(&self, id: StageId) -> bool {
        self.stages[index(id)]
            .read
            .as_ref()
            .is_none_or(|read| read.phase == super::side::ReadPhase::EndEmitted)
    }

    /// Whether the write side is absent or has emitted `finish`, so that `end` may destroy.
    pub(super) fn write_has_finished(&self, id: StageId) -> bool {
        self.stages[index(id)]
            .write
            .as_ref()
            .is_none_or(|write| write.phase == WritePhase::Finished)
    }

    fn start_write(&mut self, id: StageId, chunk: Bytes) {
        let writing = Writing {
            bytes: chunk.len(),
            since_us: self.now_us,
        };
        if let Some(write) = self.write_side(id) {
            write.writing = Some(writing);
        }
        if self.is_transform(id) {
            self.start_transform(id, chunk);
        } else {
            self.calls.push_back(Call::Write { stage: id, chunk });
        }
    }

    fn write_next(&mut self, id: StageId) {
        let alive = self.stages[index(id)].life.is_alive();
        if let Some(write) = self.write_side(id)
            && write.writing.is_none()
            && write.corked == 0
            && alive
            && let Some(chunk) = write.queue.pop_front()
        {
            self.start_write(id, chunk);
        }
    }

    fn may_finish(&self, id: StageId) -> bool {
        let stage = &self.stages[index(id)];
        stage.life.is_alive()
            && stage.write.as_ref().is_some_and(|write| {
                write.phase != WritePhase::Open
                    && write.phase != WritePhase::Finished
                    && write.writing.is_none()
                    && write.buffered == 0
                    && write.queue.is_empty()
            })
    }

    fn finish_maybe(&mut self, id: StageId) {
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
}
