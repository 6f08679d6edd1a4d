//! CPU slots: the blocking operations of all runs take turns, so that the async threads, and with
//! them every socket, get a core when they need one.
//!
//! Turns are shared out by time, not by number: the next one goes to the run that has used the
//! least (start-time fair queueing). A run that is new, or that mostly waits for something else,
//! goes before those at full speed: thirty of them delay it by one operation, not by thirty.
//!
//! Measured with 30 runs of gzip on two cores, as `tests/limits/fair.rs` does: the 99th percentile
//! of `/healthz` is 5 ms with 1 or 2 slots, 12 ms with 3 or 4, and 250 ms without slots.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::metrics::Metrics;

/// All slots of the server.
#[derive(Debug)]
pub(crate) struct Slots {
    state: Mutex<State>,
    metrics: Arc<Metrics>,
}

#[derive(Debug)]
struct State {
    free: usize,
    /// Virtual time: the tag of the last turn given. Nobody is served for time before it, so that
    /// a run that was idle has saved up nothing.
    now_us: u64,
    /// Who waits, in the order of their tags; equal tags as they came. Bounded by the stages that
    /// all runs may have: a stage waits for one turn at a time.
    queue: BTreeMap<(u64, u64), oneshot::Sender<()>>,
    asked: u64,
}

/// What one run has used of the slots.
#[derive(Debug)]
pub(crate) struct Share {
    slots: Arc<Slots>,
    /// Virtual time up to which this run was served.
    served_us: AtomicU64,
}

/// The right to block a thread, until this is dropped.
#[derive(Debug)]
#[must_use = "dropped, the turn is over"]
pub(crate) struct Turn {
    share: Arc<Share>,
    tag_us: u64,
    began: Instant,
}

/// How long a stage has waited for its turns, also for who looks at it while it waits.
#[derive(Debug, Default)]
pub(crate) struct Waits(Mutex<Waited>);

#[derive(Debug, Default)]
struct Waited {
    before: Duration,
    since: Option<Instant>,
}

impl Slots {
    /// So many operations at a time.
    pub(crate) fn new(count: usize, metrics: Arc<Metrics>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State {
                free: count.max(1),
                now_us: 0,
                queue: BTreeMap::new(),
                asked: 0,
            }),
            metrics,
        })
    }

    /// One for each core: no core is idle while there is work, and what a socket has to do is so
    /// short that the scheduler of the system lets it in at once.
    pub(crate) fn per_core(metrics: Arc<Metrics>) -> Arc<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::new(cores, metrics)
    }

    /// The share of a new run.
    pub(crate) fn share(self: &Arc<Self>) -> Arc<Share> {
        Arc::new(Share {
            slots: Arc::clone(self),
            served_us: AtomicU64::new(0),
        })
    }

    /// Gives a slot that is no longer used to whoever is next.
    fn pass_on(&self) {
        let mut state = self.lock();
        while let Some(((tag_us, _), next)) = state.queue.pop_first() {
            // Whoever has left since then does not take it.
            if next.send(()).is_ok() {
                state.now_us = state.now_us.max(tag_us);
                return;
            }
        }
        state.free += 1;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// Waits for a turn.
    pub(crate) async fn turn(self: &Arc<Self>, waits: &Waits) -> Turn {
        match self.ask() {
            Asked::Given(turn) => turn,
            Asked::Queued(queued) => {
                waits.begin();
                let turn = queued.turn().await;
                waits.end();
                turn
            }
        }
    }

    fn ask(self: &Arc<Self>) -> Asked {
        let mut state = self.slots.lock();
        let tag_us = self.served_us.load(Relaxed).max(state.now_us);
        if state.free > 0 {
            state.free -= 1;
            state.now_us = tag_us;
            return Asked::Given(self.begin(tag_us));
        }
        let (sender, given) = oneshot::channel();
        state.asked += 1;
        let place = (tag_us, state.asked);
        state.queue.insert(place, sender);
        self.slots.metrics.slot_waiting.fetch_add(1, Relaxed);
        Asked::Queued(Queued {
            share: Arc::clone(self),
            tag_us,
            given,
            taken: false,
        })
    }

    fn begin(self: &Arc<Self>, tag_us: u64) -> Turn {
        Turn {
            share: Arc::clone(self),
            tag_us,
            began: Instant::now(),
        }
    }
}

/// What came of asking for a turn.
#[derive(Debug)]
enum Asked {
    /// A slot was free.
    Given(Turn),
    /// All are taken.
    Queued(Queued),
}

/// A place in the queue; dropped, it is given up.
#[derive(Debug)]
struct Queued {
    share: Arc<Share>,
    tag_us: u64,
    given: oneshot::Receiver<()>,
    taken: bool,
}

impl Queued {
    /// Waits for the turn.
    async fn turn(mut self) -> Turn {
        // The sender is in the queue until it sends, and the queue lives as long as this.
        let _sent = (&mut self.given).await;
        self.taken = true;
        self.share.begin(self.tag_us)
    }
}

impl Waits {
    /// All of it so far, microseconds.
    pub(crate) fn total_us(&self) -> u64 {
        let waited = self.lock();
        let now = waited.since.map_or(Duration::ZERO, |since| since.elapsed());
        u64::try_from((waited.before + now).as_micros()).unwrap_or(u64::MAX)
    }

    fn begin(&self) {
        self.lock().since = Some(Instant::now());
    }

    fn end(&self) {
        let mut waited = self.lock();
        if let Some(since) = waited.since.take() {
            waited.before += since.elapsed();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waited> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        let slots = &self.share.slots;
        slots.metrics.slot_waiting.fetch_sub(1, Relaxed);
        if self.taken {
            return;
        }
        self.given.close();
        if self.given.try_recv().is_ok() {
            slots.pass_on();
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let used_us = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let tag_us = self.tag_us;
        // An operation too short to measure counts as well, or a run of many would go first for ever.
        let served = |before: u64| Some(before.max(tag_us).saturating_add(used_us.max(1)));
        let _always = self.share.served_us.fetch_update(Relaxed, Relaxed, served);
        self.share.slots.pass_on();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    fn slots(count: usize) -> (Arc<Slots>, Arc<Metrics>) {
        let metrics = Arc::new(Metrics::default());
        (Slots::new(count, Arc::clone(&metrics)), metrics)
    }

    fn given(share: &Arc<Share>) -> Turn {
        match share.ask() {
            Asked::Given(turn) => turn,
            Asked::Queued(_) => panic!("no slot is free"),
        }
    }

    fn queued(share: &Arc<Share>) -> Queued {
        match share.ask() {
            Asked::Given(_) => panic!("a slot is free"),
            Asked::Queued(queued) => queued,
        }
    }

    async fn comes(queued: Queued) -> Turn {
        timeout(Duration::from_secs(5), queued.turn())
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn no_more_turns_at_a_time_than_slots() {
        let (slots, metrics) = slots(2);
        let share = slots.share();
        let (one, _two) = (given(&share), given(&share));
        let third = queued(&share);
        assert_eq!(metrics.slot_waiting.load(Relaxed), 1);
        drop(one);
        let _third = comes(third).await;
        assert_eq!(metrics.slot_waiting.load(Relaxed), 0);
        queued(&share);
    }

    #[tokio::test]
    async fn a_new_run_goes_before_those_that_have_used_more() {
        let (slots, _) = slots(1);
        let (busy, new) = (slots.share(), slots.share());
        busy.served_us.store(1_000_000, Relaxed);
        let holds = given(&slots.share());
        let (mut first, second) = (queued(&busy), queued(&new));
        drop(holds);
        let turn = comes(second).await;
        assert!(
            first.given.try_recv().is_err(),
            "it was given a turn as well"
        );
        drop(turn);
        let _turn = comes(first).await;
    }

    #[tokio::test]
    async fn an_idle_run_saves_up_nothing() {
        let (slots, _) = slots(1);
        let (busy, idle) = (slots.share(), slots.share());
        busy.served_us.store(1_000_000, Relaxed);
        drop(given(&busy));
        drop(given(&idle));
        assert!(idle.served_us.load(Relaxed) > 1_000_000);
    }

    #[tokio::test]
    async fn whoever_leaves_the_queue_takes_no_slot_along() {
        let (slots, metrics) = slots(1);
        let share = slots.share();
        let holds = given(&share);
        let (early, late) = (queued(&share), queued(&share));
        drop(early);
        drop(holds);
        // The turn has come, and is given up before it was taken.
        drop(late);
        drop(given(&share));
        assert_eq!(metrics.slot_waiting.load(Relaxed), 0);
        assert_eq!(slots.lock().free, 1);
    }

    #[tokio::test]
    async fn the_time_of_waiting_is_known_while_it_lasts() {
        let (slots, _) = slots(1);
        let share = slots.share();
        let holds = given(&share);
        let waits = Arc::new(Waits::default());
        let (seen, waiting) = (Arc::clone(&waits), slots.share());
        let waiting = tokio::spawn(async move { waiting.turn(&seen).await });
        while waits.total_us() == 0 {
            tokio::task::yield_now().await;
        }
        drop(holds);
        drop(waiting.await.unwrap());
        let total = waits.total_us();
        assert!(total > 0);
        drop(share.turn(&waits).await);
        assert_eq!(waits.total_us(), total, "a free slot costs no waiting");
    }

    #[tokio::test]
    async fn runs_at_full_speed_share_the_time_and_not_the_number_of_turns() {
        let (slots, _) = slots(1);
        let (long, short) = (slots.share(), slots.share());
        let mut turns = [0_u32; 2];
        let mut turn = given(&long);
        let mut waiting = vec![(0, queued(&long)), (1, queued(&short))];
        for _ in 0..110 {
            let cost = if turn.share.served_us.as_ptr() == long.served_us.as_ptr() {
                10
            } else {
                1
            };
            turn.began -= Duration::from_millis(cost);
            drop(turn);
            let ready = waiting
                .iter_mut()
                .position(|(_, queued)| queued.given.try_recv().is_ok());
            let (who, place) = waiting.remove(ready.unwrap());
            turns[who] += 1;
            let mut place = place;
            place.taken = true;
            let share = Arc::clone(&place.share);
            turn = share.begin(place.tag_us);
            drop(place);
            waiting.push((who, queued(&share)));
        }
        assert!((5..=20).contains(&(turns[1] / turns[0])), "{turns:?}");
    }
}
