//! Where in a run's time the page is.

use super::number::{exact, seconds};
use crate::model::history::Span;

/// `event 1 398 of 1 398 · now`; `then` is the event of the past moment that is shown.
#[must_use]
pub fn place(span: &Span, then: Option<u64>) -> String {
    let (seq, word) = then.map_or((span.last_seq, "now"), |seq| (seq, "then"));
    let (seq, last) = (exact(seq), exact(span.last_seq));
    format!("event {seq} of {last} · {word}")
}

/// `0.00 s`, or from when on events are kept.
#[must_use]
pub fn kept_from(span: &Span) -> String {
    if span.first_seq == 0 {
        return "0.00 s".to_owned();
    }
    format!("kept from {} s", seconds(span.first_us))
}

/// Why the slider does not go back to the beginning; empty when it does.
#[must_use]
pub fn why_not_all(span: &Span) -> String {
    if span.first_seq == 0 {
        return String::new();
    }
    let first = exact(span.first_seq);
    format!(
        "The page keeps the newest events of a run: those before event {first} cannot be shown again."
    )
}

/// What the slider stands at, for a screen reader.
#[must_use]
pub fn spoken(span: &Span, then: Option<(u64, u64)>) -> String {
    let at_us = then.map_or(span.last_us, |(_, at_us)| at_us);
    let place = place(span, then.map(|(seq, _)| seq));
    format!("{} s, {place}", seconds(at_us))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(first_seq: u64) -> Span {
        Span {
            first_seq,
            first_us: 2_110_400,
            last_us: 3_412_000,
            last_seq: 1_398,
            ..Span::default()
        }
    }

    fn check(said: &str, expect: &str) {
        assert_eq!(said.replace('\u{a0}', " "), expect);
    }

    #[test]
    fn now_is_the_last_event() {
        check(&place(&span(0), None), "event 1 398 of 1 398 · now");
        check(
            &spoken(&span(0), None),
            "3.412 s, event 1 398 of 1 398 · now",
        );
    }

    #[test]
    fn a_past_moment_is_then() {
        check(&place(&span(0), Some(12)), "event 12 of 1 398 · then");
        let then = Some((12, 40_000));
        check(&spoken(&span(0), then), "0.040 s, event 12 of 1 398 · then");
    }

    #[test]
    fn what_is_no_longer_kept_is_said() {
        check(&kept_from(&span(0)), "0.00 s");
        check(&why_not_all(&span(0)), "");
        check(&kept_from(&span(900)), "kept from 2.110 s");
        let why = why_not_all(&span(900));
        assert!(why.contains("before event 900"), "{why}");
    }
}
