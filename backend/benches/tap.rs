//! What watching costs: the same run with a page that reads everything and with none, in turns.
//! `cargo bench -p spillway --bench tap` prints the ratio; above 1.03 the tap costs too much.

#![expect(
    clippy::unwrap_used,
    reason = "a failed step of a bench ends the bench"
)]

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use spillway::app::{App, Config};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// Pairs of runs; odd, so that there is one in the middle.
const PAIRS: usize = 15;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

#[tokio::main]
async fn main() {
    let shared = Path::new("/dev/shm");
    let place = if shared.is_dir() {
        shared
    } else {
        Path::new(".")
    };
    let data = tempfile::tempdir_in(place).unwrap();
    let app = App::new(Config::local(data.path())).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(spillway::server::run(
        listener,
        Arc::clone(&app),
        std::future::pending(),
    ));
    println!("| run | unwatched | watched | ratio |\n|---|---|---|---|");
    for (name, between) in [
        ("copy", json!([])),
        (
            "csv filter",
            json!([{"id": "f", "kind": "csv_filter", "expr": "population>500000"}]),
        ),
        ("gzip", json!([{"id": "z", "kind": "gzip"}])),
    ] {
        let bench = Bench {
            app: Arc::clone(&app),
            addr,
            stages: stages(&between),
        };
        bench.compare(name).await;
    }
}

/// The sample through these stages.
fn stages(between: &Value) -> Value {
    let mut stages = vec![json!({"id": "source", "kind": "file_source", "file": "cities.csv"})];
    stages.extend(between.as_array().unwrap().iter().cloned());
    stages.push(json!({"id": "sink", "kind": "file_sink", "file": "out"}));
    Value::from(stages)
}

struct Bench {
    app: Arc<App>,
    addr: SocketAddr,
    stages: Value,
}

impl Bench {
    async fn compare(&self, name: &str) {
        self.run(true).await;
        let mut took = [Vec::new(), Vec::new()];
        for _ in 0..PAIRS {
            for watched in [false, true] {
                took[usize::from(watched)].push(self.run(watched).await);
            }
        }
        let [unwatched, watched] = took.map(|mut took| {
            took.sort_unstable();
            took[PAIRS / 2].as_secs_f64()
        });
        println!(
            "| {name} | {:.1} ms | {:.1} ms | {:.3} |",
            unwatched * 1e3,
            watched * 1e3,
            watched / unwatched
        );
    }

    /// How long a run takes from its start to its finished output.
    async fn run(&self, watched: bool) -> Duration {
        let (mut socket, session) = self.page().await;
        let before = self.completed();
        let began = Instant::now();
        let start = json!({"id": 2, "type": "start", "stages": self.stages});
        socket.send(Message::text(start.to_string())).await.unwrap();
        while next(&mut socket).await["type"] != "started" {}
        let reads = if watched {
            Some(tokio::spawn(async move {
                while let Some(Ok(_)) = socket.next().await {}
            }))
        } else {
            drop(socket);
            None
        };
        while self.completed() == before {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let took = began.elapsed();
        self.delete(&session).await;
        if let Some(reads) = reads {
            reads.await.unwrap();
        }
        took
    }

    fn completed(&self) -> u64 {
        self.app.metrics.runs_completed.load(Relaxed)
    }

    /// Opens the control channel and says hello; gives the session as well.
    async fn page(&self) -> (Socket, String) {
        let url = format!("ws://{}/ws/control", self.addr);
        let (mut socket, _) = connect_async(url).await.unwrap();
        let hello = json!({"id": 1, "type": "hello", "version": spillway_protocol::VERSION});
        socket.send(Message::text(hello.to_string())).await.unwrap();
        let session = next(&mut socket).await["session"]
            .as_str()
            .unwrap()
            .to_owned();
        (socket, session)
    }

    async fn delete(&self, session: &str) {
        let mut stream = TcpStream::connect(self.addr).await.unwrap();
        let head = format!(
            "DELETE /api/sessions/{session} HTTP/1.0\r\nHost: {}\r\n\r\n",
            self.addr
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.unwrap();
    }
}

/// The next message of the server.
async fn next(socket: &mut Socket) -> Value {
    loop {
        if let Message::Text(text) = socket.next().await.unwrap().unwrap() {
            return serde_json::from_str(text.as_str()).unwrap();
        }
    }
}
