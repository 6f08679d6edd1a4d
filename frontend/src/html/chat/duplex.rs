//! A connection as two streams.

use crate::model::chat::Flow;
use crate::words::number::{exact, size};

/// A connection as two streams with their buffers. `unacknowledged` own messages wait for the room.
///
/// Test ids: `duplex-{waits|buffered|sent|undrawn|received}`, each with `data-value`.
#[must_use]
pub fn duplex(flow: &Flow, unacknowledged: u64) -> String {
    let messages = |count: u64| match count {
        1 => "1 message".to_owned(),
        _ => [&exact(count), " messages"].concat(),
    };
    let most = |what: String| [" at most ", &what, " so far"].concat();
    let waiting = flow.waiting();
    let writable = [
        figure(
            "waits",
            "not acknowledged",
            unacknowledged,
            &messages(unacknowledged),
            "",
            None,
        ),
        figure(
            "buffered",
            "bufferedAmount",
            flow.buffered,
            &size(flow.buffered),
            &most(size(flow.most_buffered)),
            Some((flow.buffered, flow.most_buffered)),
        ),
        figure(
            "sent",
            "given to the browser",
            flow.sent,
            &messages(flow.sent),
            &size(flow.sent_bytes),
            None,
        ),
    ];
    let below = match (flow.paused, flow.overflowed) {
        (true, _) => ["paused: holds ", &size(flow.held().bytes)].concat(),
        (false, true) => "full: reading went on by itself".to_owned(),
        (false, false) => most(messages(flow.most_waiting)),
    };
    let readable = [
        figure(
            "received",
            "received",
            flow.received,
            &messages(flow.received),
            &size(flow.received_bytes),
            None,
        ),
        figure(
            "undrawn",
            "received, not yet drawn",
            waiting,
            &messages(waiting),
            &below,
            Some((waiting, flow.most_waiting)),
        ),
    ];
    [
        "<h3>Writable <span>the page → the server</span></h3><ul>",
        &writable.concat(),
        "</ul><h3>Readable <span>the server → the page</span></h3><ul>",
        &readable.concat(),
        "</ul>",
    ]
    .concat()
}

/// A figure; with a tank when it is the filling of a buffer, and the most that it was.
fn figure(
    id: &str,
    what: &str,
    value: u64,
    shown: &str,
    below: &str,
    tank: Option<(u64, u64)>,
) -> String {
    let tank = tank.map_or_else(String::new, |(now, most)| {
        let percent = (now * 100).checked_div(most).unwrap_or(0);
        let percent = percent.to_string();
        [
            "<i aria-hidden=\"true\"><b style=\"height:",
            &percent,
            "%\"></b></i>",
        ]
        .concat()
    });
    [
        "<li data-testid=\"duplex-",
        id,
        "\" data-value=\"",
        &value.to_string(),
        "\">",
        &tank,
        "<span class=\"what\">",
        what,
        "</span><b class=\"bytes\">",
        shown,
        "</b><span class=\"below\">",
        below,
        "</span></li>",
    ]
    .concat()
}
