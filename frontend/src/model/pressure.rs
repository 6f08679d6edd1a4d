//! Pressure across a socket: what each chain is, and where its bytes are.

use serde_json::{Map, Value};
use spillway_protocol::control::{Join, StageSpec, Start};
use spillway_protocol::delivery::SocketQueues;
use spillway_streams::{Outcome, RunView};

use crate::geometry::scale::SPEEDS;

/// A run whose bytes go to this page by a WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chain {
    /// Every part waits for the next.
    Subject,
    /// The browser does not wait for the page.
    Plain,
    /// The server's program does not wait for its socket.
    Ignored,
}

/// All of them, in the order in which they are shown.
pub const CHAINS: [Chain; 3] = [Chain::Subject, Chain::Plain, Chain::Ignored];

/// Bytes that may wait in the page for a plain WebSocket's slow handler before it gives up.
pub const MOST_WAITING: u64 = 64_000_000;

/// The stage that delivers.
pub const OUT: &str = "out";

impl Chain {
    /// Its name in tests.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Plain => "plain",
            Self::Ignored => "ignored",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Subject => "Pressure all the way",
            Self::Plain => "A plain WebSocket in the browser",
            Self::Ignored => "A send queue that nobody bounds",
        }
    }

    /// Both ends as code: the server's and the page's.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Subject => "file.pipe(socket) → await reader.read()",
            Self::Plain => "sample.pipe(socket) → onmessage = async (event) => await slow(event)",
            Self::Ignored => {
                "sample.on('data', (chunk) => socket.write(chunk)) → await reader.read()"
            }
        }
    }

    /// What is at its beginning.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::Subject => "file read",
            Self::Plain | Self::Ignored => "sample made",
        }
    }

    /// What the server runs.
    #[must_use]
    pub fn start(self) -> Start {
        let source = match self {
            Self::Subject => stage("source", "file_source", &[("file", "cities.csv".into())]),
            Self::Plain | Self::Ignored => stage(
                "source",
                "csv_sample",
                &[
                    ("bytes", 400_000_000.into()),
                    ("bytes_per_s", 8_000_000.into()),
                ],
            ),
        };
        let join = match self {
            Self::Subject | Self::Plain => Join::Pipe,
            Self::Ignored => Join::Write,
        };
        Start {
            stages: Some(vec![source, stage(OUT, "websocket", &[])]),
            join: Some(join),
            ..Start::default()
        }
    }
}

fn stage(id: &str, kind: &str, options: &[(&str, Value)]) -> StageSpec {
    let options: Map<String, Value> = options
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    StageSpec {
        id: id.to_owned(),
        kind: kind.to_owned(),
        options,
    }
}

/// Bytes a second at a position of the slider: the first is none at all, the last no limit.
#[must_use]
pub fn reading_speed(step: usize) -> Option<u64> {
    match step {
        0 => Some(0),
        step => SPEEDS.at(step - 1),
    }
}

/// The slider's last position.
#[must_use]
pub const fn full_speed() -> usize {
    SPEEDS.full_speed() + 1
}

/// The slider's position nearest to so many bytes a second; `None`: as fast as it can.
#[must_use]
pub fn nearest_step(speed: Option<u64>) -> usize {
    match speed {
        Some(0) => 0,
        speed => SPEEDS.step_of(speed) + 1,
    }
}

/// What the page has done with what came, in bytes of frames.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// Handed to the page's program by the browser.
    pub received: u64,
    /// Done with.
    pub read: u64,
    /// Why the page ended it.
    pub given_up: Option<String>,
}

impl Reading {
    /// A message of so many bytes, with the head of its frame.
    #[must_use]
    pub const fn frame(bytes: u64) -> u64 {
        bytes
            + match bytes {
                0..126 => 2,
                126..65_536 => 4,
                _ => 10,
            }
    }
}

/// Where the bytes of a chain are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gauges {
    /// Bytes that the source gave.
    pub source: u64,
    /// In the Readable's buffer, and its mark.
    pub readable: (u64, u64),
    /// In the Writable's buffer, and its mark.
    pub writable: (u64, u64),
    /// What the socket has made frames of and its kernel has not taken.
    pub sending: Option<u64>,
    /// In the send queue of the server's kernel.
    pub kernel_send: Option<u64>,
    /// In the receive queue of the browser's kernel, when that is the same machine.
    pub kernel_receive: Option<u64>,
    /// In the browser: taken from its kernel and not handed to the page.
    pub browser: Option<u64>,
    /// Handed to the page and not done with.
    pub waiting: u64,
    /// What the page is done with.
    pub read: u64,
    /// How the run ended.
    pub outcome: Option<Outcome>,
    /// Why the page ended it.
    pub given_up: Option<String>,
}

impl Gauges {
    /// What is known of a chain, each part measured where it is: the run's picture, the server's
    /// answer about its socket, and what the page has counted.
    #[must_use]
    pub fn of(view: &RunView, queues: Option<&SocketQueues>, reading: &Reading) -> Self {
        let source = view
            .stages
            .first()
            .and_then(|stage| stage.readable.as_ref());
        let sink = view.stages.get(1).and_then(|stage| stage.writable.as_ref());
        let browser = queues.and_then(|queues| {
            let in_kernels = queues.kernel_send? + queues.kernel_receive?;
            Some(queues.written.saturating_sub(in_kernels + reading.received))
        });
        Self {
            source: source.map_or(0, |side| side.bytes + side.buffered),
            readable: source.map_or((0, 0), |side| (side.buffered, side.mark)),
            writable: sink.map_or((0, 0), |side| (side.buffered, side.mark)),
            sending: queues.map(|queues| queues.handed.saturating_sub(queues.written)),
            kernel_send: queues.and_then(|queues| queues.kernel_send),
            kernel_receive: queues.and_then(|queues| queues.kernel_receive),
            browser,
            waiting: reading.received.saturating_sub(reading.read),
            read: reading.read,
            outcome: view.outcome.clone(),
            given_up: reading.given_up.clone(),
        }
    }

    /// Bytes that have left the source and are not read.
    #[must_use]
    pub const fn on_the_way(&self) -> u64 {
        self.source.saturating_sub(self.read)
    }
}

/// How long the source has stood still.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Still {
    bytes: u64,
    since_ms: f64,
}

impl Still {
    /// The source has given so many bytes by now; answers for how many milliseconds it has not
    /// given one more.
    pub fn at(&mut self, bytes: u64, now_ms: f64) -> u64 {
        if bytes != self.bytes || self.since_ms == 0.0 {
            *self = Self {
                bytes,
                since_ms: now_ms,
            };
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "time goes forward"
        )]
        let still = (now_ms - self.since_ms).max(0.0) as u64;
        still
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_step_reads_nothing_and_the_last_has_no_limit() {
        assert_eq!(reading_speed(0), Some(0));
        assert_eq!(reading_speed(1), SPEEDS.at(0));
        assert_eq!(reading_speed(full_speed()), None);
    }

    #[test]
    fn what_is_in_the_browser_is_what_is_nowhere_else() {
        let queues = SocketQueues {
            handed: 1_100,
            written: 1_000,
            kernel_send: Some(300),
            kernel_receive: Some(200),
        };
        let reading = Reading {
            received: 450,
            read: 50,
            given_up: None,
        };
        let gauges = Gauges::of(&RunView::default(), Some(&queues), &reading);
        assert_eq!((gauges.sending, gauges.browser), (Some(100), Some(50)));
        assert_eq!((gauges.waiting, gauges.read), (400, 50));
        let remote = SocketQueues {
            kernel_receive: None,
            ..queues
        };
        let gauges = Gauges::of(&RunView::default(), Some(&remote), &reading);
        assert_eq!(gauges.browser, None, "the other machine does not tell");
    }

    #[test]
    fn frames_have_heads() {
        let frames = [125, 126, 65_536].map(Reading::frame);
        assert_eq!(frames, [127, 130, 65_546]);
    }

    #[test]
    fn what_stands_is_timed_from_its_last_byte() {
        let mut still = Still::default();
        let times = [(0, 10.0), (5, 20.0), (5, 50.0), (6, 60.0), (6, 61.0)];
        let told = times.map(|(bytes, now)| still.at(bytes, now));
        assert_eq!(told, [0, 0, 30, 0, 1]);
    }
}
