//! What the page says of the clock of a run, which is not the `pause()` of a stream.

use spillway_protocol::control::{Clock, ClockMode};

use super::number::exact;

/// `200 events/s`, or `full speed`.
#[must_use]
pub fn pace(events_per_s: Option<u64>) -> String {
    match events_per_s {
        None => "full speed".to_owned(),
        Some(1) => "1 event/s".to_owned(),
        Some(count) => format!("{} events/s", exact(count)),
    }
}

/// What is said while the clock is not at full speed; `seqs` are the last events that came in the
/// runs that it is for.
#[must_use]
pub fn tag(clock: Clock, seqs: &[u64]) -> Option<String> {
    let what = match clock.mode {
        ClockMode::Full => return None,
        ClockMode::Slow => {
            let pace = pace(clock.events_per_s);
            return Some(format!("slow motion · {pace}"));
        }
        ClockMode::Paused => "clock paused",
        ClockMode::Step => "clock waits for the next event",
    };
    let events: Vec<String> = seqs.iter().copied().map(exact).collect();
    Some(match seqs {
        [0] => format!("{what} · before the first event"),
        [_] => format!("{what} · event {}", events.concat()),
        _ => format!("{what} · events {}", events.join(" and ")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(mode: ClockMode, events_per_s: Option<u64>, seq: u64) -> String {
        let clock = Clock { mode, events_per_s };
        tag(clock, &[seq])
            .unwrap_or_default()
            .replace('\u{a0}', " ")
    }

    #[test]
    fn a_clock_for_two_runs_says_where_both_stand() {
        let clock = Clock {
            mode: ClockMode::Paused,
            events_per_s: None,
        };
        let said = tag(clock, &[12, 0]);
        assert_eq!(said.as_deref(), Some("clock paused · events 12 and 0"));
    }

    #[test]
    fn a_paused_clock_says_clock_and_where_it_stands() {
        assert_eq!(
            said(ClockMode::Paused, None, 1_398),
            "clock paused · event 1 398"
        );
        assert_eq!(
            said(ClockMode::Paused, None, 0),
            "clock paused · before the first event"
        );
        assert_eq!(
            said(ClockMode::Step, None, 7),
            "clock waits for the next event · event 7"
        );
    }

    #[test]
    fn slow_motion_says_its_pace_and_full_speed_says_nothing() {
        assert_eq!(said(ClockMode::Slow, Some(1), 3), "slow motion · 1 event/s");
        assert_eq!(
            said(ClockMode::Slow, Some(1_000), 3),
            "slow motion · 1 000 events/s"
        );
        assert_eq!(said(ClockMode::Full, None, 3), "");
    }
}
