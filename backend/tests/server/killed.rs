//! A server that is killed while people talk: what it acknowledged is kept.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

use crate::support::SOON;

const ROUNDS: usize = 20;
const TALKERS: usize = 3;
const OUTSTANDING: usize = 16;

/// Killed when a test ends, however.
struct Served {
    child: Child,
    addr: String,
}

impl Served {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_spillway"))
            .args([
                "serve",
                "--addr",
                "127.0.0.1:0",
                "--chat-rate",
                "0",
                "--data",
            ])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let addr = line.trim().strip_prefix("listening on http://").unwrap();
        let addr = addr.to_owned();
        Self { child, addr }
    }

    /// SIGKILL: not an instruction of it runs after this.
    fn kill_9(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// What a client remembers over the lives of the server.
#[derive(Default)]
struct Client {
    name: String,
    token: Option<String>,
    /// Everything that came, by `seq`.
    heard: BTreeMap<u64, (String, String)>,
    /// Own ids that were sent, and the `seq` of those that were acknowledged.
    sent: BTreeMap<u64, Option<u64>>,
}

impl Client {
    fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    fn url(&self, addr: &str) -> String {
        let after = self.heard.last_key_value().map_or(0, |(seq, _)| *seq);
        let token = self.token.as_ref();
        let token = token.map_or(String::new(), |token| format!("&token={token}"));
        format!(
            "ws://{addr}/ws/chat/room?name={}&after={after}{token}",
            self.name
        )
    }

    fn outstanding(&self) -> usize {
        self.unanswered().len()
    }

    /// What it has sent and was never told of.
    fn unanswered(&self) -> Vec<u64> {
        let open = self.sent.iter().filter(|(_, seq)| seq.is_none());
        open.map(|(id, _)| *id).collect()
    }

    /// Talks, if it is a talker, until the connection breaks, or all was said and it is told to.
    async fn stay(mut self, addr: String, talks: bool, acknowledged: mpsc::Sender<()>) -> Self {
        let Ok((mut socket, _)) = connect_async(self.url(&addr)).await else {
            return self;
        };
        for id in self.unanswered() {
            socket.send(say(id)).await.ok();
        }
        loop {
            while talks && self.outstanding() < OUTSTANDING {
                let id = self.sent.len() as u64 + 1;
                self.sent.insert(id, None);
                if socket.send(say(id)).await.is_err() {
                    return self;
                }
            }
            let Some(Ok(Message::Text(text))) = socket.next().await else {
                return self;
            };
            let message: Value = serde_json::from_str(&text).unwrap();
            if self.hear(&message) {
                acknowledged.send(()).await.ok();
            }
        }
    }

    /// Takes a message in; whether it is an acknowledgement.
    fn hear(&mut self, message: &Value) -> bool {
        match message["type"].as_str().unwrap() {
            "welcome" => {
                let token = message["token"].as_str().unwrap().to_owned();
                let before = self.token.replace(token.clone());
                assert_eq!(before.unwrap_or(token.clone()), token, "the token is kept");
                assert_eq!(message["you"], self.name.as_str());
                false
            }
            "said" => {
                let seq = message["seq"].as_u64().unwrap();
                let [from, id] = ["from", "id"].map(|it| message[it].as_str().unwrap().to_owned());
                if from == self.name {
                    let mine = self.sent.get_mut(&id.parse().unwrap()).unwrap();
                    let before = mine.replace(seq);
                    assert!(before.is_none_or(|before| before == seq), "{id} was moved");
                }
                let own = from == self.name;
                let before = self.heard.insert(seq, (from, id));
                // A message sent again may be answered, and then come in its turn.
                assert!(before.is_none() || own, "{seq} came twice");
                own
            }
            "joined" | "left" => false,
            _ => panic!("{message}"),
        }
    }
}

fn say(id: u64) -> Message {
    let say = json!({"type": "say", "id": id.to_string(), "text": format!("message {id}")});
    Message::text(say.to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_twenty_times_loses_nothing_it_acknowledged() {
    let data = tempfile::tempdir().unwrap();
    let mut clients: Vec<Client> = (0..TALKERS)
        .map(|it| Client::new(&format!("t{it}")))
        .collect();
    clients.push(Client::new("listener"));
    for round in 0..ROUNDS {
        let mut served = Served::start(data.path());
        let (acknowledged, mut acknowledgements) = mpsc::channel(1024);
        let stay = |client: Client| {
            let talks = client.name != "listener";
            tokio::spawn(client.stay(served.addr.clone(), talks, acknowledged.clone()))
        };
        let staying: Vec<_> = clients.drain(..).map(stay).collect();
        // At another moment each time.
        for _ in 0..100 + 7 * round {
            timeout(SOON, acknowledgements.recv())
                .await
                .expect("it is kept")
                .unwrap();
        }
        served.kill_9();
        drop(acknowledgements);
        for client in staying {
            clients.push(
                timeout(SOON, client)
                    .await
                    .expect("the end is noticed")
                    .unwrap(),
            );
        }
    }
    check(data.path(), clients).await;
}

/// A last server answers what is still outstanding; then all must agree.
async fn check(data: &Path, mut clients: Vec<Client>) {
    let served = Served::start(data);
    for client in &mut clients {
        let (mut socket, _) = connect_async(client.url(&served.addr)).await.unwrap();
        for id in client.unanswered() {
            socket.send(say(id)).await.unwrap();
        }
        while client.outstanding() > 0 {
            let next = timeout(SOON, socket.next()).await.expect("an answer comes");
            let Some(Ok(Message::Text(text))) = next else {
                panic!("{next:?}");
            };
            client.hear(&serde_json::from_str(&text).unwrap());
        }
    }
    let listener = clients
        .iter_mut()
        .find(|client| client.name == "listener")
        .unwrap();
    let total: usize = TALKERS * 100;
    let (mut socket, _) = connect_async(listener.url(&served.addr)).await.unwrap();
    let mut last = u64::MAX;
    while listener.heard.last_key_value().map_or(0, |it| *it.0) < last {
        let Some(Ok(Message::Text(text))) = timeout(SOON, socket.next()).await.unwrap() else {
            panic!("the connection stays");
        };
        let message: Value = serde_json::from_str(&text).unwrap();
        last = message["seq"]
            .as_u64()
            .filter(|_| message["type"] == "welcome")
            .unwrap_or(last);
        listener.hear(&message);
    }
    let heard = &clients
        .iter()
        .find(|client| client.name == "listener")
        .unwrap()
        .heard;
    assert!(heard.keys().copied().eq(1..=last), "no number is missing");
    assert!(heard.len() > total, "{} is not heavy", heard.len());
    let mut times: HashMap<(&str, &str), Vec<u64>> = HashMap::new();
    for (seq, (from, id)) in heard {
        times.entry((from, id)).or_default().push(*seq);
    }
    for client in &clients {
        for (id, seq) in &client.sent {
            let name = id.to_string();
            let kept = &times[&(client.name.as_str(), name.as_str())];
            assert_eq!(*kept, [seq.unwrap()], "{} of {}", id, client.name);
        }
    }
}
