//! How fast an implementation may go: so many bytes a second, changed while it runs.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::{Ledger, Resource};

/// What the control of a stage says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Speed {
    /// Bytes a second; `None` is as fast as it can.
    pub(super) bytes_per_s: Option<u64>,
    /// The clock of the run is paused: what is waited for does not come nearer.
    pub(super) still: bool,
}

/// Lets bytes through at the speed that a control sets.
#[derive(Debug)]
pub(super) struct Pace {
    speed: watch::Receiver<Speed>,
    /// When the bytes let through so far are paid for.
    paid_until: Instant,
    /// Counts the timer while it waits.
    ledger: Ledger,
}

/// Time that may be made up for after waking late, so that the speed holds on average.
pub(super) const SLACK: Duration = Duration::from_millis(20);

impl Pace {
    pub(super) fn new(speed: watch::Receiver<Speed>, ledger: Ledger) -> Self {
        Self {
            speed,
            paid_until: Instant::now(),
            ledger,
        }
    }

    /// Waits until `bytes` more may pass. A change of speed counts from the moment it is made, and
    /// time in which the clock stands still does not.
    pub(super) async fn pay(&mut self, bytes: usize) {
        let mut due = bytes as f64;
        let mut from = self
            .paid_until
            .max(Instant::now().checked_sub(SLACK).unwrap_or(self.paid_until));
        loop {
            let Speed { bytes_per_s, still } = *self.speed.borrow_and_update();
            let Some(speed) = bytes_per_s else {
                self.paid_until = Instant::now();
                return;
            };
            if still {
                if self.speed.changed().await.is_err() {
                    return;
                }
                from = from.max(Instant::now());
                continue;
            }
            let until = from + Duration::from_secs_f64(due / speed as f64);
            let _timer = (until > Instant::now()).then(|| self.ledger.open(Resource::Timer));
            tokio::select! {
                () = sleep_until(until) => {
                    self.paid_until = until;
                    return;
                }
                changed = self.speed.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    let now = Instant::now();
                    let paid = now.saturating_duration_since(from).as_secs_f64() * speed as f64;
                    due = (due - paid).max(0.0);
                    from = from.max(now);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(bytes_per_s: Option<u64>) -> Speed {
        Speed {
            bytes_per_s,
            still: false,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn bytes_pass_at_the_speed_set() {
        let (_control, speed) = watch::channel(at(Some(1_000)));
        let mut pace = Pace::new(speed, Ledger::default());
        let start = Instant::now();
        for _ in 0..10 {
            pace.pay(500).await;
        }
        let spent = start.elapsed().as_secs_f64();
        assert!((4.9..5.1).contains(&spent), "{spent}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_of_speed_counts_at_once() {
        let (control, speed) = watch::channel(at(Some(1)));
        let mut pace = Pace::new(speed, Ledger::default());
        let start = Instant::now();
        let waits = tokio::spawn(async move { pace.pay(1_000).await });
        tokio::time::sleep(Duration::from_secs(10)).await;
        control.send(at(None)).unwrap();
        waits.await.unwrap();
        assert_eq!(start.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn time_in_which_the_clock_stands_still_pays_for_nothing() {
        let (control, speed) = watch::channel(at(Some(100)));
        let mut pace = Pace::new(speed, Ledger::default());
        let start = Instant::now();
        let waits = tokio::spawn(async move { pace.pay(1_000).await });
        tokio::time::sleep(Duration::from_secs(4)).await;
        let still = Speed {
            still: true,
            ..at(Some(100))
        };
        control.send(still).unwrap();
        tokio::time::sleep(Duration::from_mins(1)).await;
        control.send(at(Some(100))).unwrap();
        waits.await.unwrap();
        let spent = start.elapsed().as_secs_f64();
        assert!((69.9..70.1).contains(&spent), "{spent}");
    }
}
