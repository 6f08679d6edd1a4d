//! The same messages by four transports: what the server says it counted is what crossed.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::control::Control;
use crate::support::{RawSocket, SOON, Server};

/// A connection that is kept, and how many bytes crossed it.
struct Http {
    stream: TcpStream,
    sent: u64,
    received: u64,
}

impl Http {
    async fn connect(server: &Server) -> Self {
        let stream = TcpStream::connect(server.addr).await.unwrap();
        Self {
            stream,
            sent: 0,
            received: 0,
        }
    }

    async fn send(&mut self, method: &str, path: &str, headers: &str) {
        let request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
        self.stream.write_all(request.as_bytes()).await.unwrap();
        self.sent += request.len() as u64;
    }

    async fn read(&mut self) -> u8 {
        let byte = timeout(SOON, self.stream.read_u8()).await.expect("a byte");
        self.received += 1;
        byte.unwrap()
    }

    async fn until(&mut self, end: &str) -> String {
        let mut bytes = Vec::new();
        while !bytes.ends_with(end.as_bytes()) {
            bytes.push(self.read().await);
        }
        String::from_utf8(bytes).unwrap()
    }

    /// One request with its answer's status and body.
    async fn ask(&mut self, method: &str, path: &str, headers: &str) -> (u16, String) {
        self.send(method, path, headers).await;
        let head = self.until("\r\n\r\n").await;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let mut lines = head.lines();
        let length = lines.find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().unwrap());
        let mut body = Vec::new();
        while body.len() < length {
            body.push(self.read().await);
        }
        (status, String::from_utf8(body).unwrap())
    }

    /// Asks one way again and again until every message is there.
    async fn take_all(&mut self, trial: &str, way: &str) -> u64 {
        let (mut seen, mut requests) = (0, 0);
        while seen < 100 {
            let path = format!("/api/transports/{trial}/{way}?after={seen}");
            let (status, body) = self.ask("GET", &path, "").await;
            assert_eq!(status, 200, "{body}");
            requests += 1;
            let list: Vec<Value> = serde_json::from_str(&body).unwrap();
            for note in list {
                seen += 1;
                assert_eq!(note["seq"], seen);
            }
        }
        requests
    }
}

/// Makes a trial; its answer.
async fn open(server: &Server, session: &str, query: &str) -> (u16, String) {
    let headers = format!("Spillway-Session: {session}\r\nContent-Length: 0\r\n");
    let path = format!("/api/transports{query}");
    Http::connect(server)
        .await
        .ask("POST", &path, &headers)
        .await
}

async fn measured(server: &Server, trial: &str) -> Value {
    let path = format!("/api/transports/{trial}/measured");
    let (status, body) = Http::connect(server).await.ask("GET", &path, "").await;
    assert_eq!(status, 200, "{body}");
    serde_json::from_str(&body).unwrap()
}

#[tokio::test]
async fn every_way_gets_every_message_and_is_counted_to_the_byte() {
    let server = Server::start().await;
    let control = Control::open(&server).await;
    let (status, body) = open(&server, &control.session, "?every_ms=10").await;
    assert_eq!(status, 201, "{body}");
    let opened: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (&opened["messages"], &opened["delay_ms"]),
        (&json!(100), &json!(0))
    );
    let trial = opened["trial"].as_str().unwrap();

    let mut socket = RawSocket::connect(&server, &format!("/ws/transports/{trial}")).await;
    let mut events = Http::connect(&server).await;
    events
        .send("GET", &format!("/api/transports/{trial}/events"), "")
        .await;
    events.until("\r\n\r\n").await;
    let mut polls = Http::connect(&server).await;
    // What else crosses a connection is not the trial's.
    polls.ask("GET", "/healthz", "").await;
    (polls.sent, polls.received) = (0, 0);
    let mut long_polls = Http::connect(&server).await;
    let begin = format!("/api/transports/{trial}/begin");
    let (status, _) = Http::connect(&server)
        .await
        .ask("POST", &begin, "Content-Length: 0\r\n")
        .await;
    assert_eq!(status, 204);

    let reads_events = async {
        let all = events.until("0\r\n\r\n").await;
        for seq in 1..=100 {
            assert!(
                all.contains(&format!("id: {seq}\ndata: {{\"seq\":{seq},")),
                "{all}"
            );
        }
    };
    let reads_socket = async {
        for seq in 1..=100 {
            let (first, payload) = socket.read_frame().await;
            let note: Value = serde_json::from_slice(&payload).unwrap();
            assert_eq!((first, &note["seq"]), (0x81, &json!(seq)));
        }
        socket.expect_close(1000).await;
    };
    let (polled, long_polled, (), ()) = tokio::join!(
        polls.take_all(trial, "poll"),
        long_polls.take_all(trial, "long-poll"),
        reads_events,
        reads_socket,
    );

    let measured = measured(&server, trial).await;
    let check = |way: &str, requests: u64, sent: u64, received: u64| {
        let way = &measured[way];
        let counted = ["requests", "bytes_to_server", "bytes_to_client"].map(|name| &way[name]);
        assert_eq!(
            counted,
            [requests, sent, received].map(|it| json!(it)).each_ref(),
            "{way}"
        );
        assert!(way["cpu_us"].as_u64().unwrap() > 0, "{way}");
    };
    assert_eq!(measured["made"], 100);
    check("poll", polled, polls.sent, polls.received);
    check(
        "long_poll",
        long_polled,
        long_polls.sent,
        long_polls.received,
    );
    check("sse", 1, events.sent, events.received);
    let crossed = [socket.sent.len() as u64, socket.received.len() as u64];
    check("websocket", 1, crossed[0], crossed[1]);
    assert!(
        long_polled <= 100,
        "none of its answers is empty: {long_polled}"
    );
    server.stop().await;
}

#[tokio::test]
async fn what_is_held_back_comes_later_by_the_added_time_at_least() {
    let server = Server::start().await;
    let control = Control::open(&server).await;
    let (_, body) = open(&server, &control.session, "?every_ms=10&delay_ms=120").await;
    let opened: Value = serde_json::from_str(&body).unwrap();
    let trial = opened["trial"].as_str().unwrap();
    let mut http = Http::connect(&server).await;
    let begin = format!("/api/transports/{trial}/begin");
    http.ask("POST", &begin, "Content-Length: 0\r\n").await;
    let path = format!("/api/transports/{trial}/long-poll?after=0");
    let (_, list) = http.ask("GET", &path, "").await;
    let (_, now) = http.ask("GET", "/api/transports/clock", "").await;
    let at_us = |text: &Value| text["at_us"].as_u64().unwrap();
    let list: Value = serde_json::from_str(&list).unwrap();
    let now: Value = serde_json::from_str(&now).unwrap();
    assert!(at_us(&now) >= at_us(&list[0]) + 120_000, "{now} {list}");
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_tried_is_refused_in_words() {
    let server = Server::start().await;
    let control = Control::open(&server).await;
    let check = async |session: &str, query: &str, status: u16, says: &str| {
        let (found, text) = open(&server, session, query).await;
        assert_eq!(found, status, "{text}");
        assert!(text.contains(says), "{text}");
    };
    check("nobody", "", 404, "no such session").await;
    check(
        &control.session,
        "?every_ms=9",
        400,
        "every_ms is 9; it may be 10 to 200",
    )
    .await;
    check(
        &control.session,
        "?delay_ms=501",
        400,
        "delay_ms is 501; it may be 0 to 500",
    )
    .await;
    check(&control.session, "?every_ms=soon", 400, "invalid digit").await;
    check(&control.session, "?to=elsewhere", 400, "unknown field").await;
    let mut http = Http::connect(&server).await;
    let (status, text) = http
        .ask("POST", "/api/transports", "Content-Length: 0\r\n")
        .await;
    assert_eq!((status, text.contains("Spillway-Session")), (400, true));
    for path in ["poll?after=0", "long-poll?after=0", "events", "measured"] {
        let path = format!("/api/transports/none/{path}");
        assert_eq!(http.ask("GET", &path, "").await.0, 404, "{path}");
    }
    let (_, body) = open(&server, &control.session, "").await;
    let opened: Value = serde_json::from_str(&body).unwrap();
    let path = format!("/api/transports/{}/poll", opened["trial"].as_str().unwrap());
    assert_eq!(http.ask("GET", &path, "").await.0, 400, "no `after`");
    RawSocket::connect(&server, "/ws/transports/none")
        .await
        .expect_close(1008)
        .await;
    server.stop().await;
}
