//! `websocket`: a Writable whose other end is a WebSocket of the page, `GET /ws/runs/{run}/{stage}`:
//! each chunk is a binary message. Like Node's `ws` behind `createWebSocketStream`, a page that
//! reads slowly is backpressure through its TCP connection.

use serde::Deserialize;
use spillway_protocol::stages::Side;

use super::documented::{END, number};
use super::http_response::{delivering, within};
use super::{Kind, Options, Plan, StageError};
use crate::engine::outlets::Way;

pub(super) const KIND: Kind = Kind {
    name: "websocket",
    about: "Writable to a WebSocket of the page, a binary message for each chunk. \
            `connect_within_s` (1 to 300; 30: then it fails), `bytes_per_s` (full speed when left \
            out), `high_water_mark` (16384), `label`",
    side: Side::Writable,
    options: &[
        &[number(
            "connect_within_s",
            1,
            Some(300),
            "seconds until it fails if nobody connects",
        )
        .or(30)],
        END,
    ],
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebsocketOptions {
    connect_within_s: Option<u64>,
    label: Option<String>,
    bytes_per_s: Option<u64>,
    high_water_mark: Option<u64>,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: WebsocketOptions = options.parse()?;
    let within = within(options, "connect_within_s", parsed.connect_within_s)?;
    Ok(Plan {
        speed: Some(options.speed(parsed.bytes_per_s)?),
        ..Plan::writable(
            parsed.label.unwrap_or_else(|| "WebSocket".to_owned()),
            options.mark(parsed.high_water_mark, options.defaults.mark)?,
            delivering(options, Way::Socket, within, None),
        )
    })
}
