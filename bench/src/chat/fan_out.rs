//! One publisher, and everybody in its room.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use tokio::task::{JoinSet, spawn_local};
use tokio::time::{sleep, timeout};

use super::connection::Connection;
use super::dialect::{Dialect, Heard};
use super::frames::{TEXT, write};
use super::process::{Cpu, resident};
use super::tally::Tally;

/// What to measure.
#[derive(Debug)]
pub(super) struct FanOut {
    pub(super) addr: String,
    pub(super) dialect: Dialect,
    /// The server's process.
    pub(super) server: String,
    pub(super) receivers: u64,
    /// Messages that the publisher has sent and not got back.
    pub(super) outstanding: u64,
    /// That are measured; a quarter as many come before.
    pub(super) messages: u64,
}

/// What was measured.
#[derive(Debug)]
pub(super) struct Measured {
    deliveries: u64,
    lost: u64,
    /// From the first message to the last delivery.
    elapsed: Duration,
    cpu: Cpu,
    client: Cpu,
    resident: u64,
    p50: f64,
    p99: f64,
}

impl FanOut {
    pub(super) async fn run(&self) -> Result<Measured> {
        let tally = Tally::new();
        let mut receivers = JoinSet::new();
        for number in 0..self.receivers {
            let name = format!("receiver-{number}");
            let connection = Connection::open(&self.addr, self.dialect, ROOM, &name).await?;
            receivers.spawn_local(receive(connection, Rc::clone(&tally)));
        }
        let publisher = Connection::open(&self.addr, self.dialect, ROOM, "publisher").await?;
        let mut publisher = Publisher {
            connection: publisher,
            dialect: self.dialect,
            tally: Rc::clone(&tally),
            back: 0,
        };
        // Whoever came in is told to the others; that is not measured.
        sleep(QUIET).await;
        let warm_up = self.messages.div_ceil(4);
        publisher = self.say(publisher, warm_up, &tally).await?.0;
        sleep(QUIET).await;
        let (before, client) = (Cpu::of(&self.server)?, Cpu::of("self")?);
        let (_publisher, elapsed) = self.say(publisher, self.messages, &tally).await?;
        let client = Cpu::of("self")?.since(client);
        // What the server puts off, such as writing to a disk, is part of its work.
        sleep(QUIET).await;
        let cpu = Cpu::of(&self.server)?.since(before);
        if let Some(ended) = receivers.try_join_next() {
            ended??;
        }
        Ok(Measured {
            deliveries: tally.count(),
            lost: tally.lost(),
            elapsed,
            cpu,
            client,
            resident: resident(&self.server)?,
            p50: tally.quantile(0.5),
            p99: tally.quantile(0.99),
        })
    }

    /// Says so many messages, and waits until everybody has got them.
    async fn say(
        &self,
        mut publisher: Publisher,
        messages: u64,
        tally: &Tally,
    ) -> Result<(Publisher, Duration)> {
        tally.start_over(messages * self.receivers);
        let began = Instant::now();
        let outstanding = self.outstanding;
        let said = spawn_local(async move {
            publisher.say(messages, outstanding).await?;
            Ok::<_, anyhow::Error>(publisher)
        });
        let mut before = 0;
        while timeout(PATIENCE, tally.complete()).await.is_err() {
            if said.is_finished() && tally.count() == before {
                break;
            }
            if tally.count() == before {
                bail!(
                    "nothing came for {PATIENCE:?}: {} deliveries",
                    tally.count()
                );
            }
            before = tally.count();
        }
        let elapsed = began.elapsed();
        Ok((said.await??, elapsed))
    }
}

/// Counts what comes, for ever.
async fn receive(mut connection: Connection, tally: Rc<Tally>) -> Result<()> {
    let mut last = 0;
    loop {
        let now = Cell::new(None);
        let heard = |heard: Heard| {
            if let Heard::Said(seq) = heard {
                // One look at the clock for all that came together.
                let at = now.get().unwrap_or_else(|| tally.now());
                now.set(Some(at));
                tally.delivered(seq, &mut last, at);
            }
        };
        connection.heard(heard).await?;
    }
}

struct Publisher {
    connection: Connection,
    dialect: Dialect,
    tally: Rc<Tally>,
    /// Number of the last of its messages that it got back.
    back: u64,
}

impl Publisher {
    /// Says so many messages and gets each back, with so many on the way.
    async fn say(&mut self, messages: u64, outstanding: u64) -> Result<()> {
        let all = self.back + messages;
        self.send(outstanding.min(messages)).await?;
        let mut sent = self.back + outstanding.min(messages);
        while self.back < all {
            let before = self.back;
            let mut wrong = None;
            let back = &mut self.back;
            let heard = |heard| {
                if let Heard::Said(seq) = heard {
                    if seq != *back + 1 {
                        wrong = Some(seq);
                    }
                    *back += 1;
                }
            };
            self.connection.heard(heard).await?;
            if let Some(seq) = wrong {
                bail!("a message came back as {seq}");
            }
            let more = (self.back - before).min(all - sent);
            self.send(more).await?;
            sent += more;
        }
        Ok(())
    }

    async fn send(&mut self, count: u64) -> Result<()> {
        let mut frames = Vec::new();
        for _ in 0..count {
            let said = self.dialect.say(self.tally.sends(), SAID);
            write(TEXT, said.as_bytes(), &mut frames);
        }
        self.connection.send(&frames).await
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.elapsed.as_secs_f64();
        write!(
            f,
            r#"{{"deliveries": {}, "lost": {}, "seconds": {seconds:.6}, "#,
            self.deliveries, self.lost
        )?;
        write!(
            f,
            r#""cpu_user": {:.2}, "cpu_system": {:.2}, "client_busy": {:.3}, "#,
            self.cpu.user,
            self.cpu.system,
            self.client.total() / seconds
        )?;
        write!(
            f,
            r#""resident": {}, "p50_ms": {:.3}, "p99_ms": {:.3}}}"#,
            self.resident, self.p50, self.p99
        )
    }
}

const ROOM: &str = "bench";

/// What is said, over and over: 64 bytes.
const SAID: &str = "the quick brown fox jumps over the lazy dog, again and again....";

/// Longer than a server puts off anything.
const QUIET: Duration = Duration::from_millis(1500);

/// How long nothing may come before the rest counts as lost.
const PATIENCE: Duration = Duration::from_secs(15);
