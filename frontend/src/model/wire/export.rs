//! What crossed as a file for other tools.

use std::net::{Ipv4Addr, SocketAddrV4};

use spillway_protocol::control::Direction;
use spillway_websocket::{Connection, Endpoint, ItemKind, Pcapng, Segment, capture_json};

use super::{Entry, WireLog};

/// All that is kept, as pcapng. The addresses are made up: they are those that RFC 5737 keeps for
/// documents, since the page does not know its own.
#[must_use]
pub fn pcapng_of(log: &WireLog) -> Vec<u8> {
    let mut file = Pcapng::new();
    let entries: Vec<&Entry> = log.entries().iter().collect();
    for of_one in entries.chunk_by(|one, next| one.connection == next.connection) {
        let Some(first) = of_one.first() else {
            continue;
        };
        let begins = matches!(first.item.kind, ItemKind::Request(_));
        let over = first.connection < log.connections() || !log.is_open();
        let port = 50_000 + u16::try_from(first.connection % 10_000).unwrap_or_default();
        let connection = Connection {
            client: SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, 1), port),
            server: SocketAddrV4::new(Ipv4Addr::new(192, 0, 2, 2), 80),
            since_unix_us: first.since_unix_us,
            whole: begins && over && log.lost() == 0,
        };
        let mut ordered = of_one.to_vec();
        ordered.sort_by_key(|entry| entry.item.at_us);
        let segments: Vec<Segment<'_>> = ordered
            .iter()
            .map(|entry| Segment::of(endpoint(entry.direction), &entry.item))
            .collect();
        file.add(&connection, &segments);
    }
    file.finish()
}

/// All that is kept, as JSON with every field.
#[must_use]
pub fn json_of(log: &WireLog) -> String {
    let entries = log.entries().iter();
    capture_json(entries.map(|entry| (endpoint(entry.direction), &entry.item)))
}

const fn endpoint(direction: Direction) -> Endpoint {
    match direction {
        Direction::ToServer => Endpoint::Client,
        Direction::ToClient => Endpoint::Server,
    }
}
