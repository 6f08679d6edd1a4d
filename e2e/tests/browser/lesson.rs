//! What the tests do on the page of a lesson.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use spillway_e2e::{Browser, Key, Scene, get, id};
use tokio::time::{Instant, sleep};

/// The lesson with a source, a filter, gzip and a sink.
pub(crate) const PIPE: &str = "/lesson/streams/pipe-and-unpipe";

/// The lesson with a source and a sink alone.
pub(crate) const PAUSE: &str = "/lesson/streams/pause-and-resume";

/// The lesson with a chat and its bytes.
pub(crate) const CHAT: &str = "/lesson/websockets/a-chat-is-a-duplex";

/// A run that fails.
pub(crate) const FAILS: &str = "/lesson/measuring/fails";

/// A run of thousands of events a second.
pub(crate) const FLOOD: &str = "/lesson/measuring/flood";

/// Waits until more than `bytes` have left the source.
pub(crate) async fn flows_beyond(page: &Browser, bytes: u64) -> Result<()> {
    let more = |count| count > bytes;
    let source = id("stage-source-bytes");
    let wanted = format!("to count more than {bytes}");
    page.until(&source, &wanted, |seen| {
        seen.number("count").is_ok_and(more)
    })
    .await?;
    Ok(())
}

/// Waits until a goal of the lesson is reached.
pub(crate) async fn goal(page: &Browser, number: u8) -> Result<()> {
    let goal = id(&format!("goal-{number}"));
    page.until_data(&goal, "reached", "true").await?;
    Ok(())
}

/// Waits until the stage is in a state.
pub(crate) async fn state(page: &Browser, stage: &str, state: &str) -> Result<()> {
    let badge = id(&format!("stage-{stage}-state"));
    page.until_data(&badge, "state", state).await?;
    Ok(())
}

/// Lets a stage go as fast as it can.
pub(crate) async fn full_speed(page: &Browser, stage: &str) -> Result<()> {
    turn(page, stage, Key::End).await
}

/// Makes a run last: at the pace of its lesson the file is read within a minute, which a slow
/// machine may need for a few clicks.
pub(crate) async fn take_time(page: &Browser) -> Result<()> {
    slow_down(page, "source", 4).await
}

/// Slows a stage down to the slowest speed doubled `doublings` times.
pub(crate) async fn slow_down(page: &Browser, stage: &str, doublings: u8) -> Result<()> {
    turn(page, stage, Key::Home).await?;
    for _ in 0..doublings {
        turn(page, stage, Key::Right).await?;
    }
    Ok(())
}

/// Presses a key on the speed control of a stage and waits until the server has followed.
async fn turn(page: &Browser, stage: &str, key: Key) -> Result<()> {
    let control = id(&format!("throttle-{stage}"));
    let speed = format!("label:has({control}) .speed");
    let before = page.one(&speed).await?.text;
    page.type_into(&control, &key.to_string()).await?;
    page.until(&speed, &format!("to be other than {before}"), |seen| {
        seen.text != before
    })
    .await?;
    Ok(())
}

/// Looks again and again for a while: what is seen must stay as it is.
pub(crate) async fn stays<T: PartialEq + std::fmt::Debug>(
    what: &str,
    time: Duration,
    mut look: impl AsyncFnMut() -> Result<T>,
) -> Result<T> {
    let first = look().await?;
    let end = Instant::now() + time;
    while Instant::now() < end {
        let now = look().await?;
        ensure!(now == first, "{what} went from {first:?} to {now:?}");
        sleep(Duration::from_millis(50)).await;
    }
    Ok(first)
}

/// What the run that is over gave to download.
pub(crate) async fn downloaded(scene: &Scene, page: &Browser) -> Result<Vec<u8>> {
    page.one(&id("download")).await?;
    let link = format!(
        "return document.querySelector('{}').getAttribute('href')",
        id("download")
    );
    let path = page.script(&link).await?;
    let path = path.as_str().context("the download has an address")?;
    let answer = get(&scene.server().await.host(), path, None).await?;
    ensure!(
        answer.status == 200,
        "the download answers {}",
        answer.status
    );
    Ok(answer.body)
}
