//! What a learner reads from a stage and writes to it by hand, and a look into the buffers.

use bytes::Bytes;
use spillway_protocol::control::{MAX_READ, QueuedChunk};
use spillway_streams::{
    BufferSide, EventKind, Hearing, Queued, ReadState, ReadableView, StageId, Verb, WritableView,
};

use super::handle::{Buffer, Buffered, Gave, Looked, Read, Write, Written};
use super::{Driver, RunError};

impl Driver {
    /// `stage.read(n)`. What it takes, the listeners of `data` get as well.
    pub(super) fn handle_read(&mut self, read: &Read) -> Result<Gave, RunError> {
        self.takes_verbs()?;
        let name = &read.stage;
        let id = self.readable_named(name, "read()")?;
        let before = self.read_side(id)?;
        if self.core.machine.is_destroyed(id) || before.state == ReadState::Ended {
            return Err(RunError::NotAllowed(format!(
                "{name} has ended or is destroyed: Node's read() answers null from now on"
            )));
        }
        if read.n.is_some_and(|n| n > MAX_READ) {
            return Err(RunError::NotAllowed(format!(
                "read(n) by hand asks for 0 to {MAX_READ} bytes: more would raise the mark beyond \
                 what a run may have"
            )));
        }
        self.called(id, Verb::Read { n: read.n });
        // Checked to be small.
        let chunk = self.core.machine.read(id, read.n.map(|n| n as usize));
        let after = self.read_side(id)?;
        let note = match (&chunk, read.n) {
            (Some(_), _) => self.also_given(id),
            (None, Some(n)) if n > 0 => Some(not_enough(n, &before, &after)),
            (None, _) => None,
        };
        Ok(Gave {
            chunk: chunk.as_ref().map(looked),
            buffered: after.buffered,
            mark: after.mark,
            note,
        })
    }

    /// Who else got what `read()` took.
    fn also_given(&self, id: StageId) -> Option<String> {
        let picture = self.core.picture();
        let stages = self.core.machine.destinations(id).into_iter();
        let names = stages.filter_map(|to| Some(picture.stage(to)?.label.clone()));
        let names: Vec<String> = names.collect();
        (!names.is_empty()).then(|| {
            let names = names.join(", ");
            format!("{names} got it too: a pipe listens for 'data', and read() emits it")
        })
    }

    /// `stage.write(chunk)`. After `end()` it does what Node does: the stage fails.
    pub(super) fn handle_write(&mut self, write: &Write) -> Result<Written, RunError> {
        self.takes_verbs()?;
        let name = &write.stage;
        let id = self.writable_named(name, "write()")?;
        if self.core.machine.is_destroyed(id) {
            return Err(RunError::NotAllowed(format!(
                "{name} is destroyed: Node would drop the chunk and tell only the callback of \
                 write()"
            )));
        }
        let late = self.takes_no_more(id);
        let bytes = write.chunk.len() as u64;
        let hearing = self.core.machine.hearing(id);
        self.called(id, Verb::Write { bytes });
        let answer = self.core.machine.write(id, id, write.chunk.clone());
        let side = self.write_side(id)?;
        let note = if late {
            let then = then_of(hearing);
            Some(format!(
                "write after end: {name} fails with ERR_STREAM_WRITE_AFTER_END; {then}"
            ))
        } else {
            (side.corked > 0).then(|| format!("{name} is corked: the chunk waits for uncork()"))
        };
        Ok(Written {
            answer,
            buffered: side.buffered,
            mark: side.mark,
            note,
        })
    }

    /// `stage.cork()`.
    pub(super) fn cork(&mut self, name: &str) -> Result<Option<String>, RunError> {
        let id = self.writable_named(name, "cork()")?;
        self.called(id, Verb::Cork);
        self.core.machine.cork(id);
        let times = self.write_side(id)?.corked;
        Ok((times > 1).then(|| format!("{name} needs {times} uncork() calls now")))
    }

    /// `stage.uncork()`.
    pub(super) fn uncork(&mut self, name: &str) -> Result<Option<String>, RunError> {
        let id = self.writable_named(name, "uncork()")?;
        let before = self.write_side(id)?.corked;
        self.called(id, Verb::Uncork);
        self.core.machine.uncork(id);
        Ok(match before {
            0 => Some(format!("{name} was not corked, so nothing changed")),
            1 => None,
            more => Some(format!("{name} is still corked: {} more needed", more - 1)),
        })
    }

    /// `stage.end()`.
    pub(super) fn end_writes(&mut self, name: &str) -> Result<Option<String>, RunError> {
        let id = self.writable_named(name, "end()")?;
        if self.takes_no_more(id) || self.core.machine.is_destroyed(id) {
            return Err(RunError::NotAllowed(format!(
                "{name} has ended already: Node would tell only the callback of end()"
            )));
        }
        let picture = self.core.picture();
        let feeding = picture.pipes.iter().find(|pipe| pipe.to == id);
        let feeding = feeding.and_then(|pipe| picture.stage(pipe.from));
        let note = feeding.map(|source| {
            format!(
                "{} is still piped to {name}: a chunk that comes before finish is a write after \
                 end, and at finish the pipe is removed",
                source.label
            )
        });
        drop(picture);
        self.called(id, Verb::End);
        self.core.machine.end(id);
        Ok(note)
    }

    /// What a buffer holds.
    pub(super) fn buffered(&self, buffer: &Buffer) -> Result<Buffered, RunError> {
        let queued = self.queued(buffer)?;
        let more = queued.chunks.len().saturating_sub(MAX_LISTED) as u64;
        let in_hand = queued.in_hand;
        let chunks = placed(&queued).map(|(at, chunk)| QueuedChunk {
            at,
            bytes: chunk.len() as u64,
        });
        Ok(Buffered {
            in_hand,
            chunks: chunks.take(MAX_LISTED).collect(),
            more,
        })
    }

    /// The beginning of the chunk that begins at `at`.
    pub(super) fn look(&self, buffer: &Buffer, at: u64) -> Result<Looked, RunError> {
        let queued = self.queued(buffer)?;
        let found = placed(&queued).find(|(begins, _)| *begins == at);
        let Some((_, chunk)) = found else {
            return Err(RunError::Gone(format!(
                "no chunk that begins at byte {at} waits in this buffer of {}: it has gone on, or \
                 is being worked on; ask for the list again",
                buffer.stage
            )));
        };
        Ok(looked(chunk))
    }

    fn queued(&self, buffer: &Buffer) -> Result<Queued<'_>, RunError> {
        let name = &buffer.stage;
        let id = self.stage_named(name)?;
        let queued = self.core.machine.queued(id, buffer.side);
        queued.ok_or_else(|| {
            let (kind, side) = match buffer.side {
                BufferSide::Read => ("Writable", "read"),
                BufferSide::Write => ("Readable", "write"),
            };
            RunError::NotAllowed(format!("{name} is a {kind}: it has no {side} buffer"))
        })
    }

    fn readable_named(&self, name: &str, verb: &str) -> Result<StageId, RunError> {
        let id = self.stage_named(name)?;
        let view = self.core.view().stage(id);
        if view.is_some_and(|stage| stage.readable.is_some()) {
            Ok(id)
        } else {
            Err(RunError::NotAllowed(format!(
                "{name} is a Writable: it has no {verb}"
            )))
        }
    }

    /// The read side as it is at this moment.
    fn read_side(&self, id: StageId) -> Result<ReadableView, RunError> {
        let view = self.core.machine.view();
        let stage = view.stages.into_iter().nth(usize::from(id.0));
        let side = stage.and_then(|stage| stage.readable);
        side.ok_or(RunError::Over)
    }

    fn writable_named(&self, name: &str, verb: &str) -> Result<StageId, RunError> {
        let id = self.stage_named(name)?;
        let view = self.core.view().stage(id);
        if view.is_some_and(|stage| stage.writable.is_some()) {
            Ok(id)
        } else {
            Err(RunError::NotAllowed(format!(
                "{name} is a Readable: it has no {verb}"
            )))
        }
    }

    /// The write side as it is at this moment, which the events that wait may not tell yet.
    fn write_side(&self, id: StageId) -> Result<WritableView, RunError> {
        let view = self.core.machine.view();
        let stage = view.stages.into_iter().nth(usize::from(id.0));
        let side = stage.and_then(|stage| stage.writable);
        side.ok_or(RunError::Over)
    }

    fn called(&mut self, id: StageId, verb: Verb) {
        self.core.machine.note(id, EventKind::Verb { verb });
    }
}

/// What becomes of an error.
pub(super) const fn then_of(hearing: Hearing) -> &'static str {
    match hearing {
        Hearing::Nobody => "nobody listens for 'error', so the process exits with 1",
        Hearing::Program => "the program listens for 'error', so the run goes on without it",
        Hearing::Pipeline => "pipeline() hears it, destroys every stage and calls back",
    }
}

/// Why `read(n)` answered null, and what it did all the same.
fn not_enough(n: u64, before: &ReadableView, after: &ReadableView) -> String {
    let buffered = before.buffered;
    let raised = if after.mark > before.mark {
        format!("; it raised the mark to {}", after.mark)
    } else {
        String::new()
    };
    format!("only {buffered} bytes are buffered, so read({n}) answered null{raised}")
}

/// The size of a chunk and its beginning.
fn looked(chunk: &Bytes) -> Looked {
    Looked {
        bytes: chunk.len() as u64,
        beginning: chunk[..chunk.len().min(MAX_SHOWN)].to_vec(),
    }
}

/// The chunks of a buffer, each with the place where it begins.
fn placed<'a>(queued: &Queued<'a>) -> impl Iterator<Item = (u64, &'a Bytes)> {
    let first = queued.from + queued.in_hand.unwrap_or_default();
    queued
        .chunks
        .clone()
        .into_iter()
        .scan(first, |next, chunk| {
            let at = *next;
            *next += chunk.len() as u64;
            Some((at, chunk))
        })
}

/// Chunks that one answer lists.
const MAX_LISTED: usize = 1_000;

/// Bytes of a chunk that an answer shows.
const MAX_SHOWN: usize = 4_096;
