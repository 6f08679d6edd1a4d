//! What a connection costs that says nothing.

use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::connection::Connection;
use super::dialect::Dialect;
use super::process::resident;

/// Opens so many connections, in rooms of [`IN_A_ROOM`], and says what they took.
pub(super) async fn run(addr: &str, dialect: Dialect, server: &str, count: u64) -> Result<String> {
    // One that goes again, so that what is made for the first one is not counted.
    drop(Connection::open(addr, dialect, "first", "first").await?);
    sleep(QUIET).await;
    let before = resident(server)?;
    let began = Instant::now();
    let mut open = JoinSet::new();
    for number in 0..count {
        let room = format!("room-{}", number / IN_A_ROOM);
        let name = format!("guest-{number}");
        let mut connection = Connection::open(addr, dialect, &room, &name).await?;
        open.spawn_local(async move {
            loop {
                connection.heard(|_| ()).await?;
            }
        });
    }
    let seconds = began.elapsed().as_secs_f64();
    sleep(QUIET).await;
    let after = resident(server)?;
    if let Some(ended) = open.try_join_next() {
        let ended: Result<(), anyhow::Error> = ended?;
        ended?;
    }
    let each = after.saturating_sub(before) / count.max(1);
    Ok(format!(
        r#"{{"connections": {count}, "seconds": {seconds:.3}, "before": {before}, "after": {after}, "each": {each}}}"#
    ))
}

/// As many as a lecture.
const IN_A_ROOM: u64 = 100;

/// Until what was done for the last of them is over.
const QUIET: Duration = Duration::from_secs(3);
