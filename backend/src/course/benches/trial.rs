//! A trial of the transports, asked for by each way.

use spillway_protocol::transports::Trial;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::client::Heard;
use super::connect;
use super::page::Page;

/// Messages come this soon after each other: a page lets them come more slowly.
const EVERY_MS: u64 = 10;

/// Measures once, as the page does.
pub(super) async fn measure(page: &Page) -> Result<(), String> {
    let open = format!(
        "POST /api/transports?every_ms={EVERY_MS}&lesson={}",
        page.lesson
    );
    let opened = http(page, &open).await?;
    let trial: Trial =
        serde_json::from_slice(&opened).map_err(|error| format!("no trial was opened: {error}"))?;
    let at = format!("/api/transports/{}", trial.trial);
    let mut socket = connect(page, &format!("/ws/transports/{}", trial.trial)).await?;
    let (poll, long_poll) = (
        format!("GET {at}/poll?after=0"),
        format!("GET {at}/long-poll?after=0"),
    );
    let (events, begin) = (format!("GET {at}/events"), format!("POST {at}/begin"));
    let by_socket = async { while socket.hear().await != Heard::End {} };
    let polled = http(page, &poll).await.map(drop);
    let (events, long_poll, begun, ()) = tokio::join!(
        http(page, &events),
        http(page, &long_poll),
        http(page, &begin),
        by_socket
    );
    polled
        .and(events.map(drop))
        .and(long_poll.map(drop))
        .and(begun.map(drop))
}

/// The body of the answer to this request.
async fn http(page: &Page, line: &str) -> Result<Vec<u8>, String> {
    let request = format!(
        "{line} HTTP/1.1\r\nHost: {}\r\nSpillway-Session: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        page.server, page.session.id
    );
    let exchange = async {
        let mut stream = TcpStream::connect(page.server).await?;
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    let answer = exchange.await.map_err(|error| error.to_string())?;
    let end = spillway_websocket::head_end(&answer).ok_or("the server did not answer")?;
    if !answer.starts_with(b"HTTP/1.1 2") {
        let body = String::from_utf8_lossy(&answer[end..]);
        return Err(format!("the server refused: {body}"));
    }
    Ok(answer[end..].to_vec())
}
