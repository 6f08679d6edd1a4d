//! The read side: push, read, flowing and paused.
//! Source: Node, "Stream", sections "Two reading modes" and "Three states".

use bytes::Bytes;

use super::destroy::When;
use super::listeners::On;
use super::side::{Flow, ReadPhase};
use super::{Call, Machine, Tick, index};
use crate::error::StreamError;
use crate::event::{EventKind, FlowCause, PauseCause, StageId};

impl Machine {
    /// The implementation's `push(chunk)`, or `push(null)` for `None`. Answers whether it may push
    /// more at once. Source: Node, "readable.push(chunk[, encoding])".
    pub fn handle_push(&mut self, id: StageId, chunk: Option<Bytes>) -> bool {
        let Some(chunk) = chunk else {
            self.handle_eof(id);
            return false;
        };
        let works = self.stages[index(id)].life.works();
        let Some(read) = self.read_side(id) else {
            return false;
        };
        if chunk.is_empty() {
            read.reading = false;
            self.maybe_read_more(id);
        } else if read.has_ended() {
            self.misused(id, StreamError::PushAfterEof, When::Now);
            return false;
        } else if !works {
            return false;
        } else {
            read.reading = false;
            self.add_chunk(id, chunk);
        }
        self.read_side(id).is_some_and(|read| read.wants_more())
    }

    /// `readable.read(n)`, or `read()` for `None`. What it takes also goes to the destinations.
    /// Source: Node, "readable.read([size])".
    pub fn read(&mut self, id: StageId, n: Option<usize>) -> Option<Bytes> {
        self.note_wanted(id, n);
        if n == Some(0) && self.is_ready_already(id) {
            return None;
        }
        let take = self.how_much(id, n);
        if take == 0 && self.read_side(id)?.has_ended() {
            if self.read_side(id)?.buffered == 0 {
                self.end_readable(id);
            }
            return None;
        }
        let take = self.call_read(id, n, take);
        let read = self.read_side(id)?;
        let chunk = (take > 0).then(|| read.take(take));
        if chunk.is_some() {
            read.await_drain.clear();
        } else if read.buffered <= read.mark {
            read.need_readable = true;
        }
        if read.buffered == 0 {
            if !read.has_ended() {
                read.need_readable = true;
            } else if n != Some(take) {
                self.end_readable(id);
            }
        }
        if let Some(chunk) = &chunk {
            self.emit_data(id, chunk);
        }
        chunk
    }

    pub(super) fn pause_by(&mut self, id: StageId, by: PauseCause) {
        let Some(read) = self.read_side(id) else {
            return;
        };
        if read.flow != Flow::Paused {
            read.flow = Flow::Paused;
            read.paused_by = Some(by);
            self.emit(id, EventKind::Paused { by });
        }
    }

    pub(super) fn resume_by(&mut self, id: StageId, by: FlowCause) {
        let Some(read) = self.read_side(id) else {
            return;
        };
        if read.flow == Flow::Flowing {
            return;
        }
        let undid_pause = read.paused_by_hand && by != FlowCause::Resume;
        read.flow = Flow::Flowing;
        read.paused_by_hand = false;
        read.paused_by = None;
        if !read.resume_scheduled {
            read.resume_scheduled = true;
            self.ticks.push_back(Tick::Resume(id));
        }
        self.emit(id, EventKind::Flowing { by, undid_pause });
    }

    pub(super) fn resume_now(&mut self, id: StageId) {
        if self.read_side(id).is_some_and(|read| !read.reading) {
            self.read(id, Some(0));
        }
        if let Some(read) = self.read_side(id) {
            read.resume_scheduled = false;
        }
        self.flow(id);
        if self
            .read_side(id)
            .is_some_and(|read| read.flow == Flow::Flowing && !read.reading)
        {
            self.read(id, Some(0));
        }
    }

    pub(super) fn emit_readable_now(&mut self, id: StageId) {
        let works = self.stages[index(id)].life.works();
        let Some(read) = self.read_side(id) else {
            return;
        };
        if works && (read.buffered > 0 || read.has_ended()) {
            read.emitted_readable = false;
        }
        if read.flow != Flow::Flowing && !read.has_ended() && read.buffered <= read.mark {
            read.need_readable = true;
        }
        self.flow(id);
    }

    pub(super) fn read_more(&mut self, id: StageId) {
        while let Some(read) = self.read_side(id) {
            let wants =
                read.buffered < read.mark || (read.flow == Flow::Flowing && read.buffered == 0);
            if read.reading || read.has_ended() || !wants {
                break;
            }
            let before = read.buffered;
            self.read(id, Some(0));
            if self
                .read_side(id)
                .is_none_or(|read| read.buffered == before)
            {
                break;
            }
        }
        if let Some(read) = self.read_side(id) {
            read.reading_more = false;
        }
    }

    pub(super) fn end_readable_now(&mut self, id: StageId) {
        let stage = &mut self.stages[index(id)];
        let Some(read) = &mut stage.read else {
            return;
        };
        let failed = stage.life.has_failed() || stage.life.is_closed();
        read.ending = false;
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

    fn add_chunk(&mut self, id: StageId, chunk: Bytes) {
        let heard = self.has_destination(id);
        let Some(read) = self.read_side(id) else {
            return;
        };
        if read.flow == Flow::Flowing && heard && read.buffered == 0 && !read.sync {
            read.await_drain.clear();
            self.emit_data(id, &chunk);
        } else {
            let bytes = chunk.len();
            read.buffered += bytes;
            read.queue.push_back(chunk);
            let pushed = EventKind::Pushed {
                bytes: bytes as u64,
                buffered: read.buffered as u64,
                more: read.wants_more(),
            };
            let wanted = read.need_readable;
            self.emit(id, pushed);
            if wanted {
                self.emit_readable(id);
            }
        }
        self.maybe_read_more(id);
    }

    fn handle_eof(&mut self, id: StageId) {
        let Some(read) = self.read_side(id) else {
            return;
        };
        read.reading = false;
        if read.has_ended() {
            return;
        }
        read.phase = ReadPhase::EofSeen;
        if read.sync {
            self.emit_readable(id);
        } else {
            read.need_readable = false;
            read.emitted_readable = true;
            self.emit_readable_now(id);
        }
    }

    fn emit_readable(&mut self, id: StageId) {
        if let Some(read) = self.read_side(id) {
            read.need_readable = false;
            if !read.emitted_readable {
                read.emitted_readable = true;
                self.ticks.push_back(Tick::EmitReadable(id));
            }
        }
    }

    fn maybe_read_more(&mut self, id: StageId) {
        if let Some(read) = self.read_side(id)
            && !read.reading_more
        {
            read.reading_more = true;
            self.ticks.push_back(Tick::ReadMore(id));
        }
    }

    fn end_readable(&mut self, id: StageId) {
        if let Some(read) = self.read_side(id)
            && read.phase != ReadPhase::EndEmitted
            && !read.ending
        {
            read.ending = true;
            read.phase = ReadPhase::EofSeen;
            self.ticks.push_back(Tick::EndReadable(id));
        }
    }

    fn flow(&mut self, id: StageId) {
        while self
            .read_side(id)
            .is_some_and(|read| read.flow == Flow::Flowing)
            && self.read(id, None).is_some()
        {}
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

    fn how_much(&mut self, id: StageId, n: Option<usize>) -> usize {
        let Some(read) = self.read_side(id) else {
            return 0;
        };
        match n {
            Some(n) if n <= read.buffered => n,
            Some(_) if read.has_ended() => read.buffered,
            Some(_) => 0,
            // While flowing, `read()` gives one chunk as it came; else all there is.
            None if read.flow == Flow::Flowing => read.queue.front().map_or(0, Bytes::len),
            None => read.buffered,
        }
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
        if read.reading {
            take
        } else {
            self.how_much(id, n)
        }
    }

    fn emit_data(&mut self, id: StageId, chunk: &Bytes) {
        if self.stages[index(id)].life.is_over() {
            return;
        }
        let heard = self.has_destination(id);
        let Some(read) = self.read_side(id) else {
            return;
        };
        let bytes = chunk.len() as u64;
        let buffered = read.buffered as u64;
        if !heard {
            read.discarded.add(chunk.len());
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
            return;
        }
        read.out.add(chunk.len());
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
        for (pipe, to) in self.pipes_from(id) {
            if !self.write(to, id, chunk.clone()) {
                self.pause_for_drain(pipe);
            }
        }
    }
}
