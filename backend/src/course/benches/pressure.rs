//! The chains of `/pressure`, each read by a client as slowly as it is told.

use std::time::Duration;

use serde_json::{Map, json};
use spillway_protocol::control::{Command, Join, Message, StageSpec, Start};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use super::client::{Client, Heard};
use super::connect;
use super::page::Page;

/// What the page reads at first, bytes a second.
const FIRST: u64 = 1_000_000;

/// The stage that delivers.
const OUT: &str = "out";

/// What is running, and how fast it is read.
pub(super) struct Chains {
    running: Vec<Chain>,
    /// Bytes a second; `None`: as fast as they come.
    speed: watch::Sender<Option<u64>>,
}

struct Chain {
    name: String,
    run: String,
    reading: JoinHandle<()>,
}

impl Default for Chains {
    fn default() -> Self {
        Self {
            running: Vec::new(),
            speed: watch::Sender::new(Some(FIRST)),
        }
    }
}

impl Drop for Chain {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl Chains {
    /// Does what the control of this name does.
    pub(super) async fn press(
        &mut self,
        page: &Page,
        name: &str,
        given: &[&str],
    ) -> Result<(), String> {
        match (name, given) {
            ("run", [chain]) => self.run(page, chain).await,
            ("stop", [chain]) => self.stop(page, chain).await,
            ("read", given) => {
                let speed = given.first().and_then(|speed| speed.parse().ok());
                self.speed.send_replace(speed);
                Ok(())
            }
            (name, _) => Err(format!("the checker knows no `{name}()` here")),
        }
    }

    /// Starts a chain, as the page does: one that runs is ended before.
    async fn run(&mut self, page: &Page, chain: &str) -> Result<(), String> {
        self.stop(page, chain).await?;
        let started = page.ask(Command::Start(start(chain, &page.lesson))).await?;
        let Message::Started { run, .. } = started else {
            return Err("the server's answer is no run".to_owned());
        };
        let mut client = connect(page, &format!("/ws/runs/{run}/{OUT}")).await?;
        if client.hear().await != Heard::Answer(101) {
            return Err("the run's WebSocket was refused".to_owned());
        }
        // A plain WebSocket is read by the browser, however slow the page is.
        let speed = (chain != "plain").then(|| self.speed.subscribe());
        self.running.push(Chain {
            name: chain.to_owned(),
            run,
            reading: tokio::spawn(read(client, speed)),
        });
        Ok(())
    }

    async fn stop(&mut self, page: &Page, chain: &str) -> Result<(), String> {
        let at = self.running.iter().position(|known| known.name == chain);
        if let Some(at) = at {
            let chain = self.running.remove(at);
            let run = chain.run.clone();
            page.ask(Command::End { run }).await?;
        }
        Ok(())
    }
}

/// Reads a tenth of a second's bytes at a time; at full speed, whatever comes.
async fn read(mut client: Client, mut speed: Option<watch::Receiver<Option<u64>>>) {
    const TENTH: Duration = Duration::from_millis(100);
    loop {
        let now = speed.as_mut().and_then(|speed| *speed.borrow_and_update());
        let tenth = now.map(|speed| usize::try_from(speed / 10).unwrap_or(usize::MAX));
        let mut left = tenth.unwrap_or(AT_ONCE);
        while left > 0 {
            let read = client.skip(left).await;
            if read == 0 {
                return;
            }
            left -= read;
        }
        match (&mut speed, now) {
            (Some(speed), Some(0)) => {
                // The controls live as long as this.
                speed.changed().await.ok();
            }
            (_, Some(_)) => sleep(TENTH).await,
            (_, None) => {}
        }
    }
}

/// Bytes read at full speed before the speed is looked at again.
const AT_ONCE: usize = 1 << 20;

/// What the page starts for a chain.
fn start(chain: &str, lesson: &str) -> Start {
    let stage = |id: &str, kind: &str, options| StageSpec {
        id: id.to_owned(),
        kind: kind.to_owned(),
        options,
    };
    let options = |value: serde_json::Value| value.as_object().cloned().unwrap_or_default();
    let source = match chain {
        "subject" => stage(
            "source",
            "file_source",
            options(json!({"file": "cities.csv"})),
        ),
        _ => stage(
            "source",
            "csv_sample",
            options(json!({"bytes": 400_000_000, "bytes_per_s": 8_000_000})),
        ),
    };
    let join = if chain == "ignored" {
        Join::Write
    } else {
        Join::Pipe
    };
    Start {
        lesson: Some(lesson.to_owned()),
        stages: Some(vec![source, stage(OUT, "websocket", Map::new())]),
        join: Some(join),
        ..Start::default()
    }
}
