//! `http_response`: a Writable whose other end is a client's download while it is made, like
//! `http.ServerResponse`: `GET /api/runs/{run}/stream/{stage}`. A client that reads slowly is
//! backpressure through its TCP connection.

use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::{END, number, text};
use super::{Kind, LiveSink, Options, Plan, StageError, Worker};
use crate::data::output_name;
use crate::engine::outlets::{Outflow, Way};

pub(super) const KIND: Kind = Kind {
    name: "http_response",
    about: "Writable to a download that is made while it is fetched. `file` (its name; \
            download.bin), `fetch_within_s` (1 to 300; 30: then it fails), `bytes_per_s` (full \
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
    Ok(Plan {
        speed: Some(options.speed(parsed.bytes_per_s)?),
        ..Plan::writable(
            parsed.label.unwrap_or(file),
            options.mark(parsed.high_water_mark, options.defaults.mark)?,
            delivering(options, way, within),
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

/// Opens the outlet of this stage.
pub(super) fn delivering(options: &Options<'_>, way: Way, within: Duration) -> super::Make {
    let stage = options.spec.id.clone();
    Box::new(move |places| {
        let outflow = places.reach()?.outlets.deliver(&stage, way, within);
        Ok(Worker::LiveSink(Box::new(Delivered { outflow })))
    })
}

struct Delivered {
    outflow: Outflow,
}

impl LiveSink for Delivered {
    fn write(&mut self, chunk: Bytes) -> BoxFuture<'_, Result<(), StageError>> {
        async move { Ok(self.outflow.write(chunk).await?) }.boxed()
    }

    fn finish(&mut self) -> BoxFuture<'_, Result<(), StageError>> {
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
