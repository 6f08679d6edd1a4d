//! One connection seen from both ends: what the browser did and told, what crossed, on one time axis.

use spillway_protocol::control::Direction;
use spillway_websocket::{CloseCode, ItemKind};

use super::wire::{Entry, Row, WireLog};

/// Something in the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Microseconds since the socket was made, by the browser's clock.
    pub at_us: i64,
    /// What.
    pub what: What,
}

/// What happened in the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The page made the socket.
    Made,
    /// The page sent a message; in words.
    Sent(String),
    /// The page called `close`, with these arguments.
    Closing(String),
    /// The browser refused that, with this error.
    Threw(String),
    /// `open`.
    Open,
    /// `message`; in words.
    Message(String),
    /// `error`, which never says why.
    Error,
    /// `close`.
    Close {
        /// `event.code`.
        code: u16,
        /// `event.reason`.
        reason: String,
        /// `event.wasClean`.
        clean: bool,
    },
    /// `bufferedAmount` has changed to so many bytes.
    Buffered(u64),
}

/// A line of the time axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// By the browser's clock.
    pub at_us: i64,
    /// Where it is.
    pub side: Side,
}

/// Where a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// In the browser.
    Browser(What),
    /// On the wire: its direction, what it is, and what it says.
    Wire(Direction, String, String),
}

/// How the clocks are laid over each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clocks {
    /// To be added to the server's time.
    pub offset_us: i64,
    /// How far that may be off, when both bounds are known.
    pub give_or_take_us: Option<i64>,
}

/// A Close frame that crossed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseSeen {
    /// Who sent it.
    pub direction: Direction,
    /// Its code.
    pub code: Option<CloseCode>,
    /// Its reason.
    pub reason: String,
}

/// What is known of a connection's end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ending {
    /// The Close frames, in the order in which they crossed.
    pub closes: Vec<CloseSeen>,
    /// The status of a handshake that was refused.
    pub refused: Option<u16>,
    /// The server's end of the TCP connection is gone.
    pub gone: bool,
    /// What the browser told the page: code, reason, wasClean.
    pub told: Option<(u16, String, bool)>,
}

/// Both clocks' readings of things of which one must come before the other bound how far they are apart: what is
/// sent cannot cross before it is sent, and cannot be told before it crosses.
#[must_use]
pub fn clocks(events: &[Event], log: &WireLog) -> Clocks {
    let of = |wanted: fn(&What) -> bool| {
        events
            .iter()
            .filter(move |event| wanted(&event.what))
            .map(|event| event.at_us)
    };
    let crossed = |direction, wanted: fn(&Entry) -> bool| {
        let entries = log.entries().iter();
        entries.filter(move |entry| entry.direction == direction && wanted(entry))
    };
    let (to_server, to_client) = (Direction::ToServer, Direction::ToClient);
    let made = of(|what| matches!(what, What::Made)).zip(crossed(to_server, is_head));
    let sent = of(|what| matches!(what, What::Sent(_))).zip(crossed(to_server, begins_message));
    let open = of(|what| matches!(what, What::Open)).zip(crossed(to_client, is_head));
    let told = of(|what| matches!(what, What::Message(_))).zip(crossed(to_client, begins_message));
    let least = made
        .chain(sent)
        .map(|(at, entry)| at - us(entry.item.at_us))
        .max();
    // A clean end is told once the server's Close frame has come.
    let ended = of(|what| matches!(what, What::Close { clean: true, .. }));
    let ended = ended.zip(crossed(to_client, is_close));
    // One that is broken off is told once everything has crossed: nothing crosses after it.
    let broken = of(|what| matches!(what, What::Close { clean: false, .. }));
    let broken = broken.zip(log.entries().back().filter(|_| !log.is_open()));
    let most = open
        .chain(told)
        .chain(ended)
        .chain(broken)
        .map(|(at, entry)| at - us(entry.item.until_us))
        .min();
    match (least, most) {
        (Some(least), Some(most)) => Clocks {
            offset_us: i64::midpoint(least, most),
            give_or_take_us: (most >= least).then_some((most - least + 1) / 2),
        },
        (least, most) => Clocks {
            offset_us: least.or(most).unwrap_or(0),
            give_or_take_us: None,
        },
    }
}

fn is_head(entry: &Entry) -> bool {
    matches!(
        entry.item.kind,
        ItemKind::Request(_) | ItemKind::Response(_)
    )
}

fn is_close(entry: &Entry) -> bool {
    matches!(&entry.item.kind, ItemKind::Frame(frame) if frame.close().is_some())
}

fn begins_message(entry: &Entry) -> bool {
    match &entry.item.kind {
        ItemKind::Frame(frame) => frame.part.is_some_and(|part| part.fragment == 1),
        _ => false,
    }
}

fn us(at_us: u64) -> i64 {
    i64::try_from(at_us).unwrap_or(i64::MAX)
}

/// What happened at both ends, in its order, and how sure that order is.
#[must_use]
pub fn merge(events: &[Event], log: &WireLog) -> (Vec<Line>, Clocks) {
    let clocks = clocks(events, log);
    let browser = events.iter().map(|event| Line {
        at_us: event.at_us,
        side: Side::Browser(event.what.clone()),
    });
    let wire = log.entries().iter().map(|entry| {
        let row = Row::of(entry);
        Line {
            at_us: us(entry.item.at_us) + clocks.offset_us,
            side: Side::Wire(entry.direction, row.tag.name().to_owned(), row.preview),
        }
    });
    let mut lines: Vec<Line> = browser.chain(wire).collect();
    lines.sort_by_key(|line| line.at_us);
    (lines, clocks)
}

/// What is known of the end.
#[must_use]
pub fn ending(events: &[Event], log: &WireLog) -> Ending {
    let mut ending = Ending {
        gone: log.connections() > 0 && !log.is_open(),
        ..Ending::default()
    };
    for entry in log.entries() {
        match &entry.item.kind {
            ItemKind::Response(head) if head.status != 101 => ending.refused = Some(head.status),
            ItemKind::Frame(frame) => {
                if let Some(close) = frame.close() {
                    ending.closes.push(CloseSeen {
                        direction: entry.direction,
                        code: close.code,
                        reason: close.reason,
                    });
                }
            }
            ItemKind::Request(_) | ItemKind::Response(_) | ItemKind::Damaged(_) => {}
        }
    }
    ending.told = events.iter().find_map(|event| match &event.what {
        What::Close {
            code,
            reason,
            clean,
        } => Some((*code, reason.clone(), *clean)),
        _ => None,
    });
    ending
}

/// The item that tells how a connection ended: the Close frame that came first, or else the last thing that crossed.
#[must_use]
pub fn last_word(log: &WireLog) -> Option<u64> {
    let entries = log.entries();
    let close = entries.iter().find(|entry| is_close(entry));
    close.or_else(|| entries.back()).map(|entry| entry.key)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use spillway_protocol::control::{Message, WirePiece};

    use super::*;

    fn log(pieces: &[(Direction, u64, &[u8])]) -> WireLog {
        let mut log = WireLog::default();
        log.handle(&Message::WireOpen { capture: 1 }, 0);
        let pieces = pieces.iter().map(|(direction, at_us, bytes)| WirePiece {
            direction: *direction,
            at_us: *at_us,
            base64: STANDARD.encode(bytes),
        });
        log.handle(
            &Message::Wire {
                capture: 1,
                pieces: pieces.collect(),
            },
            0,
        );
        log
    }

    fn event(at_us: i64, what: What) -> Event {
        Event { at_us, what }
    }

    const REQUEST: &[u8] =
        b"GET /ws/subject HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    const ANSWER: &[u8] =
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    #[test]
    fn no_event_comes_before_the_frame_that_causes_it() {
        let hello: &[u8] = &[0x81, 0x82, 0, 0, 0, 0, b'h', b'i'];
        let log = log(&[
            (Direction::ToServer, 0, REQUEST),
            (Direction::ToClient, 300, ANSWER),
            (Direction::ToServer, 9_000, hello),
            (Direction::ToClient, 9_200, b"\x81\x02hi"),
            (Direction::ToClient, 9_300, b"\x88\x02\x03\xe9"),
        ]);
        let events = [
            event(0, What::Made),
            event(2_000, What::Open),
            event(10_000, What::Sent("hi".to_owned())),
            event(10_600, What::Message("hi".to_owned())),
        ];
        let (lines, clocks) = merge(&events, &log);
        // Sent at 10,000 and read at 9,000; written at 9,200 and told at 10,600.
        assert_eq!(
            clocks,
            Clocks {
                offset_us: 1_200,
                give_or_take_us: Some(200)
            }
        );
        let order: Vec<&str> = lines
            .iter()
            .map(|line| match &line.side {
                Side::Browser(What::Made) => "made",
                Side::Browser(What::Sent(_)) => "send",
                Side::Browser(What::Message(_)) => "message",
                Side::Browser(_) => "open",
                Side::Wire(Direction::ToServer, ..) => ">",
                Side::Wire(Direction::ToClient, ..) => "<",
            })
            .collect();
        assert_eq!(
            order,
            ["made", ">", "<", "open", "send", ">", "<", "<", "message"]
        );
        let ending = ending(&events, &log);
        assert_eq!(ending.closes[0].code, Some(CloseCode(1001)));
        assert!(!ending.gone && ending.told.is_none());
    }

    #[test]
    fn a_connection_that_is_cut_is_told_after_all_that_crossed() {
        let cut: &[u8] = &[0x81, 0x83, 0, 0, 0, 0, b'c', b'u', b't'];
        let mut log = log(&[
            (Direction::ToServer, 0, REQUEST),
            (Direction::ToClient, 300, ANSWER),
            (Direction::ToServer, 15_000, cut),
        ]);
        let clean = false;
        let reason = String::new();
        let events = [
            event(0, What::Made),
            event(40_000, What::Open),
            event(40_100, What::Sent("cut".to_owned())),
            event(
                44_000,
                What::Close {
                    code: 1006,
                    reason,
                    clean,
                },
            ),
        ];
        let last = |log: &WireLog| merge(&events, log).0.pop().map(|line| line.side);
        assert!(matches!(last(&log), Some(Side::Wire(..))), "it may go on");
        log.handle(
            &Message::WireClosed {
                capture: 1,
                lost: 0,
            },
            0,
        );
        assert!(matches!(last(&log), Some(Side::Browser(_))));
    }

    #[test]
    fn the_last_word_is_the_first_close_frame_or_whatever_crossed_last() {
        let hello: &[u8] = &[0x81, 0x82, 0, 0, 0, 0, b'h', b'i'];
        let mut pieces = vec![
            (Direction::ToServer, 0, REQUEST),
            (Direction::ToClient, 300, ANSWER),
            (Direction::ToServer, 400, hello),
        ];
        assert_eq!(last_word(&WireLog::default()), None);
        assert_eq!(last_word(&log(&pieces)), Some(3));
        pieces.push((Direction::ToClient, 500, b"\x88\x02\x03\xe9"));
        pieces.push((Direction::ToServer, 600, b"\x88\x80\0\0\0\0"));
        assert_eq!(last_word(&log(&pieces)), Some(4));
    }

    #[test]
    fn without_bytes_there_is_the_browser_alone() {
        let events = [event(0, What::Made), event(5, What::Error)];
        let (lines, clocks) = merge(&events, &WireLog::default());
        assert_eq!(lines.len(), 2);
        assert_eq!(clocks.give_or_take_us, None);
        assert!(!ending(&events, &WireLog::default()).gone);
    }
}
