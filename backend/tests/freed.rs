//! A run that is given up, in whatever way, frees its files, its tasks and its folder within a
//! second. Alone in its binary: it counts what the whole process has open.

#![expect(clippy::unwrap_used, reason = "a failed step of a test ends the test")]

#[expect(dead_code, reason = "other tests use the rest")]
mod playground;

use std::fs::read_dir;
use std::time::Duration;

use playground::{Page, Playground};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};

/// Runs that are given up, all kinds together.
const RUNS: usize = 200;

/// Runs that one page may keep.
const AT_A_TIME: usize = 4;

/// How long a session waits for its page here.
const LINGER: Duration = Duration::from_millis(200);

/// How a run comes to its end before its time.
#[derive(Debug, Clone, Copy)]
enum GivenUp {
    /// `end`, while data flows.
    Ended,
    /// `end`, before anything was seen of it.
    EndedAtOnce,
    /// A stage fails, and nobody listens.
    Failed,
    /// The session is deleted.
    Deleted,
    /// The client's connection is gone, and does not come back.
    Vanished,
}

const ALL: [GivenUp; 5] = [
    GivenUp::Ended,
    GivenUp::EndedAtOnce,
    GivenUp::Failed,
    GivenUp::Deleted,
    GivenUp::Vanished,
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_runs_given_up_in_all_ways_leave_nothing_behind() {
    let playground = Playground::start_with(|config| config.linger = LINGER).await;
    let before = Held::now(&playground);
    let mut slowest = Duration::ZERO;
    for (batch, how) in (0..RUNS / AT_A_TIME).zip(ALL.into_iter().cycle()) {
        let mut page = Page::open(&playground).await;
        let mut runs = Vec::new();
        for at in 0..AT_A_TIME {
            runs.push(page.start(pipeline(how, batch + at)).await);
        }
        let since = give_up(how, page, &runs, &playground).await;
        let took = until_freed(before, since, &playground)
            .await
            .unwrap_or_else(|held| panic!("{how:?}: {held:?} instead of {before:?}"));
        slowest = slowest.max(took);
        assert_eq!(counted_open(&playground).await, 0, "{how:?}: the counts");
    }
    println!("{RUNS} runs given up, {before:?}; the slowest were free after {slowest:?}");
}

/// Gives the runs up, each the same way. From the moment given on they have a second.
async fn give_up(
    how: GivenUp,
    mut page: Page,
    runs: &[String],
    playground: &Playground,
) -> Instant {
    if matches!(how, GivenUp::Ended | GivenUp::Deleted | GivenUp::Vanished) {
        for run in runs {
            page.until(run, |view| {
                view["stages"][0]["readable"]["bytes"].as_u64() > Some(0)
            })
            .await;
        }
    }
    match how {
        GivenUp::Ended | GivenUp::EndedAtOnce => end_all(&mut page, runs).await,
        GivenUp::Failed => {
            for run in runs {
                let view = page.until(run, |view| !view["outcome"].is_null()).await;
                assert_eq!(view["outcome"]["how"], "failed", "{view}");
            }
            until_only_folders(runs.len(), playground).await;
            end_all(&mut page, runs).await;
        }
        GivenUp::Deleted => {
            let path = format!("/api/sessions/{}", page.session);
            assert_eq!(playground.delete(&path).await, 204);
        }
        GivenUp::Vanished => return Instant::now() + LINGER,
    }
    Instant::now()
}

async fn end_all(page: &mut Page, runs: &[String]) {
    for run in runs {
        page.ok(json!({"type": "end", "run": run})).await;
    }
}

/// What the server itself counts that the stages of all runs have open.
async fn counted_open(playground: &Playground) -> u64 {
    let (_, metrics) = playground.get("/metrics").await;
    let metrics = String::from_utf8(metrics).unwrap();
    let lines = metrics.lines();
    let counts = lines.filter_map(|line| line.strip_prefix("spillway_run_resources{"));
    counts
        .map(|line| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap())
        .sum()
}

/// Waits until runs that have failed hold no more than their empty folders.
async fn until_only_folders(runs: usize, playground: &Playground) {
    let deadline = Instant::now() + Duration::from_secs(1);
    while playground.run_files() > 0 {
        assert!(
            Instant::now() < deadline,
            "half-written outputs are still there"
        );
        sleep(Duration::from_millis(2)).await;
    }
    assert_eq!(playground.run_folders(), runs, "a run that is over is kept");
}

/// How long it took from `since` on until no more is held than `before`; what still is, after a
/// second.
async fn until_freed(
    before: Held,
    since: Instant,
    playground: &Playground,
) -> Result<Duration, Held> {
    loop {
        let held = Held::now(playground);
        if held == before {
            return Ok(since.elapsed());
        }
        if Instant::now() > since + Duration::from_secs(1) {
            return Err(held);
        }
        sleep(Duration::from_millis(2)).await;
    }
}

/// What the process holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Held {
    descriptors: usize,
    tasks: usize,
    folders: usize,
}

impl Held {
    fn now(playground: &Playground) -> Self {
        Self {
            descriptors: read_dir("/proc/self/fd").unwrap().count(),
            tasks: Handle::current().metrics().num_alive_tasks(),
            folders: playground.run_folders(),
        }
    }
}

/// Pipelines of many kinds of stages: files, sockets, databases and clocks; at full speed, slow,
/// held back.
fn pipeline(how: GivenUp, at: usize) -> Value {
    let file = json!({"kind": "file_source", "file": "cities.csv"});
    let slow = json!({"kind": "file_sink", "file": "out", "bytes_per_s": 50_000});
    let mut stages = match at % 9 {
        0 => vec![file, json!({"kind": "gzip", "level": 9}), slow],
        1 => vec![
            file,
            json!({"kind": "csv_filter", "expr": "population>500000"}),
            slow,
        ],
        2 => vec![
            json!({"kind": "csv_sample", "bytes": 10_000_000}),
            json!({"kind": "lines"}),
            json!({"kind": "upper"}),
            slow,
        ],
        3 => vec![
            file,
            json!({"kind": "sha256"}),
            json!({"kind": "throttle", "bytes_per_s": 100_000}),
            json!({"kind": "slow"}),
        ],
        4 => vec![
            json!({"kind": "tcp_source", "rows": 100_000}),
            json!({"kind": "brotli"}),
            slow,
        ],
        5 => vec![file, json!({"kind": "tcp_echo"}), slow],
        6 => vec![
            json!({"kind": "http_source", "rows": 100_000}),
            json!({"kind": "passthrough"}),
            slow,
        ],
        7 => vec![
            json!({"kind": "live_samples", "samples_per_s": 48_000}),
            json!({"kind": "passthrough"}),
            slow,
        ],
        _ => vec![
            json!({"kind": "database_rows"}),
            json!({"kind": "passthrough"}),
            slow,
        ],
    };
    if matches!(how, GivenUp::Failed) {
        if let Some(sink) = stages.last_mut() {
            *sink = json!({"kind": "file_sink", "file": "out"});
        }
        stages.insert(stages.len() - 1, json!({"kind": "fault", "at_byte": 1_000}));
    }
    for (at, stage) in stages.iter_mut().enumerate() {
        stage["id"] = json!(format!("stage-{at}"));
    }
    json!(stages)
}
