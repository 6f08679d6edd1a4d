//! How the page keeps up with a flood of events, minute after minute.
//!
//! The run is `e2e/course/10-measuring/10-flood`: each line of it is a refused write, a pause, a
//! drain and a resume, so that the server has little to do and the machine is left to the page. No
//! other browser test runs meanwhile.

use std::io::{Write, stdout};
use std::time::Duration;
use std::{env, fmt};

use anyhow::{Context, Result, ensure};
use spillway_e2e::{Browser, Memory, Recorded, play_alone};
use tokio::time::sleep;

use crate::lesson::{FLOOD, flows_beyond};

/// Seconds that are measured, unless `SPILLWAY_FLOOD_SECONDS` says another number.
const SECONDS: u64 = 60;

/// Seconds before: the page is compiled, its buffers fill up.
const WARM_UP: Duration = Duration::from_secs(10);

/// Least events a second that must happen, and reach the page.
const EVENTS_PER_S: f64 = 5_000.0;

/// A frame is on time below this, milliseconds; nearly all must be.
const ON_TIME_MS: usize = 20;
const ON_TIME: f64 = 0.95;

/// Longest from the arrival of an event to the frame that shows it, milliseconds; for nearly all.
const SHOWN_MS: usize = 100;

/// By how much the page's memory may rise while it is measured, bytes: what a garbage collector
/// and an allocator need to breathe, and far less than what a leak of a byte an event would take
/// in ten minutes.
const BREATH: u64 = 1_500_000;

#[tokio::test]
async fn a_flood_of_events_is_drawn_on_time_and_takes_no_more_memory() -> Result<()> {
    play_alone(async |scene| {
        let page = scene.browser("flooded").await?;
        page.record().await?;
        page.goto(&scene.url(FLOOD).await).await?;
        flows_beyond(&page, 0).await?;
        sleep(WARM_UP).await;
        let before = page.memory().await?;
        let work = Work::of(&page).await?;
        page.recorded().await?;
        sleep(Duration::from_secs(seconds()?)).await;
        let recorded = page.recorded().await?;
        let work = Work::of(&page).await?.since(&work);
        let after = page.memory().await?;
        let mut out = stdout();
        // Past the capture of the test's output: the figures are wanted of a test that passes, too.
        write!(out, "{}", told(&recorded, before, after))?;
        writeln!(out, "  {work}")?;
        judge(&recorded, before, after)
    })
    .await
}

fn judge(recorded: &Recorded, before: Memory, after: Memory) -> Result<()> {
    let per_s = recorded.events as f64 / recorded.seconds;
    ensure!(
        per_s >= EVENTS_PER_S,
        "only {per_s:.0} events a second reached the page: the machine is too slow for the server"
    );
    let on_time = recorded.frames.under(ON_TIME_MS);
    ensure!(
        on_time >= ON_TIME,
        "only {:.1} % of the frames came within {ON_TIME_MS} ms",
        on_time * 100.0
    );
    ensure!(
        recorded.paint.count() > 0 && recorded.read.count() > 0,
        "the page does not say how far it has drawn"
    );
    let shown = recorded.paint.within(0.99);
    ensure!(
        shown <= SHOWN_MS,
        "an event in a hundred is drawn later than {shown} ms after it came"
    );
    let grown = (after.heap + after.wasm).saturating_sub(before.heap + before.wasm);
    ensure!(grown <= BREATH, "the page's memory grew by {grown} bytes");
    Ok(())
}

/// The figures in words.
fn told(recorded: &Recorded, before: Memory, after: Memory) -> String {
    let Recorded {
        seconds,
        events,
        happened,
        frames,
        paint,
        read,
    } = recorded;
    let mb = |bytes: u64| bytes as f64 / 1e6;
    format!(
        "a flood of events for {seconds:.0} s: {:.0} events a second happened, {:.0} reached the page\n  \
         frames: {} a second, {:.1} % under {ON_TIME_MS} ms, half within {} ms, 99 % within {} ms\n  \
         event to paint: half within {} ms, 95 % within {} ms, 99 % within {} ms\n  \
         event to figures and log: half within {} ms, 99 % within {} ms\n  \
         memory: objects {:.2} MB, then {:.2} MB; wasm {:.2} MB, then {:.2} MB; nodes {}, then {}\n",
        *happened as f64 / seconds,
        *events as f64 / seconds,
        (frames.count() as f64 / seconds).round(),
        frames.under(ON_TIME_MS) * 100.0,
        frames.within(0.5),
        frames.within(0.99),
        paint.within(0.5),
        paint.within(0.95),
        paint.within(0.99),
        read.within(0.5),
        read.within(0.99),
        mb(before.heap),
        mb(after.heap),
        mb(before.wasm),
        mb(after.wasm),
        before.nodes,
        after.nodes,
    )
}

/// Seconds of work of the page's main thread, as the browser counts them.
struct Work {
    at: f64,
    all: f64,
    script: f64,
    style: f64,
    layout: f64,
}

impl Work {
    async fn of(page: &Browser) -> Result<Self> {
        let metrics = page.metrics().await?;
        let metric = |name: &str| metrics.get(name).copied().unwrap_or_default();
        Ok(Self {
            at: metric("Timestamp"),
            all: metric("TaskDuration"),
            script: metric("ScriptDuration"),
            style: metric("RecalcStyleDuration"),
            layout: metric("LayoutDuration"),
        })
    }

    fn since(&self, before: &Self) -> Self {
        Self {
            at: self.at - before.at,
            all: self.all - before.all,
            script: self.script - before.script,
            style: self.style - before.style,
            layout: self.layout - before.layout,
        }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |part: f64| part / self.at * 100.0;
        write!(
            f,
            "the page's thread: {:.1} % at work; scripts {:.1} %, style {:.1} %, layout {:.1} %",
            share(self.all),
            share(self.script),
            share(self.style),
            share(self.layout)
        )
    }
}

fn seconds() -> Result<u64> {
    match env::var("SPILLWAY_FLOOD_SECONDS") {
        Ok(given) => given.parse().context("SPILLWAY_FLOOD_SECONDS is no number"),
        Err(_) => Ok(SECONDS),
    }
}
