//! What crossed, and what it cost, counted for whoever asked.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use spillway_protocol::control::Direction;

/// Counts the bytes of exchanges or connections below HTTP, and the CPU time spent on them.
#[derive(Debug, Default)]
pub struct Meter {
    to_server: AtomicU64,
    to_client: AtomicU64,
    requests: AtomicU64,
    cpu_ns: AtomicU64,
}

/// How much of a connection a meter is to count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// This request and its answer.
    Exchange,
    /// This request and everything after it: the connection becomes a WebSocket.
    Rest,
}

impl Meter {
    pub(super) fn crossed(&self, direction: Direction, bytes: u64) {
        let counter = match direction {
            Direction::ToServer => &self.to_server,
            Direction::ToClient => &self.to_client,
        };
        counter.fetch_add(bytes, Relaxed);
    }

    pub(super) fn began(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    pub(super) fn spent(&self, cpu: Duration) {
        let ns = u64::try_from(cpu.as_nanos()).unwrap_or(u64::MAX);
        self.cpu_ns.fetch_add(ns, Relaxed);
    }

    /// Bytes that the client sent.
    pub fn to_server(&self) -> u64 {
        self.to_server.load(Relaxed)
    }

    /// Bytes that the kernel took from the server.
    pub fn to_client(&self) -> u64 {
        self.to_client.load(Relaxed)
    }

    /// Requests counted.
    pub fn requests(&self) -> u64 {
        self.requests.load(Relaxed)
    }

    /// CPU time spent; `None` where the system cannot tell.
    pub fn cpu(&self) -> Option<Duration> {
        thread_cpu()?;
        Some(Duration::from_nanos(self.cpu_ns.load(Relaxed)))
    }
}

/// Runs `work` and counts the CPU time that it takes for `meter`.
pub(crate) async fn timed<T>(meter: Arc<Meter>, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    poll_fn(|context| {
        let before = thread_cpu();
        let polled = work.as_mut().poll(context);
        if let Some(spent) = since(before) {
            meter.spent(spent);
        }
        polled
    })
    .await
}

/// CPU time that this thread has taken since [`thread_cpu`] gave `before`.
pub(super) fn since(before: Option<Duration>) -> Option<Duration> {
    thread_cpu()?.checked_sub(before?)
}

/// CPU time that this thread has taken so far, in the kernel too.
#[cfg(unix)]
pub(super) fn thread_cpu() -> Option<Duration> {
    use rustix::time::{ClockId, clock_gettime};

    let now = clock_gettime(ClockId::ThreadCPUTime);
    let (seconds, ns) = (u64::try_from(now.tv_sec), u32::try_from(now.tv_nsec));
    Some(Duration::new(seconds.ok()?, ns.ok()?))
}

/// There is no such clock.
#[cfg(not(unix))]
pub(super) fn thread_cpu() -> Option<Duration> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_is_timed_by_what_it_computes_and_not_by_how_long_it_waits() {
        let meter = Arc::new(Meter::default());
        let busy = async {
            let before = thread_cpu();
            let mut sum = 0_u64;
            while since(before).is_some_and(|spent| spent < Duration::from_millis(5)) {
                sum = std::hint::black_box(sum + 1);
            }
            sum
        };
        timed(Arc::clone(&meter), busy).await;
        let Some(worked) = meter.cpu() else { return };
        assert!(worked >= Duration::from_millis(5), "{worked:?}");
        let waits = tokio::time::sleep(Duration::from_millis(60));
        timed(Arc::clone(&meter), waits).await;
        let waited = meter.cpu().unwrap() - worked;
        assert!(waited < Duration::from_millis(50), "{waited:?}");
    }
}
