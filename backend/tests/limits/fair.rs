//! Runs at full speed leave the sockets and the other runs their turns.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::support::{Client, Served, alone};

/// Runs that keep all cores busy for as long as a test needs.
const BUSY_RUNS: usize = 30;

/// Runs that one page may keep.
const RUNS_PER_PAGE: usize = 4;

/// Compresses the sample as hard as it can: tens of seconds of work at full speed.
fn gzip_run() -> Value {
    json!([
        {"id": "source", "kind": "file_source", "file": "cities.csv"},
        {"id": "gzip", "kind": "gzip", "level": 9},
        {"id": "sink", "kind": "file_sink", "file": "out.gz"},
    ])
}

/// A page that starts runs, again when one is over, and reads all it is sent.
struct BusyPage(JoinHandle<()>);

impl BusyPage {
    async fn start(server: &Served, runs: usize) -> Self {
        let mut page = server.page().await;
        for _ in 0..runs {
            page.start(gzip_run()).await;
        }
        Self(tokio::spawn(async move {
            while let Some(message) = page.next_text().await {
                if message.contains(r#""how":"completed""#) {
                    panic!("the machine is too quick for this test: a run is over already");
                }
            }
        }))
    }
}

impl Drop for BusyPage {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn healthz_answers_while_gzip_runs_at_full_speed() {
    let _alone = alone().await;
    let server = Served::start();
    let _busy = BusyPage::start(&server, 1).await;
    let best = best_p99(&server).await;
    assert!(
        best < AT_MOST,
        "p99 was {best:?} in the best of {ROUNDS} rounds"
    );
}

/// The 99th percentile of `/healthz` that is allowed.
const AT_MOST: Duration = Duration::from_millis(20);

/// Other processes of the machine disturb some rounds; a server that keeps its sockets waiting does
/// so in every one. The first good round ends the test.
const ROUNDS: usize = 5;

/// The 99th percentile of the time that `/healthz` takes, in the best of some rounds.
async fn best_p99(server: &Served) -> Duration {
    let mut client = Client::connect(server.addr).await;
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let mut took = Vec::new();
        for _ in 0..200 {
            took.push(client.healthz().await);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        took.sort_unstable();
        let [median, p99, worst] = [took[99], took[197], took[199]];
        println!("/healthz: median {median:?}, 99th percentile {p99:?}, worst {worst:?}");
        best = best.min(p99);
        if best < AT_MOST {
            break;
        }
    }
    best
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_runs_at_full_speed_leave_a_new_lesson_its_turn() {
    let _alone = alone().await;
    let server = Served::start();
    let mut busy = Vec::new();
    for at in (0..BUSY_RUNS).step_by(RUNS_PER_PAGE) {
        busy.push(BusyPage::start(&server, RUNS_PER_PAGE.min(BUSY_RUNS - at)).await);
    }
    let mut worst = Duration::ZERO;
    for _ in 0..5 {
        let began = Instant::now();
        let mut page = server.page().await;
        let answer = page
            .ask(json!({"type": "start", "lesson": "streams/pipe-and-unpipe"}))
            .await;
        let run = answer["run"].as_str().unwrap().to_owned();
        page.until(&run, |view| {
            let last = view["stages"].as_array().unwrap().last().unwrap();
            last["writable"]["buffered"].as_u64() > Some(0)
                || last["writable"]["bytes"].as_u64() > Some(0)
        })
        .await;
        println!(
            "first data at the end of the line after {:?}",
            began.elapsed()
        );
        worst = worst.max(began.elapsed());
    }
    assert!(worst < Duration::from_secs(2), "{worst:?}");
    let best = best_p99(&server).await;
    assert!(
        best < AT_MOST,
        "p99 was {best:?} in the best of {ROUNDS} rounds"
    );
}
