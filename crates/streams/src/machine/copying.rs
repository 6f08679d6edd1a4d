//! A loop that copies: what a program writes in the place of a pipe, with `for await`.
//!
//! ```js
//! try {
//!   for await (const chunk of from) {
//!     if (!to.write(chunk)) await once(to, 'drain');
//!   }
//!   to.end();
//! } catch (error) { … }
//! ```
//! Source: Node, "Consuming readable streams with async iterators", "events.once(emitter, name)".

use super::iterator::{Answer, IterateOptions, IteratorId, Microtask};
use super::listeners::{On, Owner};
use super::pipe::VerbError;
use super::{Machine, index};
use crate::event::{Callback, EventKind, StageId};

/// One call of [`Machine::copy`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CopyId(usize);

#[derive(Debug)]
pub(super) struct Copying {
    from: StageId,
    to: StageId,
    iterator: IteratorId,
    /// Its place among the listeners of `drain`, while it waits in `once(to, 'drain')`. That
    /// listens for `error` as well.
    drain_listener: Option<u64>,
    /// What `once()` threw into the loop, which is being left.
    thrown: Option<String>,
}

impl Machine {
    /// A loop over `from` that writes each chunk to `to`, waits for `drain` when it is told to, and
    /// ends `to` after the last one; what is thrown into it is caught. When it is over,
    /// [`EventKind::CalledBack`] is reported on `from`, with the error that was caught.
    ///
    /// An error of `from` is thrown into the loop and so is one of `to` while the loop waits for its
    /// `drain`; at any other time nobody in it listens to `to`. Leaving the loop destroys `from`, and
    /// never `to`.
    ///
    /// # Errors
    /// When `from` cannot be read or `to` cannot be written.
    pub fn copy(&mut self, from: StageId, to: StageId) -> Result<(), VerbError> {
        self.can_pipe(from, to)?;
        let iterator = self.iterate(from, IterateOptions::default())?;
        let id = CopyId(self.copies.len());
        self.copies.push(Copying {
            from,
            to,
            iterator,
            drain_listener: None,
            thrown: None,
        });
        self.iterators[iterator.0].copying = Some(id);
        self.iterator_next(iterator);
        Ok(())
    }

    /// A round of the loop, or what comes after it.
    pub(super) fn loop_goes_on(&mut self, id: CopyId, answer: Answer) {
        let Copying { from, to, .. } = self.copies[id.0];
        match answer {
            Answer::Chunk(chunk) => {
                if self.write(to, from, chunk) {
                    self.iterator_next(self.copies[id.0].iterator);
                } else {
                    self.wait_once(id);
                }
            }
            Answer::Done => match self.copies[id.0].thrown.take() {
                Some(error) => self.loop_is_over(from, Some(error)),
                None => {
                    self.end(to);
                    self.loop_is_over(from, None);
                }
            },
            Answer::Threw(error) => self.loop_is_over(from, Some(error)),
        }
    }

    /// The loops that wait for a `drain` of this stage, each with its place; they listen once.
    pub(super) fn take_drained_loops(&mut self, of: StageId) -> Vec<(u64, CopyId)> {
        let mut drained = Vec::new();
        for (at, copying) in self.copies.iter_mut().enumerate() {
            if copying.to == of
                && let Some(order) = copying.drain_listener.take()
            {
                drained.push((order, CopyId(at)));
            }
        }
        drained
    }

    /// The `drain` has come.
    pub(super) fn loop_drained(&mut self, id: CopyId) {
        let to = self.copies[id.0].to;
        self.unlisten(to, Owner::Copying(id));
        self.microtasks.push_back(Microtask::Woken(id, PROMISES));
    }

    /// What the loop writes to failed while it waited.
    pub(super) fn loop_hears_error(&mut self, id: CopyId) {
        let to = self.copies[id.0].to;
        let error = self.stages[index(to)].life.emitted_error.clone();
        self.copies[id.0].drain_listener = None;
        self.copies[id.0].thrown = error;
        self.unlisten(to, Owner::Copying(id));
        self.microtasks.push_back(Microtask::Woken(id, PROMISES));
    }

    /// One promise more of those behind `await once(…)` is settled.
    pub(super) fn woken(&mut self, id: CopyId, more: u8) {
        if more > 0 {
            self.microtasks.push_back(Microtask::Woken(id, more - 1));
            return;
        }
        let Copying {
            iterator, thrown, ..
        } = &self.copies[id.0];
        let iterator = *iterator;
        if thrown.is_some() {
            self.iterator_return(iterator);
        } else {
            self.iterator_next(iterator);
        }
    }

    /// `once(to, 'drain')`.
    fn wait_once(&mut self, id: CopyId) {
        self.drain_listeners += 1;
        self.copies[id.0].drain_listener = Some(self.drain_listeners);
        let to = self.copies[id.0].to;
        self.listen(to, On::Error, Owner::Copying(id));
        self.tell_hearing(to);
    }

    fn loop_is_over(&mut self, from: StageId, error: Option<String>) {
        let of = Callback::Loop;
        self.emit(from, EventKind::CalledBack { of, error });
    }
}

/// `once()` is an async function that answers with a promise of its own: the loop goes on when that
/// is settled and then the function's.
const PROMISES: u8 = 1;
