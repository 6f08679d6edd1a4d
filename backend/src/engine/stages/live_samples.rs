//! `live_samples`: a Readable of sound that is made at its own rate and cannot wait, like a
//! microphone behind `push()`: what nobody takes in time is let go, the oldest first, and counted.

use std::collections::VecDeque;
use std::f64::consts::TAU;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use spillway_protocol::stages::Side;
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::task::AbortOnDropHandle;

use super::documented::{UNHURRIED, number};
use super::{Inside, Kind, LiveSource, Options, Plan, StageError, Worker};
use crate::engine::{Guard, Resource};

pub(super) const KIND: Kind = Kind {
    name: "live_samples",
    about: "Readable of sound that cannot wait, 16-bit samples at a fixed rate: what waits when \
            the queue is full is let go, the oldest first, and counted. `samples_per_s` (1000 to \
            48000; 8000), `every_ms` (a chunk; 5 to 1000; 20), `queue` (chunks; 1 to 1000; 8), \
            `seconds` (1 to 3600; without end when left out), `high_water_mark` (16384), `label`",
    side: Side::Readable,
    options: &[
        &[
            number("samples_per_s", 1_000, Some(48_000), "samples a second").or(8_000),
            number(
                "every_ms",
                5,
                Some(1_000),
                "milliseconds of sound in a chunk",
            )
            .or(20),
            number("queue", 1, Some(1_000), "chunks that may wait").or(8),
            number(
                "seconds",
                1,
                Some(3_600),
                "how long; without end when left out",
            )
            .such_as(5),
        ],
        UNHURRIED,
    ],
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LiveSamplesOptions {
    samples_per_s: Option<u64>,
    every_ms: Option<u64>,
    queue: Option<u64>,
    seconds: Option<u64>,
    label: Option<String>,
    high_water_mark: Option<u64>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: LiveSamplesOptions = options.parse()?;
    let in_range = |name: &str, value: Option<u64>, default: u64, low: u64, high: u64| {
        let value = value.unwrap_or(default);
        if (low..=high).contains(&value) {
            return Ok(value);
        }
        Err(options.wrong(format!(
            "{name} {value} is not allowed; allowed are {low} to {high}"
        )))
    };
    let rate = in_range("samples_per_s", parsed.samples_per_s, 8_000, 1_000, 48_000)?;
    let every = in_range("every_ms", parsed.every_ms, 20, 5, 1_000)?;
    let room = in_range("queue", parsed.queue, 8, 1, 1_000)?;
    let seconds = match parsed.seconds {
        Some(seconds) => Some(in_range("seconds", Some(seconds), 1, 1, 3_600)?),
        None => None,
    };
    Ok(Plan::readable(
        parsed
            .label
            .unwrap_or_else(|| format!("sound, {rate} samples a second")),
        options.mark(parsed.high_water_mark, options.defaults.mark)?,
        Box::new(move |places| {
            let sound = Sound { rate, at: 0 };
            let every = Duration::from_millis(every);
            let ends_after = seconds.map_or(u64::MAX, |seconds| seconds * rate);
            let live = LiveSamples::begin(
                sound,
                every,
                room as usize,
                ends_after,
                places.ledger.open(Resource::Timer),
            );
            Ok(Worker::LiveSource(Box::new(live)))
        }),
    ))
}

/// The wave, sample by sample: a tone that swells and fades once a second.
struct Sound {
    /// Samples a second.
    rate: u64,
    /// The next sample.
    at: u64,
}

impl Sound {
    /// The next samples, 16 bits each, the low byte first.
    fn next(&mut self, samples: u64) -> Bytes {
        let mut chunk = BytesMut::with_capacity(2 * samples as usize);
        for at in self.at..self.at + samples {
            let seconds = at as f64 / self.rate as f64;
            let swell = 0.6 - 0.4 * (TAU * seconds).cos();
            let value = swell * (TAU * 440.0 * seconds).sin();
            chunk.put_i16_le((value * f64::from(i16::MAX)) as i16);
        }
        self.at += samples;
        chunk.freeze()
    }
}

struct LiveSamples {
    queue: Arc<Queue>,
    /// Makes the sound, whether anybody listens or not.
    _maker: AbortOnDropHandle<()>,
}

/// Between the one who cannot wait and the one who may be late.
struct Queue {
    room: usize,
    inner: Mutex<Waiting>,
    changed: Notify,
}

#[derive(Default)]
struct Waiting {
    chunks: VecDeque<Bytes>,
    bytes: u64,
    missed_chunks: u64,
    missed_bytes: u64,
    ended: bool,
}

impl LiveSamples {
    /// The sound begins now.
    fn begin(
        mut sound: Sound,
        every: Duration,
        room: usize,
        ends_after: u64,
        timer: Guard,
    ) -> Self {
        let queue = Arc::new(Queue {
            room,
            inner: Mutex::default(),
            changed: Notify::new(),
        });
        let kept = Arc::clone(&queue);
        let maker = async move {
            let samples = sound.rate * every.as_millis() as u64 / 1_000;
            let _timer = timer;
            let mut clock = interval(every);
            // Late ticks are made up for: the rate is fixed.
            clock.set_missed_tick_behavior(MissedTickBehavior::Burst);
            clock.tick().await;
            while sound.at < ends_after {
                clock.tick().await;
                let left = ends_after - sound.at;
                kept.push(sound.next(samples.min(left)));
            }
            kept.end();
        };
        Self {
            queue,
            _maker: AbortOnDropHandle::new(tokio::spawn(maker)),
        }
    }
}

impl Queue {
    fn push(&self, chunk: Bytes) {
        let mut waiting = self.lock();
        if waiting.chunks.len() == self.room
            && let Some(missed) = waiting.chunks.pop_front()
        {
            let bytes = missed.len() as u64;
            waiting.bytes -= bytes;
            waiting.missed_chunks += 1;
            waiting.missed_bytes += bytes;
        }
        waiting.bytes += chunk.len() as u64;
        waiting.chunks.push_back(chunk);
        self.changed.notify_one();
    }

    fn end(&self) {
        self.lock().ended = true;
        self.changed.notify_one();
    }

    /// The oldest chunk; `Some(None)` at the end, `None` when there is nothing yet.
    fn pop(&self) -> Option<Option<Bytes>> {
        let mut waiting = self.lock();
        match waiting.chunks.pop_front() {
            Some(chunk) => {
                waiting.bytes -= chunk.len() as u64;
                Some(Some(chunk))
            }
            None => waiting.ended.then_some(None),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LiveSource for LiveSamples {
    fn read(&mut self, _n: usize) -> BoxFuture<'_, Result<Option<Bytes>, StageError>> {
        async move {
            loop {
                if let Some(chunk) = self.queue.pop() {
                    return Ok(chunk);
                }
                self.queue.changed.notified().await;
            }
        }
        .boxed()
    }

    fn inside(&self) -> Inside {
        let waiting = self.queue.lock();
        Inside {
            in_work: waiting.bytes,
            missed_chunks: waiting.missed_chunks,
            missed_bytes: waiting.missed_bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, sleep};

    use super::*;
    use crate::engine::stages::tests_support::{live_source, reach, read_all_live, refusal};

    const ONE_SECOND: &str = r#"{"id":"mic","kind":"live_samples","queue":4,"seconds":1}"#;

    #[tokio::test(start_paused = true)]
    async fn whoever_is_ready_gets_every_sample_at_its_rate() {
        let mut mic = live_source(ONE_SECOND, &reach());
        let began = Instant::now();
        let sound = read_all_live(&mut *mic, 1).await;
        assert_eq!(sound.len(), 2 * 8_000);
        assert_eq!(began.elapsed().as_millis(), 1_000);
        assert_eq!(mic.inside(), Inside::default());
        let loudest = sound
            .chunks(2)
            .map(|sample| i16::from_le_bytes([sample[0], sample[1]]).unsigned_abs())
            .max();
        assert!(loudest > Some(30_000), "{loudest:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_takes_in_time_is_let_go_and_counted() {
        let mut mic = live_source(ONE_SECOND, &reach());
        sleep(Duration::from_millis(210)).await;
        // Ten chunks of 160 samples were made, and four have room.
        let inside = Inside {
            in_work: 4 * 320,
            missed_chunks: 6,
            missed_bytes: 6 * 320,
        };
        assert_eq!(mic.inside(), inside);
        let late = mic.read(1).await.unwrap().unwrap();
        let mut sound = Sound {
            rate: 8_000,
            at: 6 * 160,
        };
        assert_eq!(late, sound.next(160), "the oldest of those kept");
        let rest = read_all_live(&mut *mic, 1).await;
        let missed = mic.inside().missed_bytes;
        assert_eq!(late.len() as u64 + rest.len() as u64 + missed, 16_000);
    }

    #[tokio::test(start_paused = true)]
    async fn it_makes_nothing_any_more_when_it_is_dropped() {
        let mic = live_source(r#"{"id":"mic","kind":"live_samples"}"#, &reach());
        let tasks = tokio::runtime::Handle::current().metrics();
        assert_eq!(tasks.num_alive_tasks(), 1);
        drop(mic);
        sleep(Duration::from_millis(1)).await;
        assert_eq!(tasks.num_alive_tasks(), 0);
    }

    #[test]
    fn a_rate_out_of_range_is_refused() {
        let error = refusal(r#"{"id":"mic","kind":"live_samples","samples_per_s":96000}"#);
        assert!(
            error.contains("samples_per_s") && error.contains("1000 to 48000"),
            "{error}"
        );
    }
}
