//! What an implementation gives: push, unshift, the end of the data.
//! Source: Node, "readable.push(chunk[, encoding])", "readable.unshift(chunk[, encoding])" and
//! "Event: 'readable'".

use bytes::Bytes;

use super::destroy::When;
use super::readable::Taker;
use super::side::{Flow, ReadPhase};
use super::{Machine, Tick, index};
use crate::error::StreamError;
use crate::event::{EventKind, StageId};

/// Where a chunk goes in the read buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Back,
    Front,
}

impl Machine {
    /// The implementation's `push(chunk)`, or `push(null)` for `None`. Answers whether it may push
    /// more at once. An empty chunk is nothing, but in object mode it is an object.
    pub fn handle_push(&mut self, id: StageId, chunk: Option<Bytes>) -> bool {
        let Some(chunk) = chunk else {
            self.handle_eof(id);
            return false;
        };
        let works = self.stages[index(id)].life.works();
        let Some(read) = self.read_side(id) else {
            return false;
        };
        if chunk.is_empty() && !read.object_mode {
            read.reading = false;
            self.maybe_read_more(id);
        } else if read.has_ended() {
            self.misused(id, StreamError::PushAfterEof, When::Now);
            return false;
        } else if !works {
            return false;
        } else {
            read.reading = false;
            self.add_chunk(id, chunk, End::Back);
        }
        self.wants_more(id)
    }

    /// `readable.unshift(chunk)`: puts back what was read too much of. Answers as `push` does.
    pub fn unshift(&mut self, id: StageId, chunk: Bytes) -> bool {
        let works = self.stages[index(id)].life.works();
        let Some(read) = self.read_side(id) else {
            return false;
        };
        if chunk.is_empty() && !read.object_mode {
            return read.wants_more();
        }
        if read.phase == ReadPhase::EndEmitted {
            self.misused(id, StreamError::UnshiftAfterEnd, When::Now);
        } else if !works {
            return false;
        } else {
            self.add_chunk(id, chunk, End::Front);
        }
        self.wants_more(id)
    }

    fn wants_more(&mut self, id: StageId) -> bool {
        self.read_side(id).is_some_and(|read| read.wants_more())
    }

    fn add_chunk(&mut self, id: StageId, chunk: Bytes, end: End) {
        let heard = self.is_data_heard(id);
        let Some(read) = self.read_side(id) else {
            return;
        };
        if read.flow == Flow::Flowing && heard && read.buffered == 0 && !read.sync {
            read.await_drain.clear();
            self.emit_data(id, &chunk);
        } else {
            let bytes = read.size(&chunk);
            read.buffered += bytes;
            match end {
                End::Back => read.queue.push_back(chunk),
                End::Front => read.queue.push_front(chunk),
            }
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

    /// Puts a `readable` into the tick queue, unless one is there.
    pub(super) fn emit_readable(&mut self, id: StageId) {
        if let Some(read) = self.read_side(id) {
            read.need_readable = false;
            if !read.emitted_readable {
                read.emitted_readable = true;
                self.ticks.push_back(Tick::EmitReadable(id));
            }
        }
    }

    pub(super) fn emit_readable_now(&mut self, id: StageId) {
        let works = self.stages[index(id)].life.works();
        let Some(read) = self.read_side(id) else {
            return;
        };
        if works && (read.buffered > 0 || read.has_ended()) {
            self.tell_readable(id);
            if let Some(read) = self.read_side(id) {
                read.emitted_readable = false;
            }
        }
        if let Some(read) = self.read_side(id)
            && read.flow != Flow::Flowing
            && !read.has_ended()
            && read.buffered <= read.mark
        {
            read.need_readable = true;
        }
        self.flow(id);
    }

    /// Looks later whether there is more to read.
    fn maybe_read_more(&mut self, id: StageId) {
        if let Some(read) = self.read_side(id)
            && !read.reading_more
        {
            read.reading_more = true;
            self.ticks.push_back(Tick::ReadMore(id));
        }
    }

    pub(super) fn read_more(&mut self, id: StageId) {
        while let Some(read) = self.read_side(id) {
            let flows_dry = read.flow == Flow::Flowing && read.buffered == 0;
            let wants = read.buffered < read.mark || flows_dry;
            if read.reading || read.has_ended() || !wants {
                break;
            }
            let before = read.buffered;
            self.read_for(id, Some(0), Taker::Flow);
            let after = self.read_side(id).map(|read| read.buffered);
            if after == Some(before) {
                break;
            }
        }
        if let Some(read) = self.read_side(id) {
            read.reading_more = false;
        }
    }
}
