//! The same messages by four ways: when each arrived, by clocks that are related by measuring.

use spillway_protocol::transports::{TransportMeasured, TrialMeasured};

/// A way for messages to get to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Ask again and again.
    Poll,
    /// Ask, and be answered when there is something.
    LongPoll,
    /// One answer that never ends.
    Events,
    /// A WebSocket.
    Socket,
}

/// All of them, in the order in which they are shown.
pub const WAYS: [Way; 4] = [Way::Poll, Way::LongPoll, Way::Events, Way::Socket];

impl Way {
    /// Its name in addresses and tests.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Poll => "poll",
            Self::LongPoll => "long-poll",
            Self::Events => "events",
            Self::Socket => "websocket",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Poll => "Polling",
            Self::LongPoll => "Long polling",
            Self::Events => "Server-sent events",
            Self::Socket => "WebSocket",
        }
    }

    /// How it is written in a page.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Poll => "setInterval(ask, ms)",
            Self::LongPoll => "for (;;) await fetch(url)",
            Self::Events => "new EventSource(url)",
            Self::Socket => "new WebSocket(url)",
        }
    }

    /// What the server measured of it.
    #[must_use]
    pub const fn measured(self, all: &TrialMeasured) -> &TransportMeasured {
        match self {
            Self::Poll => &all.poll,
            Self::LongPoll => &all.long_poll,
            Self::Events => &all.sse,
            Self::Socket => &all.websocket,
        }
    }
}

/// How the server's clock relates to the page's, by the quickest of some round trips.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// What the server's clock said, and what the page's said in the middle of that round trip.
    server_us: u64,
    page_us: u64,
    /// How long that round trip took.
    pub round_trip_us: u64,
    /// How many were measured.
    pub probes: u64,
}

impl Clocks {
    /// One round trip: when the page asked, when it had the answer, and what the server said.
    #[must_use]
    pub fn probe(before: Option<Self>, asked_us: u64, answered_us: u64, server_us: u64) -> Self {
        let round_trip_us = answered_us.saturating_sub(asked_us);
        let probes = before.map_or(0, |before| before.probes) + 1;
        match before {
            Some(quicker) if quicker.round_trip_us <= round_trip_us => Self { probes, ..quicker },
            _ => Self {
                server_us,
                page_us: asked_us + round_trip_us / 2,
                round_trip_us,
                probes,
            },
        }
    }

    /// How long something took that the server's clock saw leave and the page's saw arrive. One
    /// that seems to arrive before it left took less than the clocks can tell.
    #[must_use]
    pub const fn taken(&self, left_us: u64, arrived_us: u64) -> u64 {
        (arrived_us + self.server_us).saturating_sub(left_us + self.page_us)
    }

    /// By how much any such time may be wrong: the answer left the server within the round trip.
    #[must_use]
    pub const fn good_to_us(&self) -> u64 {
        self.round_trip_us.div_ceil(2)
    }
}

/// What has arrived by one way.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arrivals {
    /// Microseconds that each message took, in the order of the messages.
    pub took_us: Vec<u64>,
}

impl Arrivals {
    /// How many messages are there.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.took_us.len()
    }

    /// The time that so many of a hundred messages do not exceed; `None` before the first.
    #[must_use]
    pub fn percentile(&self, percent: usize) -> Option<u64> {
        let mut sorted = self.took_us.clone();
        sorted.sort_unstable();
        let rank = (sorted.len() * percent).div_ceil(100);
        sorted.get(rank.checked_sub(1)?).copied()
    }
}

/// Everything that is shown of a trial.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// In the order of [`WAYS`].
    pub arrivals: [Arrivals; 4],
    /// What the server counted.
    pub measured: Option<TrialMeasured>,
    /// What the times were measured by.
    pub clocks: Option<Clocks>,
    /// What was added, milliseconds.
    pub delay_ms: u64,
    /// How often was polled, milliseconds.
    pub poll_every_ms: u64,
    /// How many messages there are to be.
    pub messages: u64,
}

impl Shown {
    /// The longest that any message took.
    #[must_use]
    pub fn longest_us(&self) -> u64 {
        let all = self.arrivals.iter().flat_map(|way| &way.took_us);
        all.copied().max().unwrap_or(0)
    }

    /// Everything has arrived.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.messages > 0
            && self
                .arrivals
                .iter()
                .all(|way| way.count() as u64 >= self.messages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quickest_round_trip_relates_the_clocks() {
        let slow = Clocks::probe(None, 1_000, 9_000, 500_000);
        let quick = Clocks::probe(Some(slow), 20_000, 20_800, 515_000);
        let both = Clocks::probe(Some(quick), 30_000, 35_000, 1);
        assert_eq!((both.probes, both.round_trip_us), (3, 800));
        assert_eq!(both.good_to_us(), 400);
        // 515 000 of the server is 20 400 of the page.
        assert_eq!(both.taken(516_000, 21_900), 500);
        assert_eq!(both.taken(516_000, 21_000), 0);
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let none = Arrivals::default();
        assert_eq!(none.percentile(50), None);
        let took_us = (1..=100).rev().collect();
        let hundred = Arrivals { took_us };
        assert_eq!(hundred.percentile(50), Some(50));
        assert_eq!(hundred.percentile(99), Some(99));
        let one = Arrivals { took_us: vec![7] };
        assert_eq!((one.percentile(50), one.percentile(99)), (Some(7), Some(7)));
    }
}
