//! The gauges of a chain across a socket, in one row.
//!
//! Test ids: `gauge-{chain}-{source|readable|writable|sending|send|receive|browser|waiting|read}`,
//! each with `data-bytes` once it is known.

use crate::model::pressure::{Chain, Gauges};
use crate::words::number::{NARROW, against_mark, exact, size};
use crate::words::pressure::{STANDS_MS, seconds};

/// What one gauge shows.
struct Gauge<'a> {
    id: &'a str,
    label: &'a str,
    /// Whose memory it is.
    place: &'a str,
    bytes: Option<u64>,
    /// What stands below the figure; a mark, or for how long it stands.
    below: String,
    /// A whole bar.
    whole: u64,
    /// At or over its mark, or standing.
    brim: bool,
}

/// The row: from the file to the page.
#[must_use]
pub fn gauges(chain: Chain, gauges: &Gauges, most: u64, still_ms: u64) -> String {
    let stands = still_ms >= STANDS_MS && gauges.outcome.is_none() && gauges.source > 0;
    let closed = gauges.outcome.is_some() || gauges.given_up.is_some();
    let unseen = match (gauges.kernel_send, gauges.sending) {
        _ if closed => "the connection is closed",
        (Some(_), _) => "on another machine: not seen from here",
        (None, Some(_)) => "this system does not tell",
        (None, None) => "not yet",
    };
    let whole = most.max(1);
    let plain = |id, label, place, bytes: Option<u64>| Gauge {
        id,
        label,
        place,
        bytes,
        below: bytes.map_or(unseen.to_owned(), |_| String::new()),
        whole,
        brim: false,
    };
    let tank = |id, label, (bytes, mark): (u64, u64)| Gauge {
        id,
        label,
        place: "server",
        bytes: Some(bytes),
        below: match bytes.checked_div(mark) {
            Some(times @ 5..) => [&exact(times), " times its mark"].concat(),
            _ => against_mark(bytes, mark),
        },
        whole: if bytes > 4 * mark { whole } else { 2 * mark },
        brim: mark > 0 && bytes >= mark,
    };
    let row = [
        Gauge {
            below: match stands {
                true => ["stands still ", &seconds(still_ms)].concat(),
                false => String::new(),
            },
            brim: stands,
            whole: 0,
            ..plain("source", chain.source(), "server", Some(gauges.source))
        },
        tank("readable", "Readable's buffer", gauges.readable),
        tank("writable", "send queue (Writable)", gauges.writable),
        plain("sending", "frame being sent", "server", gauges.sending),
        plain("send", "send queue", "server's kernel", gauges.kernel_send),
        plain(
            "receive",
            "receive queue",
            "browser's kernel",
            gauges.kernel_receive,
        ),
        plain("browser", "not handed over", "browser", gauges.browser),
        Gauge {
            brim: gauges.waiting > whole / 4,
            ..plain(
                "waiting",
                "waits for the program",
                "page",
                Some(gauges.waiting),
            )
        },
        Gauge {
            whole: 0,
            ..plain("read", "done", "page", Some(gauges.read))
        },
    ];
    row.iter().map(|gauge| cell(chain, gauge)).collect()
}

fn cell(chain: Chain, gauge: &Gauge<'_>) -> String {
    let (data, text, percent) = match gauge.bytes {
        Some(bytes) => (
            format!(" data-bytes=\"{bytes}\""),
            size(bytes),
            bytes
                .saturating_mul(100)
                .checked_div(gauge.whole)
                .unwrap_or(0)
                .min(100),
        ),
        None => (String::new(), "–".to_owned(), 0),
    };
    let bar = match gauge.whole {
        0 => String::new(),
        _ => format!("<i aria-hidden=\"true\"><b style=\"height:{percent}%\"></b></i>"),
    };
    let class = if gauge.brim { "gauge brim" } else { "gauge" };
    format!(
        "<li class=\"{class}\" data-testid=\"gauge-{}-{}\"{data}>{bar}<span class=\"place\">{}</span>\
         <span class=\"what\">{}</span><b class=\"bytes\">{text}</b><span class=\"below\">{}</span></li>",
        chain.id(),
        gauge.id,
        gauge.place,
        gauge.label,
        if gauge.below.is_empty() {
            NARROW.to_string()
        } else {
            gauge.below.clone()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_row_goes_from_the_file_to_the_page_and_what_is_unknown_has_no_figure() {
        let known = Gauges {
            source: 900,
            readable: (65_536, 65_536),
            writable: (100, 16_384),
            sending: Some(10),
            kernel_send: Some(20),
            ..Gauges::default()
        };
        let row = gauges(Chain::Subject, &known, 100, 2_000);
        assert_eq!(row.matches("<li").count(), 9);
        assert!(row.contains("gauge-subject-send\" data-bytes=\"20\""));
        assert!(
            row.contains("gauge-subject-receive\"><i"),
            "no figure: {row}"
        );
        assert_eq!(row.matches("on another machine").count(), 2);
        assert!(row.contains("stands still 2"));
        assert_eq!(
            row.matches("gauge brim").count(),
            2,
            "the source and its full buffer"
        );
    }

    #[test]
    fn what_is_closed_is_not_taken_for_another_machine() {
        let closed = Gauges {
            sending: Some(0),
            kernel_send: Some(0),
            writable: (67_108_864, 16_384),
            given_up: Some("enough".to_owned()),
            ..Gauges::default()
        };
        let row = gauges(Chain::Plain, &closed, 100, 0);
        assert_eq!(row.matches("the connection is closed").count(), 2);
        assert!(!row.contains("another machine"));
        let times = row.replace(NARROW, " ");
        assert!(times.contains("4 096 times its mark"), "{times}");
    }

    #[test]
    fn nothing_is_invented_before_it_is_known() {
        let row = gauges(Chain::Plain, &Gauges::default(), 0, 0);
        assert_eq!(row.matches("not yet").count(), 4);
        assert!(!row.contains("stands still"));
    }
}
