//! `http_source`: a Readable over the body of a real HTTP response, like `http.IncomingMessage`:
//! this server asks itself for a sample. No address that anybody gave is ever asked.

use std::net::SocketAddr;

use axum::body::{Body, BodyDataStream};
use axum::http::header::{CONNECTION, HOST};
use axum::http::{Request, StatusCode};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use spillway_protocol::stages::Side;
use tokio::net::TcpStream;
use tokio_util::task::AbortOnDropHandle;

use super::documented::{END, choice, number};
use super::{Kind, LiveSource, Options, Plan, StageError, Worker};
use crate::data::{COLUMNS, SEED};
use crate::engine::{Ledger, Resource};
use crate::sample::MAX_ROWS;

pub(super) const KIND: Kind = Kind {
    name: "http_source",
    about: "Readable over the body of an HTTP response of this server, which comes chunked. \
            `sample` (`cities.csv`, `cities.ndjson` or `cities.json`; `cities.csv`), `rows` \
            (10000), `seed`, `bytes_per_s` (full speed when left out), `high_water_mark` (16384), \
            `label`",
    side: Side::Readable,
    options: &[
        &[
            choice(
                "sample",
                &["cities.csv", "cities.ndjson", "cities.json"],
                "what is asked for",
            )
            .or_text("cities.csv"),
            number("rows", 0, Some(MAX_ROWS), "how many cities").or(10_000),
            number("seed", 0, None, "other seeds give other cities"),
        ],
        END,
    ],
    word: None,
    plan,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HttpSourceOptions {
    sample: Option<SampleName>,
    rows: Option<u64>,
    seed: Option<u64>,
    label: Option<String>,
    bytes_per_s: Option<u64>,
    high_water_mark: Option<u64>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
enum SampleName {
    #[serde(rename = "cities.csv")]
    Csv,
    #[serde(rename = "cities.ndjson")]
    JsonLines,
    #[serde(rename = "cities.json")]
    JsonArray,
}

fn plan(options: &Options<'_>) -> Result<Plan, StageError> {
    let parsed: HttpSourceOptions = options.parse()?;
    let sample = parsed.sample.unwrap_or(SampleName::Csv);
    let name = match sample {
        SampleName::Csv => "cities.csv",
        SampleName::JsonLines => "cities.ndjson",
        SampleName::JsonArray => "cities.json",
    };
    let rows = parsed.rows.unwrap_or(10_000);
    if rows > MAX_ROWS {
        return Err(options.wrong(format!("rows {rows} is too many; there are {MAX_ROWS}")));
    }
    let seed = parsed.seed.unwrap_or(SEED);
    let path = format!("/api/samples/{name}?rows={rows}&seed={seed}");
    let columns: &'static [&'static str] = &COLUMNS;
    Ok(Plan {
        speed: Some(options.speed(parsed.bytes_per_s)?),
        gives_columns: (sample == SampleName::Csv).then_some(columns),
        ..Plan::readable(
            parsed.label.unwrap_or_else(|| format!("GET {name}")),
            options.mark(parsed.high_water_mark, options.defaults.mark)?,
            Box::new(move |places| {
                let server = places.reach()?.server.ok_or_else(|| {
                    StageError::Options(
                        "this server listens nowhere, so it has no answers".to_owned(),
                    )
                })?;
                let state = State::Asking { server, path };
                let ledger = places.ledger.clone();
                Ok(Worker::LiveSource(Box::new(HttpSource { state, ledger })))
            }),
        )
    })
}

struct HttpSource {
    state: State,
    ledger: Ledger,
}

enum State {
    /// Nothing was sent yet.
    Asking { server: SocketAddr, path: String },
    /// The body comes.
    Answered(Answer),
}

struct Answer {
    body: BodyDataStream,
    /// Drives the connection.
    _connection: AbortOnDropHandle<()>,
}

/// What HTTP keeps of the answer before it is read: the smallest that hyper allows.
const MAX_BUFFER: usize = 8 * 1024;

async fn ask(server: SocketAddr, path: &str, ledger: &Ledger) -> Result<Answer, StageError> {
    let stream = TcpStream::connect(server).await;
    let stream = stream.map_err(|error| StageError::io("cannot connect to this server", error))?;
    let socket = ledger.open(Resource::Socket);
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_BUFFER)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(broken)?;
    let connection = AbortOnDropHandle::new(tokio::spawn(async move {
        // Why it broke is told to whoever reads the body.
        connection.await.ok();
        drop(socket);
    }));
    let request = Request::get(path)
        .header(HOST, server.to_string())
        .header(CONNECTION, "close")
        .body(Body::empty())
        .map_err(|error| StageError::Data(format!("the request cannot be made: {error}")))?;
    let response = sender.send_request(request).await.map_err(broken)?;
    if response.status() != StatusCode::OK {
        let status = response.status();
        return Err(StageError::Data(format!("the server answered {status}")));
    }
    Ok(Answer {
        body: Body::new(response.into_body()).into_data_stream(),
        _connection: connection,
    })
}

fn broken(error: impl Into<axum::BoxError>) -> StageError {
    StageError::io("the HTTP answer broke off", std::io::Error::other(error))
}

impl LiveSource for HttpSource {
    fn read(&mut self, _n: usize) -> BoxFuture<'_, Result<Option<Bytes>, StageError>> {
        async move {
            if let State::Asking { server, path } = &self.state {
                self.state = State::Answered(ask(*server, path, &self.ledger).await?);
            }
            let State::Answered(answer) = &mut self.state else {
                return Ok(None);
            };
            // What HTTP gives at once is one chunk, as in Node.
            match answer.body.next().await {
                Some(Ok(chunk)) => Ok(Some(chunk)),
                Some(Err(error)) => Err(broken(error)),
                None => Ok(None),
            }
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::engine::stages::Reach;
    use crate::engine::stages::tests_support::{live_source, made, reach, refusal};

    const STAGE: &str = r#"{"id":"h","kind":"http_source","rows":7,"seed":2}"#;

    /// A server that gets one request and answers it with this, and the source that asks it.
    async fn answered_with(
        answer: &'static str,
    ) -> (Box<dyn LiveSource>, AbortOnDropHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let reach = Reach {
            server: Some(listener.local_addr().unwrap()),
            ..Reach::default()
        };
        let serves = async move {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                assert_ne!(client.read_buf(&mut request).await.unwrap(), 0);
            }
            client.write_all(answer.as_bytes()).await.unwrap();
            String::from_utf8(request).unwrap()
        };
        let serves = AbortOnDropHandle::new(tokio::spawn(serves));
        (live_source(STAGE, &reach), serves)
    }

    #[tokio::test]
    async fn it_asks_for_the_sample_and_gives_its_body() {
        let answer = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        let (mut source, serves) = answered_with(answer).await;
        assert_eq!(source.read(1).await.unwrap().unwrap(), "abc");
        assert_eq!(source.read(1).await.unwrap(), None);
        let request = serves.await.unwrap();
        assert!(request.starts_with("GET /api/samples/cities.csv?rows=7&seed=2 HTTP/1.1\r\n"));
    }

    #[tokio::test]
    async fn an_answer_that_breaks_off_is_an_error() {
        let answer = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n";
        let (mut source, _serves) = answered_with(answer).await;
        source.read(1).await.unwrap();
        let error = source.read(1).await.unwrap_err().to_string();
        assert!(error.starts_with("the HTTP answer broke off"), "{error}");
    }

    #[tokio::test]
    async fn an_answer_that_is_a_refusal_is_an_error() {
        let answer = "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n";
        let (mut source, _serves) = answered_with(answer).await;
        let error = source.read(1).await.unwrap_err().to_string();
        assert_eq!(error, "the server answered 400 Bad Request");
    }

    #[tokio::test]
    async fn its_connection_ends_with_it() {
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc";
        let (mut source, serves) = answered_with(answer).await;
        source.read(1).await.unwrap();
        serves.await.unwrap();
        let tasks = tokio::runtime::Handle::current().metrics();
        assert_eq!(tasks.num_alive_tasks(), 1);
        drop(source);
        while tasks.num_alive_tasks() > 0 {
            tokio::task::yield_now().await;
        }
    }

    #[test]
    fn more_rows_than_the_server_gives_are_refused() {
        let error = refusal(&STAGE.replace(":7", ":50000001"));
        assert!(error.contains("there are 50000000"), "{error}");
    }

    #[test]
    fn without_a_server_there_is_nobody_to_ask() {
        let error = made(STAGE, &reach()).err().unwrap().to_string();
        assert!(error.contains("listens nowhere"), "{error}");
    }
}
