//! Clients that mean harm get a reason and an end, and the others notice nothing.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{RawSocket, SOON, Server, frame, upgrade_request};

/// How long somebody else may wait for an echo meanwhile: far more than an undisturbed server
/// takes, on a machine that compiles as well.
const UNDISTURBED: Duration = Duration::from_secs(5);

/// Another client's message comes back soon.
async fn others_are_served(other: &mut RawSocket) {
    let asked = Instant::now();
    other.write(&frame(0x81, b"still served?")).await;
    assert_eq!(other.read_frame().await, (0x81, b"still served?".to_vec()));
    let took = asked.elapsed();
    assert!(took < UNDISTURBED, "another client waited {took:?}");
}

/// Everything up to the end of the connection.
async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    // A server that closes on bytes it did not read may reset the connection.
    timeout(SOON, stream.read_to_end(&mut answer))
        .await
        .expect("the connection ends")
        .ok();
    String::from_utf8_lossy(&answer).into_owned()
}

async fn is_refused(request: String, status: &str) {
    let server = Server::start().await;
    let mut other = RawSocket::connect(&server, "/ws/echo").await;
    let mut stream = TcpStream::connect(server.addr).await.unwrap();
    let request = request.replace("ADDR", &server.addr.to_string());
    // It may be refused before all of it was taken.
    stream.write_all(request.as_bytes()).await.ok();
    let answer = rest(&mut stream).await;
    assert!(
        answer.starts_with(&format!("HTTP/1.1 {status} ")),
        "{answer}"
    );
    others_are_served(&mut other).await;
    server.stop().await;
}

fn upgrade_with(more: &str) -> String {
    format!(
        "GET /ws/echo HTTP/1.1\r\nHost: ADDR\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
    )
}

#[tokio::test]
async fn an_oversized_handshake_is_refused_with_its_status() {
    is_refused(
        upgrade_with(&format!("X: {}\r\n", "x".repeat(200_000))),
        "431",
    )
    .await;
    is_refused(upgrade_with(&"X: x\r\n".repeat(2_000)), "431").await;
    let long = format!(
        "GET /{} HTTP/1.1\r\nHost: ADDR\r\n\r\n",
        "x".repeat(100_000)
    );
    is_refused(long, "414").await;
}

#[tokio::test]
async fn a_handshake_that_never_ends_is_given_ten_seconds() {
    let server = Server::start().await;
    let mut other = RawSocket::connect(&server, "/ws/echo").await;
    let mut slow = TcpStream::connect(server.addr).await.unwrap();
    let began = Instant::now();
    let request = upgrade_request(server.addr, "/ws/echo");
    slow.write_all(&request.as_bytes()[..60]).await.unwrap();
    others_are_served(&mut other).await;
    rest(&mut slow).await;
    let took = began.elapsed();
    assert!(took > Duration::from_secs(8), "it was given only {took:?}");
    others_are_served(&mut other).await;
    server.stop().await;
}

#[tokio::test]
async fn a_flood_of_pings_is_answered_and_delays_nobody() {
    const PINGS: usize = 20_000;
    let server = Server::start().await;
    let mut other = RawSocket::connect(&server, "/ws/echo").await;
    let RawSocket { stream, .. } = RawSocket::connect(&server, "/ws/echo").await;
    let (mut read, mut write) = stream.into_split();
    let flood = frame(0x89, &[b'p'; 125]).repeat(PINGS);
    let flooding = tokio::spawn(async move { write.write_all(&flood).await.map(|()| write) });
    let pong = [&[0x8a, 125][..], &[b'p'; 125]].concat();
    let mut pongs = vec![0; pong.len() * PINGS];
    let (half, rest) = pongs.split_at_mut(pong.len() * PINGS / 2);
    timeout(SOON, read.read_exact(half)).await.unwrap().unwrap();
    others_are_served(&mut other).await;
    timeout(SOON, read.read_exact(rest)).await.unwrap().unwrap();
    assert!(pongs.chunks(pong.len()).all(|got| got == pong));
    drop(flooding.await.unwrap().unwrap());
    server.stop().await;
}

#[tokio::test]
async fn fragments_without_end_close_with_1009() {
    let server = Server::start().await;
    let mut other = RawSocket::connect(&server, "/ws/echo").await;
    let mut raw = RawSocket::connect(&server, "/ws/echo").await;
    raw.write(&frame(0x02, b"")).await;
    let fragment = frame(0x00, &vec![b'x'; 1 << 20]);
    for _ in 0..16 {
        raw.write(&fragment).await;
    }
    others_are_served(&mut other).await;
    raw.write(&frame(0x00, b"one byte more, and some")).await;
    raw.expect_close(1009).await;
    others_are_served(&mut other).await;
    server.stop().await;
}

#[tokio::test]
async fn empty_fragments_without_end_take_no_memory_and_delay_nobody() {
    const FRAGMENTS: usize = 200_000;
    let server = Server::start().await;
    let mut other = RawSocket::connect(&server, "/ws/echo").await;
    let mut raw = RawSocket::connect(&server, "/ws/echo").await;
    raw.write(&frame(0x01, b"")).await;
    raw.stream
        .write_all(&frame(0x00, b"").repeat(FRAGMENTS))
        .await
        .unwrap();
    others_are_served(&mut other).await;
    raw.write(&frame(0x80, b"the end")).await;
    assert_eq!(raw.read_frame().await, (0x81, b"the end".to_vec()));
    server.stop().await;
}

#[tokio::test]
async fn script_in_names_and_texts_stays_text() {
    let server = Server::start().await;
    let script = "<script>alert(1)</script>";
    let encoded = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let mut ann = server.chat("room?name=Ann").await;
    ann.expect("welcome").await;
    // A name is data like a text: it comes as it was sent, as JSON, and never as HTML.
    let mut named = server.chat(&format!("room?name={encoded}")).await;
    assert_eq!(named.expect("welcome").await["you"], script);
    assert_eq!(ann.expect("joined").await["name"], script);
    ann.say("1", script).await;
    assert_eq!(ann.expect("said").await["text"], script);
    // A page address with script in it gives a document in which it does not stand.
    let page = server.get(&format!("/chat/{encoded}")).await;
    assert!(!page.contains("alert(1)"), "{page}");
    server.stop().await;
}
