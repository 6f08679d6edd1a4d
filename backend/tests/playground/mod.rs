//! A real server on a free port with a small sample, and a client of its control channel.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use spillway::app::{App, Config};
use spillway_protocol::control;
use spillway_streams::RunView;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// Bytes of the sample: enough for a few dozen chunks.
const SAMPLE: u64 = 1_500_000;

/// Longest wait for anything; reached, the test has failed.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Playground {
    pub(crate) addr: SocketAddr,
    data: TempDir,
    _stop: oneshot::Sender<()>,
}

impl Playground {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut config = Config::local(data.path());
        config.sample_bytes = SAMPLE;
        change(&mut config);
        let app = App::new(config).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        tokio::spawn(spillway::server::run(listener, app, async {
            let _dropped = stopped.await;
        }));
        Self {
            addr,
            data,
            _stop: stop,
        }
    }

    pub(crate) fn sample(&self) -> String {
        let path = self.data.path().join(format!("cities-{SAMPLE}.csv"));
        std::fs::read_to_string(path).unwrap()
    }

    pub(crate) fn run_folders(&self) -> usize {
        std::fs::read_dir(self.data.path().join("runs"))
            .unwrap()
            .count()
    }

    /// Files in the folders of all runs.
    pub(crate) fn run_files(&self) -> usize {
        let runs = std::fs::read_dir(self.data.path().join("runs")).unwrap();
        // A folder that has gone since then has no files.
        runs.filter_map(|run| std::fs::read_dir(run.unwrap().path()).ok())
            .map(Iterator::count)
            .sum()
    }

    pub(crate) fn upload_files(&self) -> usize {
        std::fs::read_dir(self.data.path().join("uploads"))
            .unwrap()
            .count()
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Vec<u8>) {
        self.request("GET", path).await
    }

    pub(crate) async fn delete(&self, path: &str) -> u16 {
        self.request("DELETE", path).await.0
    }

    /// One plain HTTP/1.0 request, so that the end of the answer is the end of the connection.
    async fn request(&self, method: &str, path: &str) -> (u16, Vec<u8>) {
        let mut stream = TcpStream::connect(self.addr).await.unwrap();
        let head = format!("{method} {path} HTTP/1.0\r\nHost: {}\r\n\r\n", self.addr);
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let end = answer.windows(4).position(|at| at == b"\r\n\r\n").unwrap();
        let status = std::str::from_utf8(&answer[9..12])
            .unwrap()
            .parse()
            .unwrap();
        (status, answer.split_off(end + 4))
    }
}

/// The rows of the sample with more than half a million people, by plain string handling.
pub(crate) fn filtered_offline(sample: &str) -> String {
    let keeps = |line: &str| {
        let population = line.rsplit(',').next().unwrap().trim_end();
        population
            .parse::<u64>()
            .is_ok_and(|people| people > 500_000)
    };
    let mut lines = sample.split_inclusive('\n');
    let header = lines.next().unwrap().to_owned();
    header + &lines.filter(|line| keeps(line)).collect::<String>()
}

/// A page without a browser: it keeps the fold of each run, as the page does.
pub(crate) struct Page {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(crate) session: String,
    next_id: u64,
    views: HashMap<String, RunView>,
    ready: HashMap<String, Value>,
    events: VecDeque<(String, Value)>,
}

impl Page {
    pub(crate) async fn connect(playground: &Playground) -> Self {
        Self::connect_to(playground.addr).await
    }

    pub(crate) async fn connect_to(addr: SocketAddr) -> Self {
        let url = format!("ws://{addr}/ws/control");
        let (socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
        Self {
            socket,
            session: String::new(),
            next_id: 1,
            views: HashMap::new(),
            ready: HashMap::new(),
            events: VecDeque::new(),
        }
    }

    pub(crate) async fn open(playground: &Playground) -> Self {
        let mut page = Self::connect(playground).await;
        page.hello(None).await;
        page
    }

    pub(crate) async fn hello(&mut self, session: Option<&str>) -> Value {
        let welcome = self
            .ask(
                json!({"type": "hello", "version": spillway_protocol::VERSION, "session": session}),
            )
            .await;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        welcome["session"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.session);
        welcome
    }

    pub(crate) async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// Sends a request and gives its answer; what comes in between is folded.
    pub(crate) async fn ask(&mut self, mut request: Value) -> Value {
        let id = self.next_id;
        self.next_id += 1;
        request["id"] = json!(id);
        self.send_text(&request.to_string()).await;
        loop {
            let message = self.next().await.expect("an answer before the end");
            if message["id"] == json!(id) {
                return message;
            }
        }
    }

    pub(crate) async fn ok(&mut self, request: Value) {
        let answer = self.ask(request.clone()).await;
        assert_eq!(answer["type"], "ok", "{request}: {answer}");
    }

    pub(crate) async fn start(&mut self, stages: Value) -> String {
        let answer = self.ask(json!({"type": "start", "stages": stages})).await;
        assert_eq!(answer["type"], "started", "{answer}");
        answer["run"].as_str().unwrap().to_owned()
    }

    /// The next message; `None` when the server has closed.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        let next = tokio::time::timeout(PATIENCE, self.next_whenever()).await;
        next.expect("a message within the time")
    }

    /// The next message as text, not folded: for a page that only has to keep up.
    pub(crate) async fn next_text(&mut self) -> Option<String> {
        loop {
            match self.socket.next().await? {
                Ok(Message::Text(text)) => return Some(text.as_str().to_owned()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    async fn next_whenever(&mut self) -> Option<Value> {
        loop {
            match self.socket.next().await? {
                Ok(Message::Text(text)) => {
                    let message: Value = serde_json::from_str(&text).unwrap();
                    self.fold(&message);
                    return Some(message);
                }
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Waits for the Close frame and gives its code.
    pub(crate) async fn closed(&mut self) -> u16 {
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            match frame.expect("a close within the time") {
                Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
                Some(Ok(_)) => {}
                other => panic!("no Close frame: {other:?}"),
            }
        }
    }

    /// The picture of a run as it is known now; waits for the first one.
    pub(crate) async fn view(&mut self, run: &str) -> Value {
        self.until(run, |_| true).await
    }

    /// Waits until the picture of a run is as wanted.
    pub(crate) async fn until(&mut self, run: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let until = tokio::time::timeout(PATIENCE, self.until_whenever(run, wanted)).await;
        until.expect("the picture as wanted within the time")
    }

    async fn until_whenever(&mut self, run: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            if let Some(view) = self.views.get(run) {
                let view = serde_json::to_value(view).unwrap();
                if wanted(&view) {
                    return view;
                }
            }
            self.next().await.expect("more of the run");
        }
    }

    /// Waits for an event of a run.
    pub(crate) async fn until_event(
        &mut self,
        run: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Value {
        loop {
            while let Some((of, event)) = self.events.pop_front() {
                if of == run && wanted(&event) {
                    return event;
                }
            }
            self.next().await.expect("more of the run");
        }
    }

    /// Waits until the output of a run can be fetched.
    pub(crate) async fn until_ready(&mut self, run: &str) -> Value {
        while !self.ready.contains_key(run) {
            self.next().await.expect("more of the run");
        }
        self.until(run, |view| !view["outcome"].is_null()).await;
        self.ready[run].clone()
    }

    fn fold(&mut self, message: &Value) {
        match serde_json::from_value(message.clone()).expect("a message of the protocol") {
            control::Message::Snapshot { run, view, .. } => {
                self.views.insert(run, view);
            }
            control::Message::Events {
                run, events, view, ..
            } => {
                for event in &events {
                    let event = serde_json::to_value(event).unwrap();
                    self.events.push_back((run.clone(), event));
                }
                let known = self.views.get_mut(&run).expect("a snapshot comes first");
                match view {
                    Some(view) => *known = view,
                    None => events.iter().for_each(|event| known.apply(event)),
                }
            }
            control::Message::Ready { run, .. } => {
                self.ready.insert(run, message["download"].clone());
            }
            _ => {}
        }
    }
}
