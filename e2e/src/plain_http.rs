//! HTTP by hand, so that a body is counted as it crossed.

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// An answer, its body as it crossed.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The lines of the head, in lower case.
    pub head: Vec<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header, in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.iter().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            (found == name).then(|| value.trim())
        })
    }
}

/// Gets a path, with the compression of `accept_encoding` if there is one.
///
/// # Errors
/// When there is no answer.
pub async fn get(host: &str, path: &str, accept_encoding: Option<&str>) -> Result<Answer> {
    let mut stream = TcpStream::connect(host).await?;
    // HTTP/1.0: the end of the answer is the end of the connection, and nothing comes in pieces.
    let mut request = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\n");
    if let Some(encoding) = accept_encoding {
        request.push_str(&format!("Accept-Encoding: {encoding}\r\n"));
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    parse(answer).with_context(|| format!("the answer for {path} is not HTTP"))
}

fn parse(mut answer: Vec<u8>) -> Option<Answer> {
    let end = answer.windows(4).position(|at| at == b"\r\n\r\n")?;
    let body = answer.split_off(end + 4);
    let head = String::from_utf8_lossy(&answer).to_lowercase();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let head = head.lines().map(str::to_owned).collect();
    Some(Answer { status, head, body })
}
