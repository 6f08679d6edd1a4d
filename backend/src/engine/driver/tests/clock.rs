//! Runs under their clock.

use std::fs;

use spillway_protocol::control::{Clock, ClockMode};
use spillway_streams::{Event, EventKind, Verb};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::*;
use crate::engine::driver::hold::is_measurement;
use crate::engine::{RunCommand, RunError, RunVerb};

const COPY: &str = r#"[
    {"id": "source", "kind": "file_source", "file": "cities.csv"},
    {"id": "gzip", "kind": "gzip"},
    {"id": "sink", "kind": "file_sink", "file": "out.csv.gz"}]"#;

/// A run and its page.
struct Watched {
    env: Env,
    handle: RunHandle,
    page: mpsc::Receiver<Message>,
    clock: Option<Clock>,
    view: RunView,
}

type Answer = Result<Option<String>, RunError>;

impl Watched {
    async fn start(rate: Rate, stages: &str, env: &Env) -> Self {
        let (handle, page) = start_at(rate, stages, env).await;
        Self {
            env: env.clone(),
            handle,
            page,
            clock: None,
            view: RunView::default(),
        }
    }

    async fn ask(&self, command: impl FnOnce(oneshot::Sender<Answer>) -> RunCommand) -> Answer {
        let (reply, answer) = oneshot::channel();
        let sent = self.handle.ask().send(command(reply)).await;
        sent.expect("the run is there");
        answer.await.expect("an answer")
    }

    async fn set(&self, rate: Rate) -> Answer {
        self.ask(|reply| RunCommand::Clock(rate, reply)).await
    }

    async fn step(&self) {
        self.set(Rate::Step).await.expect("a step");
    }

    /// The next events of the log; none, when something else was heard.
    async fn next(&mut self) -> Vec<Event> {
        match self.page.recv().await.expect("more of the run") {
            Message::Snapshot { view, clock, .. } => {
                self.view = view;
                self.clock = Some(clock);
                Vec::new()
            }
            Message::Events { events, view, .. } => {
                events.iter().for_each(|event| self.view.apply(event));
                if let Some(view) = view {
                    self.view = view;
                }
                events
            }
            Message::Clock { clock, .. } => {
                self.clock = Some(clock);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    async fn some_events(&mut self) -> Vec<Event> {
        loop {
            let events = self.next().await;
            if !events.is_empty() {
                return events;
            }
        }
    }

    async fn until_over(&mut self) -> Vec<u8> {
        while self.view.outcome.is_none() {
            self.next().await;
        }
        assert_eq!(self.view.outcome, Some(Outcome::Completed));
        let output = self.handle.finished_output("out.csv.gz");
        fs::read(output.expect("a finished output")).unwrap()
    }
}

async fn output_at_full_speed(env: &Env) -> Vec<u8> {
    Watched::start(Rate::Full, COPY, env)
        .await
        .until_over()
        .await
}

#[tokio::test(start_paused = true)]
async fn slow_motion_lets_so_many_events_a_second_come_and_loses_none() {
    let (env, _folder) = env(Quotas::default());
    let expected = output_at_full_speed(&env).await;
    let mut run = Watched::start(Rate::Slow { events_per_s: 50 }, COPY, &env).await;
    let began = Instant::now();
    run.next().await;
    let mut seq = run.view.seq;
    let mut measured = 0;
    while run.view.outcome.is_none() {
        for event in run.next().await {
            seq += 1;
            assert_eq!(event.seq, seq, "nothing is thinned and nothing is lost");
            measured += u64::from(is_measurement(&event.kind));
        }
        let allowed = 2 + began.elapsed().as_millis() as u64 / 20;
        let came = seq - measured;
        assert!(came <= allowed, "{came} events, {allowed} are allowed");
    }
    let happened = seq - measured;
    assert!(happened > 200, "{happened} events are too few to tell");
    assert!(measured > 0, "how time is spent is told in slow motion too");
    let rate = happened as f64 / began.elapsed().as_secs_f64();
    assert!((45.0..=50.5).contains(&rate), "{rate} events a second");
    assert_eq!(run.until_over().await, expected);
}

#[tokio::test(start_paused = true)]
async fn a_step_is_one_event_and_full_speed_then_goes_on_with_the_next() {
    let (env, _folder) = env(Quotas::default());
    let expected = output_at_full_speed(&env).await;
    let mut run = Watched::start(Rate::Paused, COPY, &env).await;
    run.next().await;
    assert_eq!(run.view.seq, 0, "paused before its first event");
    assert_eq!(run.clock.unwrap().mode, ClockMode::Paused);
    for seq in 1..=60 {
        run.step().await;
        let events = run.some_events().await;
        let seqs: Vec<u64> = events.iter().map(|event| event.seq).collect();
        assert_eq!(seqs, [seq]);
    }
    run.set(Rate::Full).await.unwrap();
    assert_eq!(run.some_events().await[0].seq, 61);
    assert_eq!(run.until_over().await, expected);
    assert!(matches!(run.set(Rate::Paused).await, Err(RunError::Over)));
}

#[tokio::test(start_paused = true)]
async fn while_the_clock_is_paused_nothing_comes_and_no_time_counts() {
    let quotas = Quotas {
        time: Duration::from_secs(5),
        ..Quotas::default()
    };
    let (env, _folder) = env(quotas);
    let mut run = Watched::start(Rate::Full, SLOW, &env).await;
    while run.view.seq < 20 {
        run.next().await;
    }
    run.set(Rate::Paused).await.unwrap();
    while run.clock.unwrap().mode != ClockMode::Paused {
        run.next().await;
    }
    let paused_at = run.view.at_us;
    let hour = tokio::time::timeout(Duration::from_hours(1), run.some_events()).await;
    assert!(hour.is_err(), "{hour:?}");
    run.step().await;
    let event = run.some_events().await.remove(0);
    let passed = event.at_us - paused_at;
    assert!(passed < 1_000_000, "{passed} µs have passed");
    assert_eq!(run.view.outcome, None);
    run.set(Rate::Full).await.unwrap();
    while run.view.outcome.is_none() {
        run.next().await;
    }
    assert!(run.view.at_us < 6_000_000, "{} µs", run.view.at_us);
    let readable = run.view.stages[0].readable.as_ref().unwrap();
    let per_s = readable.bytes as f64 / run.view.at_us as f64 * 1e6;
    assert!(
        per_s < 220_000.0,
        "{per_s} bytes a second, 200000 are allowed"
    );
    assert!(matches!(run.view.outcome, Some(Outcome::Stopped { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_verb_while_the_clock_is_paused_counts_at_once_and_shows_behind_what_waits() {
    let (env, _folder) = env(Quotas::default());
    let mut run = Watched::start(Rate::Paused, COPY, &env).await;
    let pause = || RunVerb::Pause {
        stage: "source".to_owned(),
    };
    let note = run.ask(|reply| RunCommand::Verb(pause(), reply)).await;
    assert!(note.unwrap().unwrap().contains("clock is paused"));
    let pipe = RunVerb::Unpipe {
        from: "source".to_owned(),
        to: None,
    };
    run.ask(|reply| RunCommand::Verb(pipe, reply))
        .await
        .unwrap();
    let again = RunVerb::Unpipe {
        from: "source".to_owned(),
        to: None,
    };
    let note = run.ask(|reply| RunCommand::Verb(again, reply)).await;
    assert!(note.unwrap().unwrap().contains("nothing changed"));
    let mut log = Vec::new();
    while !matches!(log.last(), Some(EventKind::Unpiped { .. })) {
        run.step().await;
        log.extend(run.some_events().await.into_iter().map(|event| event.kind));
    }
    let at = |wanted: &dyn Fn(&EventKind) -> bool| log.iter().position(wanted).unwrap();
    let piped = at(&|kind| matches!(kind, EventKind::Piped { .. }));
    let paused = at(&|kind| matches!(kind, EventKind::Verb { verb: Verb::Pause }));
    let unpiped = at(&|kind| matches!(kind, EventKind::Unpiped { .. }));
    assert!(piped < paused && paused < unpiped, "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn a_step_without_an_event_waits_for_the_next_one() {
    let stages = r#"[
        {"id": "source", "kind": "file_source", "file": "cities.csv", "bytes_per_s": 1000},
        {"id": "sink", "kind": "file_sink", "file": "out.csv"}]"#;
    let (env, _folder) = env(Quotas::default());
    let mut run = Watched::start(Rate::Paused, stages, &env).await;
    run.next().await;
    while run.clock.unwrap().mode != ClockMode::Step {
        run.step().await;
        run.next().await;
    }
    let note = run.set(Rate::Step).await.unwrap();
    assert!(note.unwrap().contains("still waits"));
    let before = run.view.seq;
    assert_eq!(run.some_events().await[0].seq, before + 1);
    run.next().await;
    assert_eq!(run.clock.unwrap().mode, ClockMode::Paused);
}

#[tokio::test]
async fn runs_that_wait_for_their_clock_hold_no_slot() {
    let (env, _folder) = env(Quotas::default());
    let slots = std::thread::available_parallelism().unwrap().get();
    let mut paused = Vec::new();
    for _ in 0..2 * slots {
        let mut run = Watched::start(Rate::Paused, COPY, &env).await;
        run.next().await;
        // As far as the first operation of the source, whose answer waits from then on.
        while run.view.stages[0].readable.as_ref().unwrap().bytes == 0 {
            run.step().await;
            run.some_events().await;
        }
        paused.push(run);
    }
    assert!(!output_at_full_speed(&env).await.is_empty());
    let waiting = paused[0]
        .env
        .metrics
        .runs
        .load(std::sync::atomic::Ordering::Relaxed);
    assert!(waiting >= 2 * slots as u64);
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_is_full_stops_a_run_whose_clock_is_paused() {
    let quotas = Quotas {
        disk: 100_000,
        ..Quotas::default()
    };
    let (env, _folder) = env(quotas);
    let mut run = Watched::start(Rate::Paused, COPY, &env).await;
    run.next().await;
    env.disk
        .fetch_add(200_000, std::sync::atomic::Ordering::Relaxed);
    while run.view.outcome.is_none() {
        run.next().await;
    }
    assert!(matches!(run.view.outcome, Some(Outcome::Stopped { .. })));
    env.disk
        .fetch_sub(200_000, std::sync::atomic::Ordering::Relaxed);
}
