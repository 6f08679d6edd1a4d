//! The threads of this process that share heavy work which can be cut into pieces: one for each
//! core, however many stages hand pieces in.

use std::collections::VecDeque;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::thread;

/// A piece of work. Whoever handed it in waits on a channel that the piece holds the other end of.
type Piece = Box<dyn FnOnce() + Send>;

/// Hands a piece of work in. Whoever does so bounds how many of its pieces are under way.
pub(super) fn hand_in(piece: impl FnOnce() + Send + 'static) {
    let pool = POOL.get_or_init(Pool::start);
    if pool.threads == 0 {
        return piece();
    }
    let mut waiting = pool.waiting.lock().unwrap_or_else(PoisonError::into_inner);
    waiting.push_back(Box::new(piece));
    drop(waiting);
    pool.wake.notify_one();
}

/// How many pieces can be worked on at the same time.
pub(super) fn width() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

static POOL: OnceLock<Pool> = OnceLock::new();

#[derive(Default)]
struct Pool {
    /// Threads that could be started. Without any, who hands a piece in works on it.
    threads: usize,
    waiting: Mutex<VecDeque<Piece>>,
    wake: Condvar,
}

impl Pool {
    fn start() -> Self {
        let start = |number: &usize| {
            let thread = thread::Builder::new().name(format!("pool {number}"));
            thread.spawn(|| POOL.wait().work()).is_ok()
        };
        Self {
            threads: (0..width()).filter(start).count(),
            ..Self::default()
        }
    }

    fn work(&self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let Some(piece) = waiting.pop_front() else {
                let woken = self.wake.wait(waiting);
                waiting = woken.unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            drop(waiting);
            // What breaks takes its channel with it, which its stage hears; the thread goes on.
            let _broken = catch_unwind(AssertUnwindSafe(piece));
            waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn pieces_are_worked_on_at_the_same_time_and_outlive_one_that_breaks() {
        hand_in(|| panic!("a piece that breaks"));
        let (done, results) = mpsc::channel();
        for number in 0..100 {
            let done = done.clone();
            hand_in(move || done.send(number).unwrap());
        }
        drop(done);
        let mut numbers: Vec<u32> = results.iter().collect();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(0..100));
    }
}
