//! `http_source`: a Readable over the body of a real HTTP response, like `http.IncomingMessage`:
//! this server asks itself for a sample. No address that anybody gave is ever asked.

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use spillway_protocol::stages::Side;
use tokio::time::sleep;

use super::asking::{Answer, Lost, ask};
use super::documented::{END, choice, flag, number, size};
use super::{Again, Kind, LiveSource, Options, Plan, StageError, Worker};
use crate::data::{COLUMNS, SEED};
use crate::engine::{Ledger, Resource};
use crate::sample::MAX_ROWS;

pub(super) const KIND: Kind = Kind {
    name: "http_source",
    about: "Readable over the body of an HTTP response of this server, which comes chunked. \
            `sample` (`cities.csv`, `cities.ndjson` or `cities.json`; `cities.csv`), `rows` \
            (10000), `seed`, `cut_at_byte` (its connection is cut after so many bytes, `cuts` times; \
            1), `retries` (how often it asks again; 0), `resume` (from the byte it has come to; \
            false: from the beginning), `wait_ms` (before the first try, then twice as long each \
            time; 200), `bytes_per_s` (full speed when left out), `high_water_mark` (16384), \
            `label`",
    side: Side::Readable,
    options: &[
        &[
            choice(
                "sample",
                &["cities.csv", "cities.ndjson", "cities.json"],
                "what is asked for",
            )
            .or_text("cities.csv"),
            number("rows", 0, Some(MAX_ROWS), "how many cities").or(10_000),
            number("seed", 0, None, "other seeds give other cities"),
            size(
                "cut_at_byte",
                0,
                None,
                "its connection is cut after so many bytes",
            )
            .such_as(100_000),
            number("cuts", 1, Some(MAX_TRIES), "how many connections are cut").or(1),
            number("retries", 0, Some(MAX_TRIES), "how often it asks again").or(0),
            flag(
                "resume",
                "asks again from the byte it has come to, or from the beginning",
            )
            .or_bool(true),
            number(
                "wait_ms",
                0,
                Some(MAX_WAIT_MS),
                "milliseconds before the first try",
            )
            .or(200),
        ],
        END,
    ],
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HttpSourceOptions {
    sample: Option<SampleName>,
    rows: Option<u64>,
    seed: Option<u64>,
    cut_at_byte: Option<u64>,
    cuts: Option<u64>,
    retries: Option<u64>,
    resume: Option<bool>,
    wait_ms: Option<u64>,
    label: Option<String>,
    bytes_per_s: Option<u64>,
    high_water_mark: Option<u64>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
enum SampleName {
    #[serde(rename = "cities.csv")]
    Csv,
    #[serde(rename = "cities.ndjson")]
    JsonLines,
    #[serde(rename = "cities.json")]
    JsonArray,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: HttpSourceOptions = options.parse()?;
    let sample = parsed.sample.unwrap_or(SampleName::Csv);
    let name = match sample {
        SampleName::Csv => "cities.csv",
        SampleName::JsonLines => "cities.ndjson",
        SampleName::JsonArray => "cities.json",
    };
    let rows = parsed.rows.unwrap_or(10_000);
    if rows > MAX_ROWS {
        return Err(options.wrong(format!("rows {rows} is too many; there are {MAX_ROWS}")));
    }
    let seed = parsed.seed.unwrap_or(SEED);
    let tries = tries(options, &parsed)?;
    let path = format!("/api/samples/{name}?rows={rows}&seed={seed}");
    let columns: &'static [&'static str] = &COLUMNS;
    Ok(Plan {
        speed: Some(options.speed(parsed.bytes_per_s)?),
        gives_columns: (sample == SampleName::Csv).then_some(columns),
        ..Plan::readable(
            parsed.label.unwrap_or_else(|| format!("GET {name}")),
            options.mark(parsed.high_water_mark, options.defaults.mark)?,
            Box::new(move |places| {
                let server = places.reach()?.server.ok_or_else(|| {
                    StageError::Options(
                        "this server listens nowhere, so it has no answers".to_owned(),
                    )
                })?;
                Ok(Worker::LiveSource(Box::new(HttpSource {
                    state: State::Asking { wait_ms: 0 },
                    server,
                    path,
                    tries,
                    received: 0,
                    lost: 0,
                    ledger: places.ledger.clone(),
                })))
            }),
        )
    })
}

/// How often it tries again, and what happens to its connections.
#[derive(Debug, Clone, Copy)]
struct Tries {
    /// Each of the first so many connections is cut after so many bytes.
    cut: Option<(u64, u64)>,
    retries: u64,
    resume: bool,
    wait_ms: u64,
}

/// Most connections that one stage may lose or make anew.
const MAX_TRIES: u64 = 20;

/// Longest wait before the first try.
const MAX_WAIT_MS: u64 = 5_000;

/// Longest wait before any.
const LONGEST_WAIT_MS: u64 = 30_000;

fn tries(options: &Options<'_>, asked: &HttpSourceOptions) -> Result<Tries, StageError> {
    let within = |name: &str, value: Option<u64>, default: u64, least: u64, most: u64| {
        let value = value.unwrap_or(default);
        if (least..=most).contains(&value) {
            return Ok(value);
        }
        Err(options.wrong(format!(
            "{name} {value} is not allowed; allowed are {least} to {most}"
        )))
    };
    let cuts = within("cuts", asked.cuts, 1, 1, MAX_TRIES)?;
    Ok(Tries {
        cut: asked.cut_at_byte.map(|byte| (cuts, byte)),
        retries: within("retries", asked.retries, 0, 0, MAX_TRIES)?,
        resume: asked.resume.unwrap_or(true),
        wait_ms: within("wait_ms", asked.wait_ms, 200, 0, MAX_WAIT_MS)?,
    })
}

struct HttpSource {
    state: State,
    server: SocketAddr,
    path: String,
    tries: Tries,
    /// Bytes of the whole that have come.
    received: u64,
    /// Connections lost so far.
    lost: u64,
    ledger: Ledger,
}

enum State {
    /// Nothing was sent yet, or the connection was lost: it waits so long, and asks.
    Asking { wait_ms: u64 },
    /// The body comes.
    Answered(Answer),
}

impl HttpSource {
    /// The next piece of the body.
    async fn next(&mut self) -> Result<Option<Bytes>, Lost> {
        if let State::Asking { wait_ms } = self.state {
            if wait_ms > 0 {
                let _timer = self.ledger.open(Resource::Timer);
                sleep(Duration::from_millis(wait_ms)).await;
            }
            let path = match self.tries.cut {
                Some((cuts, byte)) if self.lost < cuts => format!("{}&cut={byte}", self.path),
                _ => self.path.clone(),
            };
            let answer = ask(self.server, &path, self.received, &self.ledger).await?;
            self.state = State::Answered(answer);
        }
        let State::Answered(answer) = &mut self.state else {
            return Ok(None);
        };
        let chunk = answer.next().await?;
        self.received += chunk.as_ref().map_or(0, Bytes::len) as u64;
        Ok(chunk)
    }

    /// The connection was lost: another try, or the error when there is none left.
    fn again(&mut self, error: StageError) -> StageError {
        self.lost += 1;
        let Tries {
            retries,
            resume,
            wait_ms,
            ..
        } = self.tries;
        if self.lost > retries {
            return error;
        }
        // At most twenty tries.
        let wait_ms = (wait_ms << (self.lost - 1)).min(LONGEST_WAIT_MS);
        if !resume {
            self.received = 0;
        }
        self.state = State::Asking { wait_ms };
        StageError::Again(Again {
            after: error.to_string(),
            attempt: self.lost,
            of: retries,
            from: self.received,
            wait_ms,
        })
    }
}

impl LiveSource for HttpSource {
    fn read(&mut self, _n: usize) -> BoxFuture<'_, Result<Option<Bytes>, StageError>> {
        async move {
            match self.next().await {
                Ok(given) => Ok(given),
                Err(Lost::Refused(error)) => Err(error),
                Err(Lost::Connection(error)) => Err(self.again(error)),
            }
        }
        .boxed()
    }
}
