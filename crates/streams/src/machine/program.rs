//! Listeners that the program itself adds: `data`, `readable`, `error`.
//! Source: Node, "Event: 'data'", "Event: 'readable'", "readable.readableFlowing".

use super::iterator::IteratorId;
use super::listeners::{On, Owner};
use super::side::{Flow, Hand, ReadPhase};
use super::{Machine, Tick, VerbError, index};
use crate::event::{EventKind, PauseCause, StageId};

/// What a listener of `data` does with a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnData {
    /// A pipe writes it to its destination.
    Pipe { to: StageId },
    /// The program writes it to another stage.
    Forward {
        to: StageId,
        /// It respects backpressure: after a false it pauses until `drain`.
        waits: bool,
    },
    /// The program uses it.
    Take,
}

/// What a listener of `readable` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnReadable {
    /// Nothing at once: the program calls `read()` when it likes.
    Wait,
    /// It calls `read()` until that answers null.
    ReadAll,
    /// It calls `read(n)` once.
    Read(usize),
}

/// A listener of `readable`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadableListener {
    Program(OnReadable),
    Iterator(IteratorId),
}

/// How a program writes what it hears of to another stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backpressure {
    /// It ignores what `write()` answers: the other's buffer grows without bound.
    Ignored,
    /// After a false it calls `pause()`, and `resume()` at the next `drain`.
    Respected,
}

/// A listener of `data` that the program added.
#[derive(Debug, Clone)]
pub(super) struct DataListener {
    /// Its place among all listeners of `data`, pipes included.
    order: u64,
    from: StageId,
    does: OnData,
    /// Its place among the listeners of `drain`, while it waits for one.
    pub(super) drain_listener: Option<u64>,
}

impl Machine {
    /// `readable.on('data', …)`: a listener that uses the chunks. Starts the flow, unless the
    /// Readable was paused.
    ///
    /// # Errors
    /// When the stage cannot be read.
    pub fn on_data(&mut self, id: StageId) -> Result<(), VerbError> {
        self.add_data_listener(id, OnData::Take)
    }

    /// `readable.off('data', …)`: removes a listener that [`Machine::on_data`] added. What flows
    /// with nobody listening is lost: only `pause()` stops it.
    ///
    /// # Errors
    /// When the stage cannot be read.
    pub fn off_data(&mut self, id: StageId) -> Result<(), VerbError> {
        self.remove_data_listener(id, |does| does == OnData::Take)
    }

    /// A listener of `data` that writes each chunk to another stage, and one of `end` that ends it:
    /// what `pipe()` does, but written by hand.
    ///
    /// # Errors
    /// When `from` cannot be read or `to` cannot be written.
    pub fn forward(
        &mut self,
        from: StageId,
        to: StageId,
        backpressure: Backpressure,
    ) -> Result<(), VerbError> {
        self.can_pipe(from, to)?;
        let waits = backpressure == Backpressure::Respected;
        self.add_data_listener(from, OnData::Forward { to, waits })
    }

    /// Removes the listeners that [`Machine::forward`] added first for this pair.
    ///
    /// # Errors
    /// When `from` cannot be read.
    pub fn stop_forwarding(&mut self, from: StageId, to: StageId) -> Result<(), VerbError> {
        self.remove_data_listener(
            from,
            |does| matches!(does, OnData::Forward { to: at, .. } if at == to),
        )
    }

    /// `readable.on('readable', …)`: nothing flows any more, the program calls `read()`.
    ///
    /// # Errors
    /// When the stage cannot be read.
    pub fn on_readable(&mut self, id: StageId, does: OnReadable) -> Result<(), VerbError> {
        self.need_readable_side(id)?;
        self.add_readable_listener(id, ReadableListener::Program(does));
        Ok(())
    }

    pub(super) fn add_readable_listener(&mut self, id: StageId, listener: ReadableListener) {
        let Some(read) = self.read_side(id) else {
            return;
        };
        read.on_readable.push(listener);
        if read.phase != ReadPhase::EndEmitted && !read.readable_listening {
            read.readable_listening = true;
            read.need_readable = true;
            read.emitted_readable = false;
            if read.flow != Flow::Paused {
                read.flow = Flow::Paused;
                read.paused_by = None;
            }
            if read.buffered > 0 {
                self.emit_readable(id);
            } else if !read.reading {
                self.ticks.push_back(Tick::ReadNothing(id));
            }
        }
        self.tell_listeners(id);
    }

    /// `readable.off('readable', …)`: removes the listener that was added first. What follows for
    /// the flow waits for the tick queue.
    ///
    /// # Errors
    /// When the stage cannot be read.
    pub fn off_readable(&mut self, id: StageId) -> Result<(), VerbError> {
        self.need_readable_side(id)?;
        self.remove_readable_listener(id, |it| matches!(it, ReadableListener::Program(_)));
        Ok(())
    }

    pub(super) fn remove_readable_listener(
        &mut self,
        id: StageId,
        which: impl Fn(&ReadableListener) -> bool,
    ) {
        if let Some(read) = self.read_side(id)
            && let Some(at) = read.on_readable.iter().position(which)
        {
            read.on_readable.remove(at);
            self.ticks.push_back(Tick::UpdateReadableListening(id));
            self.tell_listeners(id);
        }
    }

    /// `stage.on('error', …)`: from now on an error does not end the process.
    pub fn on_error(&mut self, id: StageId) {
        self.stages[index(id)].error_heard = true;
        self.tell_hearing(id);
    }

    fn add_data_listener(&mut self, id: StageId, does: OnData) -> Result<(), VerbError> {
        self.need_readable_side(id)?;
        let order = self.next_listener();
        if let OnData::Forward { to, .. } = does {
            self.listen(id, On::End, Owner::Forward(order, to));
        }
        self.data_listeners.push(DataListener {
            order,
            from: id,
            does,
            drain_listener: None,
        });
        if let Some(read) = self.read_side(id) {
            read.readable_listening |= !read.on_readable.is_empty();
            if read.flow != Flow::Paused {
                self.start_flow(id);
            }
        }
        self.tell_listeners(id);
        Ok(())
    }

    fn remove_data_listener(
        &mut self,
        id: StageId,
        which: impl Fn(OnData) -> bool,
    ) -> Result<(), VerbError> {
        self.need_readable_side(id)?;
        let mut listeners = self.data_listeners.iter();
        if let Some(at) = listeners.position(|it| it.from == id && which(it.does)) {
            let removed = self.data_listeners.remove(at);
            if let OnData::Forward { to, .. } = removed.does {
                self.unlisten(id, Owner::Forward(removed.order, to));
            }
            self.tell_listeners(id);
        }
        Ok(())
    }

    /// Reports who listens and what the read side does.
    pub(super) fn tell_listeners(&mut self, id: StageId) {
        let data = self.program_listeners(id);
        let Some(read) = self.read_side(id) else {
            return;
        };
        let kind = EventKind::Listeners {
            data,
            readable: read.on_readable.len() as u64,
            state: read.shown_state(),
        };
        self.emit(id, kind);
    }

    pub(super) fn program_listeners(&self, id: StageId) -> u64 {
        self.data_listeners
            .iter()
            .filter(|it| it.from == id)
            .count() as u64
    }

    /// Whether anything listens to `data`.
    pub(super) fn is_data_heard(&self, id: StageId) -> bool {
        self.pipes.iter().any(|pipe| pipe.from == id)
            || self
                .data_listeners
                .iter()
                .any(|listener| listener.from == id)
    }

    /// What listens to `data`, in the order in which it was added.
    pub(super) fn listeners_of_data(&self, id: StageId) -> Vec<(u64, OnData)> {
        let mut all: Vec<_> = self.each_listener_of_data(id).collect();
        all.sort_unstable_by_key(|(order, _)| *order);
        all
    }

    /// The one that listens to `data`, as in most pipes, where this is asked for each chunk.
    pub(super) fn only_listener_of_data(&self, id: StageId) -> Option<(u64, OnData)> {
        let mut all = self.each_listener_of_data(id);
        let first = all.next()?;
        all.next().is_none().then_some(first)
    }

    fn each_listener_of_data(&self, id: StageId) -> impl Iterator<Item = (u64, OnData)> {
        let pipes = self.pipes.iter().filter(move |pipe| pipe.from == id);
        let pipes = pipes.map(|pipe| (pipe.id, OnData::Pipe { to: pipe.to }));
        let own = self.data_listeners.iter().filter(move |it| it.from == id);
        pipes.chain(own.map(|it| (it.order, it.does)))
    }

    /// A listener that respects backpressure was answered false.
    pub(super) fn wait_for_drain(&mut self, order: u64) {
        let Some(at) = self.data_listeners.iter().position(|it| it.order == order) else {
            return;
        };
        let OnData::Forward { to, .. } = self.data_listeners[at].does else {
            return;
        };
        let from = self.data_listeners[at].from;
        if self.data_listeners[at].drain_listener.is_none() {
            self.drain_listeners += 1;
            self.data_listeners[at].drain_listener = Some(self.drain_listeners);
        }
        if let Some(by) = self.backpressure_of(to) {
            self.pause_by(from, by);
        }
    }

    /// The forwarders that wait for a `drain` of this stage, each with its place; they listen once.
    pub(super) fn take_drain_waiters(&mut self, of: StageId) -> Vec<(u64, StageId)> {
        let mut waiters = Vec::new();
        for listener in &mut self.data_listeners {
            if matches!(listener.does, OnData::Forward { to, .. } if to == of)
                && let Some(order) = listener.drain_listener.take()
            {
                waiters.push((order, listener.from));
            }
        }
        waiters
    }

    /// The reason for a pause after a write to this stage answered false.
    pub(super) fn backpressure_of(&mut self, to: StageId) -> Option<PauseCause> {
        let write = self.write_side(to)?;
        Some(PauseCause::Backpressure {
            to,
            buffered: write.buffered as u64,
            mark: write.mark as u64,
        })
    }

    /// `readable` is emitted.
    pub(super) fn tell_readable(&mut self, id: StageId) {
        let listeners = match self.read_side(id) {
            Some(read) if !read.on_readable.is_empty() => read.on_readable.clone(),
            _ => return,
        };
        self.emit(id, EventKind::Readable);
        for does in listeners {
            match does {
                ReadableListener::Iterator(iterator) => self.iterator_heard(iterator),
                ReadableListener::Program(OnReadable::Wait) => {}
                ReadableListener::Program(OnReadable::ReadAll) => {
                    while self.read(id, None).is_some() {}
                }
                ReadableListener::Program(OnReadable::Read(n)) => {
                    self.read(id, Some(n));
                }
            }
        }
    }

    /// What Node does in the tick queue after a listener of `readable` was removed.
    pub(super) fn update_readable_listening(&mut self, id: StageId) {
        let heard = self.is_data_heard(id);
        let Some(read) = self.read_side(id) else {
            return;
        };
        let was = read.flow;
        read.readable_listening = !read.on_readable.is_empty();
        if read.hand == Hand::Resumed && read.resume_scheduled {
            read.set_flowing();
        } else if heard {
            self.start_flow(id);
        } else if !read.readable_listening {
            read.flow = Flow::Initial;
            read.paused_by = None;
        }
        if self.read_side(id).is_some_and(|read| read.flow != was) {
            self.tell_listeners(id);
        }
    }
}
