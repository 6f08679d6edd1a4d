//! The read side: `read()`, `data` and `end`.
//! Source: Node, "readable.read([size])", "Event: 'data'" and "Event: 'end'".

use bytes::Bytes;

use super::listeners::On;
use super::program::OnData;
use super::side::ReadPhase;
use super::{Call, Machine, Tick, index};
use crate::event::{EventKind, StageId};

/// Who takes a chunk out of the read buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taker {
    /// The flow, for the listeners of `data`; without any, the chunk is lost.
    Flow,
    /// The program, by calling `read()`; listeners hear of it all the same.
    Program,
}

impl Machine {
    /// `readable.read(n)`, or `read()` for `None`. What it takes also goes to the destinations.
    pub fn read(&mut self, id: StageId, n: Option<usize>) -> Option<Bytes> {
        self.read_for(id, n, Taker::Program)
    }

    pub(super) fn read_for(
        &mut self,
        id: StageId,
        n: Option<usize>,
        taker: Taker,
    ) -> Option<Bytes> {
        self.note_wanted(id, n);
        if n == Some(0) && self.is_ready_already(id) {
            return None;
        }
        let read = self.read_side(id)?;
        let take = read.how_much(n);
        if take == 0 && read.has_ended() {
            if read.buffered == 0 {
                self.end_readable(id);
            }
            return None;
        }
        let take = self.call_read(id, n, take);
        let read = self.read_side(id)?;
        let chunk = (take > 0 && read.buffered > 0).then(|| read.take(take));
        let taken = if chunk.is_some() { take } else { 0 };
        if chunk.is_some() {
            read.await_drain.clear();
        } else if read.buffered <= read.mark {
            read.need_readable = true;
        }
        if read.buffered == 0 {
            if !read.has_ended() {
                read.need_readable = true;
            } else if n != Some(taken) {
                self.end_readable(id);
            }
        }
        if let Some(chunk) = &chunk
            && !self.stages[index(id)].life.is_over()
        {
            self.emit_taken(id, chunk, taker);
        }
        chunk
    }

    /// A `read(n)` above the mark raises the mark to the next power of two.
    fn note_wanted(&mut self, id: StageId, n: Option<usize>) {
        let Some(read) = self.read_side(id) else {
            return;
        };
        if n != Some(0) {
            read.emitted_readable = false;
        }
        if let Some(n) = n
            && n > read.mark
        {
            read.mark = n.next_power_of_two();
            let mark = read.mark as u64;
            self.emit(id, EventKind::Marked { mark });
        }
    }

    /// The early way out of `read(0)`: what is there is enough, so only say so.
    fn is_ready_already(&mut self, id: StageId) -> bool {
        let Some(read) = self.read_side(id) else {
            return true;
        };
        let full = if read.mark == 0 {
            read.buffered > 0
        } else {
            read.buffered >= read.mark
        };
        if !read.need_readable || !(full || read.has_ended()) {
            return false;
        }
        if read.buffered == 0 && read.has_ended() {
            self.end_readable(id);
        } else {
            self.emit_readable(id);
        }
        true
    }

    /// Calls `_read` when the rules ask for it. An implementation answers later; a Transform's own
    /// may give something at once, so what can be taken is looked at again.
    fn call_read(&mut self, id: StageId, n: Option<usize>, take: usize) -> usize {
        let works = self.stages[index(id)].life.works();
        let Some(read) = self.read_side(id) else {
            return take;
        };
        let left = read.buffered.saturating_sub(take);
        let wanted = read.need_readable || read.buffered == 0 || left < read.mark;
        if !wanted || read.reading || read.has_ended() || !works {
            return take;
        }
        read.reading = true;
        read.sync = true;
        if read.buffered == 0 {
            read.need_readable = true;
        }
        let mark = read.mark;
        if self.is_transform(id) {
            self.transform_read(id);
        } else {
            self.calls.push_back(Call::Read { stage: id, n: mark });
        }
        let Some(read) = self.read_side(id) else {
            return take;
        };
        read.sync = false;
        if read.reading { take } else { read.how_much(n) }
    }

    /// A chunk that never was in the read buffer: it goes to the listeners as it is pushed.
    pub(super) fn emit_data(&mut self, id: StageId, chunk: &Bytes) {
        self.emit_taken(id, chunk, Taker::Flow);
    }

    fn emit_taken(&mut self, id: StageId, chunk: &Bytes, taker: Taker) {
        let listened = self.is_data_heard(id);
        let heard = taker == Taker::Program || listened;
        let Some(read) = self.read_side(id) else {
            return;
        };
        let size = read.size(chunk);
        let (bytes, buffered) = (size as u64, read.buffered as u64);
        if heard {
            read.out.add(size);
            read.by_read += if listened { 0 } else { bytes };
            let (chunks, total) = (read.out.chunks, read.out.bytes);
            self.emit(
                id,
                EventKind::Data {
                    bytes,
                    buffered,
                    chunks,
                    total,
                },
            );
            self.call_data_listeners(id, chunk);
        } else {
            read.discarded.add(size);
            let (chunks, total) = (read.discarded.chunks, read.discarded.bytes);
            self.emit(
                id,
                EventKind::Discarded {
                    bytes,
                    buffered,
                    chunks,
                    total,
                },
            );
        }
    }

    /// In the order in which they were added; those of pipes are among them.
    fn call_data_listeners(&mut self, id: StageId, chunk: &Bytes) {
        if let Some((order, does)) = self.only_listener_of_data(id) {
            return self.call_data_listener(id, order, does, chunk);
        }
        for (order, does) in self.listeners_of_data(id) {
            self.call_data_listener(id, order, does, chunk);
        }
    }

    fn call_data_listener(&mut self, id: StageId, order: u64, does: OnData, chunk: &Bytes) {
        match does {
            OnData::Pipe { to } => {
                if !self.write(to, id, chunk.clone()) {
                    self.pause_for_drain(order);
                }
            }
            OnData::Forward { to, waits } => {
                let answer = self.write(to, id, chunk.clone());
                if waits && !answer {
                    self.wait_for_drain(order);
                }
            }
            OnData::Take => {}
        }
    }

    /// Puts `end` into the tick queue, once everything was read.
    fn end_readable(&mut self, id: StageId) {
        let again = self.profile.schedules_end_again();
        if let Some(read) = self.read_side(id)
            && read.phase != ReadPhase::EndEmitted
            && (again || !read.end_scheduled)
        {
            read.end_scheduled = true;
            read.phase = ReadPhase::EofSeen;
            self.ticks.push_back(Tick::EndReadable(id));
        }
    }

    pub(super) fn end_readable_now(&mut self, id: StageId) {
        let stage = &mut self.stages[index(id)];
        let Some(read) = &mut stage.read else {
            return;
        };
        let failed = stage.life.has_failed() || stage.life.is_closed();
        read.end_scheduled = false;
        // One last `unshift` may have come.
        if failed || read.phase == ReadPhase::EndEmitted || read.buffered > 0 {
            return;
        }
        read.phase = ReadPhase::EndEmitted;
        self.emit(id, EventKind::Ended);
        self.call_listeners(id, On::End);
        let stage = &self.stages[index(id)];
        if !stage.allow_half_open && self.can_be_written(id) {
            self.ticks.push_back(Tick::EndOtherSide(id));
        } else if stage.auto_destroy && self.write_has_finished(id) {
            self.destroy(id, None);
        }
    }
}
