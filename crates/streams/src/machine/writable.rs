//! The write side: write and drain.
//! Source: Node, "Stream", section "Writable streams" and "writable.write(chunk[, …])".

use bytes::Bytes;

use super::destroy::When;
use super::side::{WritePhase, Writing};
use super::{Call, Machine, Tick, index};
use crate::error::StreamError;
use crate::event::{EventKind, StageId};

impl Machine {
    /// `writable.write(chunk)`: false asks the caller to wait for `drain`. The chunk is queued
    /// all the same: the mark is a threshold, not a limit.
    pub fn write(&mut self, id: StageId, from: StageId, chunk: Bytes) -> bool {
        if let Err(error) = self.may_write(id) {
            self.misused(id, error, When::Later);
            return false;
        }
        self.write_or_queue(id, from, chunk)
    }

    /// The callback of `_write`. Calling it twice is an error of the stage.
    pub fn handle_write_done(&mut self, id: StageId, result: Result<(), String>) {
        self.write_done(id, result);
    }

    /// `writable.cork()`: writes are queued until as many `uncork()` calls came.
    /// Source: Node, "writable.cork()".
    pub fn cork(&mut self, id: StageId) {
        if let Some(write) = self.write_side(id) {
            write.corked += 1;
            let times = u64::from(write.corked);
            self.emit(id, EventKind::Corked { times });
        }
    }

    /// `writable.uncork()`.
    pub fn uncork(&mut self, id: StageId) {
        if let Some(write) = self.write_side(id)
            && write.corked > 0
        {
            write.corked -= 1;
            let (times, idle) = (u64::from(write.corked), write.writing.is_none());
            self.emit(id, EventKind::Corked { times });
            if idle {
                self.clear_queue(id);
            }
        }
    }

    pub(super) fn may_write(&self, id: StageId) -> Result<(), StreamError> {
        let stage = &self.stages[index(id)];
        let phase = stage.write.as_ref().map(|write| write.phase);
        if phase.is_some_and(|phase| phase != WritePhase::Open) {
            Err(StreamError::WriteAfterEnd)
        } else if stage.life.is_alive() {
            Ok(())
        } else {
            Err(StreamError::Destroyed("write"))
        }
    }

    pub(super) fn write_or_queue(&mut self, id: StageId, from: StageId, chunk: Bytes) -> bool {
        let failed = self.stages[index(id)].life.has_failed();
        let Some(write) = self.write_side(id) else {
            return false;
        };
        let bytes = write.size(&chunk);
        write.pending += 1;
        write.buffered += bytes;
        if write.writing.is_some() || write.corked > 0 || failed {
            write.queue.push_back(chunk);
        } else {
            self.start_write(id, chunk);
        }
        let works = self.stages[index(id)].life.works();
        let Some(write) = self.write_side(id) else {
            return false;
        };
        let room = write.buffered < write.mark || write.buffered == 0;
        write.need_drain |= !room;
        let answer = room && works;
        let wrote = EventKind::Wrote {
            from,
            bytes: bytes as u64,
            answer,
            buffered: write.buffered as u64,
            mark: write.mark as u64,
        };
        self.emit(id, wrote);
        self.note_answer(from, id, answer);
        answer
    }

    pub(super) fn write_done(&mut self, id: StageId, result: Result<(), String>) {
        let now_us = self.now_us;
        let Some(write) = self.write_side(id) else {
            return;
        };
        let Some(writing) = write.writing.take() else {
            return self.misused(id, StreamError::MultipleCallback, When::Now);
        };
        write.buffered -= writing.bytes;
        if let Err(message) = result {
            self.stages[index(id)].life.fail(&message);
            if writing.within {
                self.ticks.push_back(Tick::WriteFailed(id, message));
            } else {
                self.write_failed(id, &message);
            }
            return;
        }
        write.taken.chunks += writing.chunks;
        write.taken.bytes += writing.bytes as u64;
        let taken = EventKind::Taken {
            bytes: writing.bytes as u64,
            buffered: write.buffered as u64,
            chunks: write.taken.chunks,
            total: write.taken.bytes,
            took_us: now_us.saturating_sub(writing.since_us),
        };
        self.emit(id, taken);
        self.clear_queue(id);
        if writing.within {
            self.after_write_within(id);
        } else {
            self.after_write(id);
        }
    }

    pub(super) fn write_failed(&mut self, id: StageId, message: &str) {
        if let Some(write) = self.write_side(id) {
            write.pending = write.pending.saturating_sub(1);
        }
        self.drop_queue(id);
        self.error_or_destroy(id, message, When::Now);
    }

    /// What follows a write that was done from within `_write`: `drain` waits for the tick queue.
    fn after_write_within(&mut self, id: StageId) {
        let Some(write) = self.write_side(id) else {
            return;
        };
        // In object mode Node waits in any case: it tests the wrong bit of its state there.
        let waits = (write.need_drain && write.buffered == 0) || write.object_mode;
        if waits && !write.after_write_pending {
            write.after_write_pending = true;
            self.ticks.push_back(Tick::AfterWrite(id));
        } else {
            write.pending = write.pending.saturating_sub(1);
            self.finish_maybe(id);
        }
    }

    /// `drain` comes only when the buffer is empty again: Node has no low water mark.
    pub(super) fn after_write(&mut self, id: StageId) {
        let alive = self.stages[index(id)].life.is_alive();
        let Some(write) = self.write_side(id) else {
            return;
        };
        write.after_write_pending = false;
        if write.need_drain && write.buffered == 0 && write.phase == WritePhase::Open && alive {
            write.need_drain = false;
            self.emit(id, EventKind::Drain);
            self.drained(id);
        }
        let alive = self.stages[index(id)].life.is_alive();
        if let Some(write) = self.write_side(id) {
            write.pending = write.pending.saturating_sub(1);
        }
        if !alive {
            self.drop_queue(id);
        }
        self.finish_maybe(id);
    }

    pub(super) fn drop_queue(&mut self, id: StageId) {
        if let Some(write) = self.write_side(id)
            && write.writing.is_none()
        {
            write.queue.clear();
            write.buffered = 0;
        }
    }

    fn start_write(&mut self, id: StageId, chunk: Bytes) {
        let bytes = self.write_side(id).map_or(0, |write| write.size(&chunk));
        let alive = self.begin_write(id, bytes, 1);
        if !alive {
            self.write_done(id, Err(StreamError::Destroyed("write").to_string()));
        } else if self.is_transform(id) {
            self.start_transform(id, chunk);
        } else {
            self.calls.push_back(Call::Write { stage: id, chunk });
        }
        self.write_called(id);
    }

    /// Everything that is queued goes in one call.
    /// Source: Node, "writable._writev(chunks, callback)".
    fn start_writev(&mut self, id: StageId) {
        let Some(write) = self.write_side(id) else {
            return;
        };
        let chunks = Vec::from(std::mem::take(&mut write.queue));
        // The callbacks of these writes are one from here on.
        write.pending -= chunks.len() as u32 - 1;
        let bytes = write.buffered;
        self.begin_write(id, bytes, chunks.len() as u64);
        self.calls.push_back(Call::Writev { stage: id, chunks });
        self.write_called(id);
    }

    /// Notes that `_write` is being called; answers whether the stage is alive.
    fn begin_write(&mut self, id: StageId, bytes: usize, chunks: u64) -> bool {
        let writing = Writing {
            bytes,
            chunks,
            since_us: self.now_us,
            within: true,
        };
        if let Some(write) = self.write_side(id) {
            write.writing = Some(writing);
        }
        self.stages[index(id)].life.is_alive()
    }

    fn write_called(&mut self, id: StageId) {
        let write = self.write_side(id);
        if let Some(writing) = write.and_then(|write| write.writing.as_mut()) {
            writing.within = false;
        }
    }

    /// Goes on with what is queued, if nothing forbids it.
    pub(super) fn clear_queue(&mut self, id: StageId) {
        let stage = &self.stages[index(id)];
        let together = !self.is_transform(id);
        let alive = stage.life.is_alive();
        let Some(write) = self.write_side(id) else {
            return;
        };
        if !alive || write.clearing || write.corked > 0 || write.queue.is_empty() {
            return;
        }
        write.clearing = true;
        if together && write.gathers && write.queue.len() > 1 {
            self.start_writev(id);
        } else {
            while let Some(chunk) = self.next_queued(id) {
                self.start_write(id, chunk);
            }
        }
        if let Some(write) = self.write_side(id) {
            write.clearing = false;
        }
    }

    fn next_queued(&mut self, id: StageId) -> Option<Bytes> {
        let write = self.write_side(id)?;
        if write.writing.is_some() {
            return None;
        }
        write.queue.pop_front()
    }
}
