use spillway_streams::{Outcome, PauseCause, StageId, Verb};

use super::*;
use crate::model::sample;
use crate::words::verdict::verdict;

/// A run that is told.
struct Run {
    log: Log,
    view: RunView,
    narrator: Narrator,
    now_ms: f64,
}

impl Run {
    fn new() -> Self {
        let mut run = Self {
            log: Log::default(),
            view: sample::pipeline(),
            narrator: Narrator::default(),
            now_ms: 0.0,
        };
        assert_eq!(
            run.told(0.0).expect("the first sentence"),
            "cities.csv flows; every write answers true."
        );
        run
    }

    fn happens(&mut self, stage: u16, kind: EventKind) {
        let event = Event {
            seq: self.view.seq + 1,
            at_us: self.view.at_us + 1_000,
            stage: StageId(stage),
            kind,
        };
        self.view.apply(&event);
        self.log.push(&event);
    }

    fn gives(&mut self, bytes: u64) {
        let side = self.view.stages[0].readable.as_ref().expect("a Readable");
        let (chunks, total) = (side.chunks + 1, side.bytes + bytes);
        let kind = EventKind::Data {
            bytes,
            buffered: 0,
            chunks,
            total,
        };
        self.happens(0, kind);
    }

    /// What is told after so many milliseconds more.
    fn told(&mut self, ms: f64) -> Option<String> {
        self.now_ms += ms;
        let judged = verdict(&self.view, &[]);
        let told = self
            .narrator
            .tell(self.now_ms, &self.log, &self.view, &judged);
        Some(told?.text.replace('\u{a0}', " "))
    }
}

const fn refused() -> EventKind {
    EventKind::Wrote {
        from: StageId(0),
        bytes: 65_536,
        answer: false,
        buffered: 65_536,
        mark: 16_384,
    }
}

#[test]
fn a_few_chunks_are_told_one_by_one() {
    let mut run = Run::new();
    run.gives(100);
    run.gives(200);
    let told = run.told(60_000.0).expect("two chunks");
    assert_eq!(
        told,
        "cities.csv gave 100 bytes. cities.csv gave 200 bytes."
    );
}

#[test]
fn many_chunks_are_told_by_their_number() {
    let mut run = Run::new();
    for _ in 0..12 {
        run.gives(1_000);
    }
    let told = run.told(60_000.0).expect("twelve chunks");
    assert_eq!(told, "cities.csv gave 12 chunks, 12 KB.");
    assert_eq!(run.told(60_000.0), None, "nothing happened since");
}

#[test]
fn stop_and_go_is_counted() {
    let mut run = Run::new();
    for _ in 0..30 {
        run.happens(1, refused());
        run.happens(1, EventKind::Drain);
    }
    let told = run.told(60_000.0).expect("thirty refusals");
    assert_eq!(
        told,
        "filter rows answered false 30 times, drained 30 times."
    );
}

#[test]
fn a_flood_of_chunks_drops_no_pause_no_error_and_no_end() {
    let mut run = Run::new();
    for _ in 0..1_000 {
        run.gives(10);
    }
    run.happens(0, EventKind::Verb { verb: Verb::Pause });
    let by = PauseCause::Pause;
    run.happens(0, EventKind::Paused { by });
    for _ in 0..1_000 {
        run.gives(10);
    }
    let message = "at byte 7".to_owned();
    run.happens(1, EventKind::Errored { message });
    run.happens(0, EventKind::Ended);
    let outcome = Outcome::Completed;
    run.happens(3, EventKind::Over { outcome });
    let mut all = String::new();
    while let Some(told) = run.told(60_000.0) {
        all.push_str(&told);
    }
    for part in [
        "you called pause() on cities.csv.",
        "cities.csv paused because pause() was called.",
        "filter rows failed: at byte 7.",
        "cities.csv ended because it has given everything.",
        "The run is over, and not everything came to its end",
        "cities.csv gave 2 000 chunks",
    ] {
        assert!(all.contains(part), "no `{part}` in {all}");
    }
}

#[test]
fn nothing_is_told_before_the_last_text_has_been_read() {
    let mut run = Run::new();
    for _ in 0..SENTENCES * 2 {
        run.happens(0, EventKind::Verb { verb: Verb::Pause });
    }
    let first = run.told(60_000.0).expect("the first half");
    assert_eq!(first.matches("you called").count(), SENTENCES);
    assert_eq!(run.told(PACE_MS), None, "{} letters", first.len());
    let second = run.told(60_000.0).expect("the second half");
    assert!(second.starts_with("you called"), "{second}");
}

#[test]
fn moving_bytes_alone_are_told_at_a_calmer_pace() {
    let mut run = Run::new();
    run.told(60_000.0);
    for _ in 0..9 {
        run.gives(10);
    }
    assert!(run.told(QUIET_PACE_MS).is_some());
    for _ in 0..9 {
        run.gives(10);
    }
    assert_eq!(run.told(PACE_MS + 500.0), None);
    assert!(run.told(QUIET_PACE_MS).is_some());
}

#[test]
fn what_waits_is_bounded_and_ends_stay() {
    let mut run = Run::new();
    run.happens(0, EventKind::Ended);
    for _ in 0..2 * WAITING {
        run.happens(1, EventKind::Verb { verb: Verb::Resume });
    }
    let told = run.told(60_000.0).expect("a part");
    assert!(told.contains("more events are in the log"), "{told}");
    assert!(told.contains("cities.csv ended"), "{told}");
    assert!(run.narrator.waiting.len() <= WAITING);
}

#[test]
fn another_run_is_told_from_its_beginning() {
    let mut run = Run::new();
    run.view.seq = 5_000;
    run.told(60_000.0);
    run.view = sample::pipeline();
    run.log.clear();
    run.happens(0, EventKind::Verb { verb: Verb::Pause });
    let told = run.told(60_000.0).expect("the other run");
    assert!(told.contains("you called pause()"), "{told}");
}
