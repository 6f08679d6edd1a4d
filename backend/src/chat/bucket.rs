//! How many messages a connection may send.

use std::time::Duration;

use tokio::time::Instant;

/// A token bucket: `rate` a second, and three seconds' worth at once.
#[derive(Debug)]
pub(super) struct Bucket {
    /// 0: no limit.
    rate: u32,
    /// Messages that may be sent now, with their fractions.
    left: f64,
    filled: Instant,
}

impl Bucket {
    pub(super) fn new(rate: u32, now: Instant) -> Self {
        Self {
            rate,
            left: burst(rate),
            filled: now,
        }
    }

    /// Whether one more message may be sent.
    pub(super) fn take(&mut self, now: Instant) -> bool {
        if self.rate == 0 {
            return true;
        }
        let elapsed: Duration = now.saturating_duration_since(self.filled);
        self.filled = now;
        let refill = elapsed.as_secs_f64() * f64::from(self.rate);
        self.left = (self.left + refill).min(burst(self.rate));
        if self.left < 1.0 {
            return false;
        }
        self.left -= 1.0;
        true
    }
}

fn burst(rate: u32) -> f64 {
    f64::from(rate) * 3.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(bucket: &mut Bucket, now: Instant) -> usize {
        (0..1000).take_while(|_| bucket.take(now)).count()
    }

    #[test]
    fn a_burst_of_three_seconds_then_the_rate() {
        let start = Instant::now();
        let mut bucket = Bucket::new(20, start);
        assert_eq!(taken(&mut bucket, start), 60);
        assert_eq!(taken(&mut bucket, start + Duration::from_millis(500)), 10);
        assert_eq!(taken(&mut bucket, start + Duration::from_secs(100)), 60);
    }

    #[test]
    fn zero_lifts_the_limit() {
        let start = Instant::now();
        assert_eq!(taken(&mut Bucket::new(0, start), start), 1000);
    }
}
