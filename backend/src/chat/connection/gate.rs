//! Polling only what has something to say.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::AcqRel, Ordering::Release};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;

/// Stands before something that is dear to poll, and keeps its waker apart from those of the rest
/// of a task: a task that is woken for another reason passes by. A WebSocket that is polled
/// clears kilobytes to read into, and a message to each of 500 members wakes 500 tasks.
#[derive(Debug)]
pub(super) struct Gate {
    bell: Arc<Bell>,
    /// Rings it.
    waker: Waker,
}

#[derive(Debug)]
struct Bell {
    /// Since what is behind the gate was last polled.
    rung: AtomicBool,
    task: AtomicWaker,
}

impl Gate {
    /// What is behind it has not been polled yet.
    pub(super) fn new() -> Self {
        let bell = Arc::new(Bell {
            rung: AtomicBool::new(true),
            task: AtomicWaker::new(),
        });
        let waker = Waker::from(Arc::clone(&bell));
        Self { bell, waker }
    }

    /// Polls, unless it is still pending for all one knows. What is behind the gate must not be
    /// polled past it, or be followed by [`Gate::ring`].
    pub(super) fn poll<T>(
        &self,
        context: &mut Context<'_>,
        inner: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        // First, so that a ring from here on wakes this task.
        self.bell.task.register(context.waker());
        if !self.bell.rung.swap(false, AcqRel) {
            return Poll::Pending;
        }
        let polled = inner(&mut Context::from_waker(&self.waker));
        if polled.is_ready() {
            // There may be more.
            self.ring();
        }
        polled
    }

    /// Lets the next poll through.
    pub(super) fn ring(&self) {
        self.bell.rung.store(true, Release);
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.rung.store(true, Release);
        self.task.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use futures_util::FutureExt;
    use futures_util::task::noop_waker_ref;
    use tokio::sync::mpsc;

    use super::*;

    /// How often the channel is polled while the gate is polled ten times.
    fn polls(gate: &Gate, queue: &mut mpsc::Receiver<u8>) -> (usize, Vec<u8>) {
        let (mut polls, mut got) = (0, Vec::new());
        let mut context = Context::from_waker(noop_waker_ref());
        for _ in 0..10 {
            let polled = gate.poll(&mut context, |context| {
                polls += 1;
                queue.poll_recv(context)
            });
            if let Poll::Ready(Some(item)) = polled {
                got.push(item);
            }
        }
        (polls, got)
    }

    #[test]
    fn what_is_pending_is_polled_again_when_it_has_something() {
        let (sender, mut queue) = mpsc::channel(8);
        let gate = Gate::new();
        assert_eq!(polls(&gate, &mut queue), (1, vec![]));
        assert_eq!(polls(&gate, &mut queue), (0, vec![]));
        for item in [1, 2] {
            sender.try_send(item).unwrap();
        }
        // Until it is pending again.
        assert_eq!(polls(&gate, &mut queue), (3, vec![1, 2]));
        assert_eq!(polls(&gate, &mut queue), (0, vec![]));
        gate.ring();
        assert_eq!(polls(&gate, &mut queue), (1, vec![]));
    }

    #[tokio::test]
    async fn a_task_behind_a_gate_is_woken() {
        let (sender, mut queue) = mpsc::channel(8);
        let gate = Gate::new();
        let mut received = Box::pin(poll_fn(|context| {
            gate.poll(context, |context| queue.poll_recv(context))
        }));
        assert_eq!(received.as_mut().now_or_never(), None);
        tokio::spawn(async move {
            tokio::task::yield_now().await;
            sender.send(7).await
        });
        assert_eq!(received.await, Some(7));
    }
}
