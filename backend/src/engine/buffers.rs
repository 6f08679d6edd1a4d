//! Memory for chunks, used again: what was read and consumed becomes room for the next read.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};

/// Buffers of a run that wait to be used again. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Buffers {
    idle: Arc<Mutex<Vec<BytesMut>>>,
}

/// Buffers kept. A stage that reads faster than the others consume is held back long before.
const MAX_IDLE: usize = 8;

/// Smaller chunks are not worth keeping.
const MIN_KEPT: usize = 16 * 1024;

impl Buffers {
    /// A buffer of `n` bytes. What stands in it has no meaning; nothing is cleared that an
    /// earlier use has written already.
    pub(crate) fn take(&self, n: usize) -> BytesMut {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = idle.iter().rposition(|buffer| buffer.capacity() >= n);
        let buffer = fits.map(|at| idle.swap_remove(at));
        drop(idle);
        match buffer {
            Some(mut buffer) => {
                buffer.resize(n, 0);
                buffer
            }
            None => BytesMut::zeroed(n),
        }
    }

    /// Takes a chunk that its stage is done with. One that somebody still holds is let be.
    pub(crate) fn give_back(&self, chunk: Bytes) {
        if chunk.len() < MIN_KEPT {
            return;
        }
        let Ok(buffer) = chunk.try_into_mut() else {
            return;
        };
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MAX_IDLE {
            idle.push(buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_consumed_chunk_becomes_the_next_buffer_and_keeps_its_place_in_memory() {
        let buffers = Buffers::default();
        let chunk = buffers.take(64 * 1024).freeze();
        let place = chunk.as_ptr();
        buffers.give_back(chunk);
        assert_eq!(buffers.take(64 * 1024).as_ptr(), place);
    }

    #[test]
    fn a_chunk_that_somebody_still_holds_is_not_used_again() {
        let buffers = Buffers::default();
        let chunk = buffers.take(64 * 1024).freeze();
        let held = chunk.clone();
        buffers.give_back(chunk);
        assert_ne!(buffers.take(64 * 1024).as_ptr(), held.as_ptr());
    }

    #[test]
    fn no_more_buffers_are_kept_than_the_bound() {
        let buffers = Buffers::default();
        for _ in 0..2 * MAX_IDLE {
            buffers.give_back(BytesMut::zeroed(MIN_KEPT).freeze());
        }
        assert_eq!(buffers.idle.lock().unwrap().len(), MAX_IDLE);
    }
}
