//! What is queued in the two buffers of a stage, to be looked at.

use bytes::Bytes;

use super::side::{ReadSide, WriteSide};
use super::{Machine, index};
use crate::event::StageId;

/// One of the two buffers of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BufferSide {
    /// The read buffer.
    Read,
    /// The write buffer.
    Write,
}

/// What a buffer holds.
#[derive(Debug, Clone)]
pub struct Queued<'a> {
    /// What had entered the buffer before the first chunk of it: bytes, or chunks in object mode.
    pub from: u64,
    /// What the implementation has been given and has not taken yet: bytes, or chunks in object
    /// mode. It is the first of the buffer, and no longer there to be looked at.
    pub in_hand: Option<u64>,
    /// The chunks that wait, oldest first.
    pub chunks: Vec<&'a Bytes>,
}

impl Machine {
    /// What a buffer holds; `None` when the stage has no such side.
    #[must_use]
    pub fn queued(&self, id: StageId, side: BufferSide) -> Option<Queued<'_>> {
        let stage = &self.stages[index(id)];
        match side {
            BufferSide::Read => stage.read.as_ref().map(ReadSide::queued),
            BufferSide::Write => stage.write.as_ref().map(WriteSide::queued),
        }
    }
}

impl ReadSide {
    fn queued(&self) -> Queued<'_> {
        let (out, discarded) = (self.out, self.discarded);
        let from = if self.object_mode {
            out.chunks + discarded.chunks
        } else {
            out.bytes + discarded.bytes
        };
        Queued {
            from,
            in_hand: None,
            chunks: self.queue.iter().collect(),
        }
    }
}

impl WriteSide {
    fn queued(&self) -> Queued<'_> {
        let from = if self.object_mode {
            self.taken.chunks
        } else {
            self.taken.bytes
        };
        Queued {
            from,
            in_hand: self.writing.map(|writing| writing.bytes as u64),
            chunks: self.queue.iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::{Call, StageOptions, WriteOptions};

    fn writable() -> (Machine, StageId) {
        let mut machine = Machine::new();
        let id = machine.add(StageOptions {
            write: Some(WriteOptions::default()),
            ..StageOptions::default()
        });
        (machine, id)
    }

    #[test]
    fn the_chunk_in_hand_comes_before_those_that_wait() {
        let (mut machine, id) = writable();
        for chunk in ["one", "three", "five!"] {
            machine.write(id, id, Bytes::from(chunk));
        }
        machine.tick();
        let queued = machine.queued(id, BufferSide::Write).unwrap();
        assert_eq!((queued.from, queued.in_hand), (0, Some(3)));
        assert_eq!(queued.chunks, ["three", "five!"]);

        assert!(matches!(machine.poll_call(), Some(Call::Write { .. })));
        machine.handle_write_done(id, Ok(()));
        machine.tick();
        let queued = machine.queued(id, BufferSide::Write).unwrap();
        assert_eq!((queued.from, queued.in_hand), (3, Some(5)));
        assert_eq!(queued.chunks, ["five!"]);
    }

    #[test]
    fn a_writable_has_no_read_buffer() {
        let (machine, id) = writable();
        assert!(machine.queued(id, BufferSide::Read).is_none());
    }
}
