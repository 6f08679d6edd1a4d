//! `ticker`: a Readable of a line every so many milliseconds, like `setInterval` with `push`.
//! A tick that nobody asks for is not made.

use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use spillway_protocol::stages::Side;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::documented::{UNHURRIED, number};
use super::{Kind, LiveSource, Options, Plan, StageError, Worker};
use crate::engine::{Counted, Ledger, Resource};

pub(super) const KIND: Kind = Kind {
    name: "ticker",
    about: "Readable of a line every now and then; it waits for whoever is not ready. `every_ms` \
            (1 to 60000; 1000), `count` (without end when left out), `high_water_mark` (16384), \
            `label`",
    side: Side::Readable,
    options: &[
        &[
            number(
                "every_ms",
                1,
                Some(60_000),
                "milliseconds from tick to tick",
            )
            .or(1_000),
            number(
                "count",
                0,
                None,
                "how many ticks; without end when left out",
            )
            .such_as(10),
        ],
        UNHURRIED,
    ],
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TickerOptions {
    every_ms: Option<u64>,
    count: Option<u64>,
    label: Option<String>,
    high_water_mark: Option<u64>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: TickerOptions = options.parse()?;
    let every = parsed.every_ms.unwrap_or(1000);
    if !(1..=60_000).contains(&every) {
        return Err(options.wrong(format!(
            "every_ms {every} is not allowed; allowed are 1 to 60000"
        )));
    }
    Ok(Plan::readable(
        parsed
            .label
            .unwrap_or_else(|| format!("a tick every {every} ms")),
        options.mark(parsed.high_water_mark, options.defaults.mark)?,
        Box::new(move |places| {
            Ok(Worker::LiveSource(Box::new(Ticker {
                every: Duration::from_millis(every),
                clock: None,
                ledger: places.ledger.clone(),
                ticks: 0,
                count: parsed.count.unwrap_or(u64::MAX),
            })))
        }),
    ))
}

struct Ticker {
    every: Duration,
    /// Begins with the first read.
    clock: Option<Counted<Interval>>,
    ledger: Ledger,
    ticks: u64,
    count: u64,
}

impl LiveSource for Ticker {
    fn read(&mut self, _n: usize) -> BoxFuture<'_, Result<Option<Bytes>, StageError>> {
        async move {
            if self.ticks >= self.count {
                return Ok(None);
            }
            let every = self.every;
            let clock = self.clock.get_or_insert_with(|| {
                let mut clock = interval(every);
                clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
                self.ledger.count(Resource::Timer, clock)
            });
            clock.tick().await;
            self.ticks += 1;
            Ok(Some(Bytes::from(format!("tick {}\n", self.ticks))))
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, advance};

    use super::*;
    use crate::engine::stages::tests_support::{live_source, reach, read_all_live, refusal};

    #[tokio::test(start_paused = true)]
    async fn a_line_comes_each_time_the_time_has_passed() {
        let stage = r#"{"id":"t","kind":"ticker","every_ms":250,"count":3}"#;
        let mut ticker = live_source(stage, &reach());
        let began = Instant::now();
        let all = read_all_live(&mut *ticker, 100).await;
        assert_eq!(all, b"tick 1\ntick 2\ntick 3\n");
        assert_eq!(began.elapsed().as_millis(), 500, "the first comes at once");
    }

    #[tokio::test(start_paused = true)]
    async fn a_tick_that_nobody_asked_for_is_not_made_up_for() {
        let mut ticker = live_source(r#"{"id":"t","kind":"ticker"}"#, &reach());
        ticker.read(1).await.unwrap();
        advance(Duration::from_secs(60)).await;
        let late = Instant::now();
        ticker.read(1).await.unwrap();
        let next = ticker.read(1).await.unwrap().unwrap();
        assert_eq!(next, "tick 3\n");
        assert_eq!(late.elapsed().as_secs(), 1);
    }

    #[test]
    fn a_time_out_of_range_is_refused() {
        let error = refusal(r#"{"id":"t","kind":"ticker","every_ms":0}"#);
        assert!(error.contains("1 to 60000"), "{error}");
    }
}
