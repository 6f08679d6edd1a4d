//! `http_response`: a Writable whose other end is a client's download while it is made, like
//! `http.ServerResponse`: `GET /api/runs/{run}/stream/{stage}`. A client that reads slowly is
//! backpressure through its TCP connection.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use spillway_protocol::stages::Side;
use tokio::time::sleep;
use tokio_util::task::AbortOnDropHandle;

use super::asking::{Answer, ask};
use super::documented::{END, number, size, text};
use super::{Kind, LiveSink, Options, Plan, StageError, Worker};
use crate::data::output_name;
use crate::engine::Ledger;
use crate::engine::outlets::{Outflow, Way};

pub(super) const KIND: Kind = Kind {
    name: "http_response",
    about: "Writable to a download that is made while it is fetched. `file` (its name; \
            download.bin), `fetch_within_s` (1 to 300; 30: then it fails), `leaves_at_byte` (the \
            server fetches it itself, and goes away after so many bytes), `bytes_per_s` (full \
            speed when left out), `high_water_mark` (16384), `label`",
    side: Side::Writable,
    options: &[
        &[
            text("file", "name of the download").or_text("download.bin"),
            number(
                "fetch_within_s",
                1,
                Some(300),
                "seconds until it fails if nobody fetches",
            )
            .or(30),
            size(
                "leaves_at_byte",
                1,
                None,
                "the server fetches it itself, and goes away after so many bytes",
            )
            .such_as(100_000),
        ],
        END,
    ],
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HttpResponseOptions {
    file: Option<String>,
    fetch_within_s: Option<u64>,
    leaves_at_byte: Option<u64>,
    label: Option<String>,
    bytes_per_s: Option<u64>,
    high_water_mark: Option<u64>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: HttpResponseOptions = options.parse()?;
    let file = parsed.file.unwrap_or_else(|| "download.bin".to_owned());
    let way = Way::Response(
        output_name(&file)
            .map_err(|error| options.wrong(error))?
            .to_owned(),
    );
    let within = within(options, "fetch_within_s", parsed.fetch_within_s)?;
    if parsed.leaves_at_byte == Some(0) {
        return Err(options.wrong("leaves_at_byte must be at least 1"));
    }
    Ok(Plan {
        speed: Some(options.speed(parsed.bytes_per_s)?),
        ..Plan::writable(
            parsed.label.unwrap_or(file),
            options.mark(parsed.high_water_mark, options.defaults.mark)?,
            delivering(options, way, within, parsed.leaves_at_byte),
        )
    })
}

/// How long a client may take to come, counted from the first write.
pub(super) fn within(
    options: &Options<'_>,
    name: &str,
    wanted: Option<u64>,
) -> Result<Duration, StageError> {
    let seconds = wanted.unwrap_or(30);
    if !(1..=300).contains(&seconds) {
        return Err(options.wrong(format!(
            "{name} {seconds} is not allowed; allowed are 1 to 300"
        )));
    }
    Ok(Duration::from_secs(seconds))
}

/// Opens the outlet of this stage. A client of the server's own comes when it `leaves` after so many
/// bytes; else the page has to.
pub(super) fn delivering(
    options: &Options<'_>,
    way: Way,
    within: Duration,
    leaves: Option<u64>,
) -> super::Make {
    let stage = options.spec.id.clone();
    Box::new(move |places| {
        let reach = places.reach()?;
        let client = match leaves {
            None => None,
            Some(bytes) => Some(Client {
                server: reach.server.ok_or_else(|| {
                    StageError::Options(
                        "this server listens nowhere, so nobody can fetch from it".to_owned(),
                    )
                })?,
                path: format!("/api/runs/{}/stream/{stage}", reach.run),
                bytes,
                ledger: places.ledger.clone(),
            }),
        };
        Ok(Worker::LiveSink(Box::new(Delivered {
            outflow: reach.outlets.deliver(&stage, way, within),
            client,
            fetching: None,
        })))
    })
}

struct Delivered {
    outflow: Outflow,
    /// Who comes by itself, until it has come.
    client: Option<Client>,
    /// Ends with the stage.
    fetching: Option<AbortOnDropHandle<()>>,
}

/// A client that goes away in the middle.
struct Client {
    server: SocketAddr,
    path: String,
    bytes: u64,
    ledger: Ledger,
}

impl Client {
    async fn fetch(self) {
        let Some(mut answer) = self.come().await else {
            return;
        };
        let mut left = self.bytes;
        while left > 0 {
            let Ok(Some(chunk)) = answer.next().await else {
                return;
            };
            left = left.saturating_sub(chunk.len() as u64);
        }
        // Its connection is closed with the answer, in the middle of it.
    }

    /// Asks until the run is known at its address, which it is a moment after it has begun.
    async fn come(&self) -> Option<Answer> {
        for _ in 0..COMES {
            if let Ok(answer) = ask(self.server, &self.path, 0, &self.ledger).await {
                return Some(answer);
            }
            sleep(COMES_EVERY).await;
        }
        None
    }
}

/// How often a client asks, and how long it waits between.
const COMES: u32 = 100;
const COMES_EVERY: Duration = Duration::from_millis(20);

impl Delivered {
    fn call_client(&mut self) {
        if let Some(client) = self.client.take() {
            self.fetching = Some(AbortOnDropHandle::new(tokio::spawn(client.fetch())));
        }
    }
}

impl LiveSink for Delivered {
    fn write(&mut self, chunk: Bytes) -> BoxFuture<'_, Result<(), StageError>> {
        self.call_client();
        async move { Ok(self.outflow.write(chunk).await?) }.boxed()
    }

    fn finish(&mut self) -> BoxFuture<'_, Result<(), StageError>> {
        self.call_client();
        async move { Ok(self.outflow.finish().await?) }.boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stages::tests_support::{live_sink, reach, refusal};

    const STAGE: &str = r#"{"id":"out","kind":"http_response","file":"a.csv","fetch_within_s":5}"#;

    #[tokio::test(start_paused = true)]
    async fn nobody_fetching_it_in_time_is_an_error() {
        let reach = reach();
        let mut sink = live_sink(STAGE, &reach);
        let error = sink.write(Bytes::from_static(b"x")).await.unwrap_err();
        assert_eq!(error.to_string(), "nobody came to fetch it within 5 s");
    }

    #[tokio::test]
    async fn its_outlet_ends_with_it() {
        let reach = reach();
        let sink = live_sink(STAGE, &reach);
        let (mut delivery, name) = reach.outlets.claim_response("out").unwrap();
        assert_eq!(name, "a.csv");
        drop(sink);
        assert_eq!(delivery.next().await, None);
    }

    #[test]
    fn a_name_that_leaves_the_folder_and_a_time_out_of_range_are_refused() {
        let error = refusal(&STAGE.replace("a.csv", "../a.csv"));
        assert!(error.contains("'../a.csv' cannot be"), "{error}");
        let error = refusal(&STAGE.replace(":5", ":301"));
        assert!(
            error.contains("fetch_within_s") && error.contains("1 to 300"),
            "{error}"
        );
    }
}
