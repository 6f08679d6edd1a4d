//! The four transports side by side.
//!
//! Test ids: `way-{poll|long-poll|events|websocket}` with `data-arrived`, and once measured
//! `data-requests`, `data-bytes`, `data-median`, `data-p99` and `data-cpu`.

use super::escape;
use crate::model::transports::{Arrivals, Shown, WAYS, Way};
use crate::words::number::{exact, size};
use crate::words::transports::millis;

/// A card for each way, with the same lines on the same scales.
#[must_use]
pub fn ways(shown: &Shown) -> String {
    let scales = Scales::of(shown);
    let cards = WAYS.into_iter().zip(&shown.arrivals);
    cards
        .map(|(way, arrivals)| card(way, arrivals, shown, &scales))
        .collect()
}

/// What a whole bar stands for.
struct Scales {
    took_us: u64,
    bytes: u64,
    requests: u64,
    cpu_us: u64,
}

impl Scales {
    fn of(shown: &Shown) -> Self {
        let mut scales = Self {
            took_us: shown.longest_us().max(1),
            bytes: 1,
            requests: 1,
            cpu_us: 1,
        };
        if let Some(measured) = &shown.measured {
            for way in WAYS.map(|way| way.measured(measured)) {
                scales.bytes = scales.bytes.max(way.bytes_to_server + way.bytes_to_client);
                scales.requests = scales.requests.max(way.requests);
                scales.cpu_us = scales.cpu_us.max(way.cpu_us.unwrap_or(0));
            }
        }
        scales
    }
}

fn card(way: Way, arrivals: &Arrivals, shown: &Shown, scales: &Scales) -> String {
    let mut data = format!(" data-arrived=\"{}\"", arrivals.count());
    let mut lines = String::new();
    let mut line = |name: &str, value: Option<(u64, String, u64)>| match value {
        Some((raw, text, whole)) => {
            data.push_str(&format!(" data-{name}=\"{raw}\""));
            lines.push_str(&figure(name, &text, raw, whole));
        }
        None => lines.push_str(&figure(name, "not yet", 0, 1)),
    };
    let took = |percent| {
        let us = arrivals.percentile(percent)?;
        Some((us, millis(us), scales.took_us))
    };
    line("median", took(50));
    line("p99", took(99));
    let measured = shown.measured.as_ref().map(|all| way.measured(all));
    let of = |raw: u64, text: String, whole: u64| (raw, text, whole);
    line(
        "bytes",
        measured.map(|it| {
            let all = it.bytes_to_server + it.bytes_to_client;
            of(all, size(all), scales.bytes)
        }),
    );
    line(
        "requests",
        measured.map(|it| of(it.requests, exact(it.requests), scales.requests)),
    );
    if measured.is_none_or(|it| it.cpu_us.is_some()) {
        let cpu = measured.and_then(|it| it.cpu_us);
        line("cpu", cpu.map(|us| of(us, millis(us), scales.cpu_us)));
    }
    let split = measured.map_or_else(String::new, |it| {
        format!(
            "{} up, {} down",
            size(it.bytes_to_server),
            size(it.bytes_to_client)
        )
    });
    format!(
        "<section class=\"panel way\" aria-label=\"{title}\" data-testid=\"way-{id}\"{data}>\
         <header><h2>{title}</h2><code>{code}</code></header>{chart}\
         <dl>{lines}</dl><p class=\"muted split\">{split}</p></section>",
        title = way.title(),
        id = way.id(),
        code = escape(way.code()),
        chart = chart(arrivals, shown.messages.max(1), scales.took_us),
    )
}

fn figure(name: &str, text: &str, raw: u64, whole: u64) -> String {
    let label = match name {
        "median" => "time to arrive, median",
        "p99" => "time to arrive, p99",
        "bytes" => "bytes on the wire",
        "requests" => "requests",
        _ => "server CPU",
    };
    let muted = if text == "not yet" { " muted" } else { "" };
    let width = bar(raw, whole);
    format!(
        "<div><dt>{label}</dt><dd class=\"{name}{muted}\">{text}</dd>\
         <i aria-hidden=\"true\"><b style=\"width:{width}%\"></b></i></div>"
    )
}

/// Per cent of a bar; something is seen where there is something.
fn bar(raw: u64, whole: u64) -> u64 {
    match raw {
        0 => 0,
        _ => (raw.saturating_mul(100) / whole.max(1)).clamp(1, 100),
    }
}

/// A line for each message, as high as it took long.
fn chart(arrivals: &Arrivals, messages: u64, longest_us: u64) -> String {
    let mut path = String::new();
    for (at, us) in arrivals.took_us.iter().enumerate() {
        let height = (us.saturating_mul(1_000) / longest_us.max(1)).max(12);
        path.push_str(&format!("M{at} 1000V{}", 1_000 - height.min(1_000)));
    }
    let said = format!("{} of {messages} messages have arrived", arrivals.count());
    format!(
        "<svg role=\"img\" aria-label=\"{said}\" viewBox=\"-0.5 0 {messages} 1000\" \
         preserveAspectRatio=\"none\"><path d=\"{path}\"/></svg>\
         <p class=\"muted scale\"><span>each message</span><span>to {}</span></p>",
        millis(longest_us)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use spillway_protocol::transports::{TransportMeasured, TrialMeasured};

    #[test]
    fn what_is_not_measured_yet_is_said_to_be_missing() {
        let cards = ways(&Shown::default());
        assert_eq!(cards.matches("<section").count(), 4);
        assert_eq!(cards.matches("not yet").count(), 20);
        assert!(!cards.contains("data-bytes"));
    }

    #[test]
    fn figures_are_data_and_bars_share_a_scale() {
        let way = |requests, bytes| TransportMeasured {
            requests,
            bytes_to_server: 10,
            bytes_to_client: bytes,
            cpu_us: None,
        };
        let shown = Shown {
            measured: Some(TrialMeasured {
                made: 1,
                payload_bytes: 60,
                poll: way(4, 190),
                long_poll: way(1, 90),
                sse: way(1, 40),
                websocket: way(1, 40),
            }),
            ..Shown::default()
        };
        let cards = ways(&shown);
        assert!(cards.contains("data-testid=\"way-poll\" data-arrived=\"0\" data-bytes=\"200\""));
        assert!(cards.contains("width:100%") && cards.contains("width:25%"));
        assert!(
            !cards.contains("CPU"),
            "a system that cannot tell says nothing"
        );
    }
}
