//! What the four transports come to, in words. Every figure was measured.

use super::number::{NARROW, exact, size};
use super::phrase::Phrase;
use crate::model::transports::{Arrivals, Shown, Way};

/// `0.4 ms`, `12.3 ms`, `126 ms`: a time to arrive.
#[must_use]
pub fn millis(us: u64) -> String {
    if us < 99_950 {
        let tenths = (us + 50) / 100;
        format!("{}.{}{NARROW}ms", tenths / 10, tenths % 10)
    } else {
        format!("{}{NARROW}ms", exact((us + 500) / 1_000))
    }
}

/// `250 ms`: a time that was set.
#[must_use]
pub fn whole_ms(ms: u64) -> String {
    format!("{ms}{NARROW}ms")
}

/// The sentence above the picture.
#[must_use]
pub fn sentence(shown: &Shown) -> Phrase {
    let Some(measured) = shown.measured.as_ref().filter(|_| shown.is_whole()) else {
        let arrived = shown.arrivals.iter().map(Arrivals::count);
        let arrived: Vec<String> = arrived.map(|count| count.to_string()).collect();
        let said = Phrase::new()
            .text("The server makes a message every 50")
            .text(NARROW.to_string())
            .text("ms; each goes out four ways at once. ");
        return if arrived.iter().all(|count| count == "0") {
            said.text("None has arrived yet.")
        } else {
            let counts = arrived.join(", ");
            said.text("Arrived so far: ").name(counts).text(".")
        };
    };
    let bytes = |way: Way| {
        let way = way.measured(measured);
        size(way.bytes_to_server + way.bytes_to_client)
    };
    let median = |at: usize| millis(shown.arrivals[at].percentile(50).unwrap_or(0));
    Phrase::new()
        .name(size(measured.payload_bytes))
        .text(" of messages: polling moved ")
        .name(bytes(Way::Poll))
        .text(" in ")
        .name(requests(measured.poll.requests))
        .text(", long polling ")
        .name(bytes(Way::LongPoll))
        .text(" in ")
        .name(requests(measured.long_poll.requests))
        .text(", server-sent events ")
        .name(bytes(Way::Events))
        .text(" and the WebSocket ")
        .name(bytes(Way::Socket))
        .text(" in one. Half of the messages were there within ")
        .name(median(0))
        .text(" by polling, ")
        .name(median(1))
        .text(" by long polling, ")
        .name(median(2))
        .text(" by server-sent events and ")
        .name(median(3))
        .text(" by WebSocket.")
}

fn requests(count: u64) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{}{NARROW}request{s}", exact(count))
}

/// How all this was measured; empty before anything was.
#[must_use]
pub fn method(shown: &Shown) -> String {
    if shown.messages == 0 {
        return String::new();
    }
    let added = match shown.delay_ms {
        0 => "nothing was added to them".to_owned(),
        ms => format!(
            "{ms}{NARROW}ms were added to each: the server holds back every answer, event and \
             message so long"
        ),
    };
    let clocks = match shown.clocks {
        None => "The two clocks are being compared.".to_owned(),
        Some(clocks) => format!(
            "The server stamps each message when it makes it, the page when it has it. The clocks \
             were related by the quickest of {} round trips, {}, so a time may be off by {}; {added}.",
            clocks.probes,
            millis(clocks.round_trip_us),
            millis(clocks.good_to_us()),
        ),
    };
    format!(
        "{clocks} Bytes are counted where the server reads and writes its TCP connections: request \
         lines, headers and frames are in them, TCP and IP are not. Server CPU is the time its \
         threads worked on the connections of that way, in the kernel's read and write calls too; \
         waiting for sockets and the kernel's own work are not in it. All four ran at once, with \
         {}{NARROW}ms between two polls.",
        shown.poll_every_ms
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::transports::{Arrivals, Clocks};
    use spillway_protocol::transports::{TransportMeasured, TrialMeasured};

    fn whole() -> Shown {
        let way = |requests, bytes_to_client| TransportMeasured {
            requests,
            bytes_to_server: 500,
            bytes_to_client,
            cpu_us: None,
        };
        let took = |us| Arrivals { took_us: vec![us] };
        Shown {
            arrivals: [took(126_400), took(1_500), took(900), took(840)],
            measured: Some(TrialMeasured {
                made: 1,
                payload_bytes: 6_200,
                poll: way(21, 20_500),
                long_poll: way(1, 62_500),
                sse: way(1, 8_500),
                websocket: way(1, 6_500),
            }),
            clocks: Some(Clocks::probe(None, 0, 900, 5)),
            delay_ms: 0,
            poll_every_ms: 250,
            messages: 1,
        }
    }

    #[test]
    fn times_are_short() {
        let check = |us, expect: &str| assert_eq!(millis(us).replace(NARROW, " "), expect);
        check(40, "0.0 ms");
        check(840, "0.8 ms");
        check(12_340, "12.3 ms");
        check(99_960, "100 ms");
        check(1_234_567, "1 235 ms");
    }

    #[test]
    fn the_sentence_compares_what_was_measured_and_waits_until_it_was() {
        let said = sentence(&whole()).plain().replace(NARROW, " ");
        assert!(said.contains("6.2 KB of messages: polling moved 21 KB in 21 requests"));
        assert!(said.contains("the WebSocket 7 KB in one"), "{said}");
        assert!(said.contains("within 126 ms by polling, 1.5 ms by long polling, 0.9 ms by"));
        let early = Shown {
            messages: 2,
            ..whole()
        };
        let said = sentence(&early).plain();
        assert!(said.contains("Arrived so far: 1, 1, 1, 1."), "{said}");
        let said = sentence(&Shown::default()).plain();
        assert!(said.ends_with("at once. None has arrived yet."), "{said}");
    }

    #[test]
    fn the_method_says_what_was_added_and_how_good_the_clocks_are() {
        assert_eq!(method(&Shown::default()), "", "nothing was done yet");
        let said = method(&whole()).replace(NARROW, " ");
        assert!(said.contains("quickest of 1 round trips, 0.9 ms, so a time may be off by 0.5 ms"));
        assert!(said.contains("nothing was added") && said.contains("250 ms between"));
        let slow = Shown {
            delay_ms: 120,
            ..whole()
        };
        assert!(method(&slow).contains("were added to each"));
    }
}
