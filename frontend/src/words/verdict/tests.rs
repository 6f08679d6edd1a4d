use super::*;
use crate::model::meter::Share;
use crate::model::sample;

fn source_of(view: &mut RunView) -> &mut spillway_streams::ReadableView {
    view.stages[0]
        .readable
        .as_mut()
        .expect("the source is a Readable")
}

fn refuse(view: &mut RunView, pipe: usize) {
    view.pipes[pipe].open = false;
    let to = usize::from(view.pipes[pipe].to.0);
    let writable = view.stages[to].writable.as_mut().expect("a Writable");
    writable.buffered = 32_768;
    writable.need_drain = true;
}

fn check(view: &RunView, tone: Tone, says: &str) {
    let verdict = verdict(view, &[]);
    assert_eq!(verdict.phrase.plain().replace('\u{a0}', " "), says);
    assert_eq!(verdict.tone, tone);
}

fn held_back() -> RunView {
    let mut view = sample::pipeline();
    for pipe in 0..3 {
        refuse(&mut view, pipe);
    }
    let source = source_of(&mut view);
    source.state = ReadState::Paused;
    source.paused_by = Some(PauseCause::Backpressure {
        to: StageId(1),
        buffered: 65_536,
        mark: 16_384,
    });
    view
}

#[test]
fn the_bottleneck_is_the_last_stage_of_the_chain_of_false() {
    let view = held_back();
    check(
        &view,
        Tone::Brim,
        "cities.csv is paused: filter rows answered write() → false. The bottleneck is out.csv.gz.",
    );
    assert_eq!(verdict(&view, &[]).bottleneck, Some(StageId(3)));
}

#[test]
fn a_chain_that_is_open_behind_a_stage_blames_that_stage() {
    let mut view = held_back();
    view.pipes[1].open = true;
    assert_eq!(verdict(&view, &[]).bottleneck, Some(StageId(1)));
}

#[test]
fn a_source_without_a_pipe_stands_still() {
    let mut view = sample::pipeline();
    view.pipes.remove(0);
    source_of(&mut view).state = ReadState::Paused;
    check(
        &view,
        Tone::Brim,
        "cities.csv stands still: nobody is piped. pipe(filter rows) goes on where it stopped.",
    );
}

#[test]
fn a_source_that_flows_to_nobody_discards() {
    let mut view = sample::pipeline();
    view.pipes.clear();
    source_of(&mut view).discarded_bytes = 12_000;
    check(
        &view,
        Tone::Fault,
        "cities.csv flows and nobody listens: every byte is thrown away, 12 KB so far.",
    );
}

#[test]
fn a_pause_that_a_drain_will_undo_is_told_before_it_happens() {
    let mut view = sample::pipeline();
    source_of(&mut view).state = ReadState::Paused;
    source_of(&mut view).paused_by_hand = true;
    check(
        &view,
        Tone::Brim,
        "cities.csv is paused by your pause(): it holds until resume() or pipe().",
    );
    refuse(&mut view, 0);
    check(
        &view,
        Tone::Brim,
        "cities.csv is paused by your pause(), but that will not hold: filter rows owes a drain.",
    );
}

#[test]
fn measured_times_name_the_bottleneck_before_the_gates_do() {
    let mut view = held_back();
    let share = |busy, held| Figures {
        share: Some(Share { busy, held }),
        ..Figures::default()
    };
    let figures = [share(20, 980), share(30, 970), share(990, 0), share(40, 0)];
    assert_eq!(verdict(&view, &figures).bottleneck, Some(StageId(2)));
    let source = source_of(&mut view);
    source.state = ReadState::Flowing;
    let flowing = verdict(&view, &figures);
    assert_eq!(
        flowing.phrase.plain(),
        "cities.csv flows. The bottleneck is gzip, level 6."
    );
    assert_eq!(flowing.bottleneck, Some(StageId(2)));
}

#[test]
fn stop_and_go_is_one_steady_sentence() {
    let mut view = held_back();
    let mut figures = vec![Figures::default(); 4];
    figures[0].stops_per_s = 400;
    figures[1].refusals_per_s = 400;
    figures[2].share = Some(Share { busy: 930, held: 0 });
    let paused = verdict(&view, &figures);
    source_of(&mut view).state = ReadState::Flowing;
    let flowing = verdict(&view, &figures);
    assert_eq!(paused, flowing);
    assert_eq!(flowing.bottleneck, Some(StageId(2)));
}

#[test]
fn a_failed_run_says_who_heard_of_the_error() {
    let mut view = sample::pipeline();
    for (heard, who) in [
        (
            false,
            "Nobody listened for the error: a Node process would exit with 1.",
        ),
        (
            true,
            "pipeline() destroyed every stage and told its callback.",
        ),
    ] {
        view.outcome = Some(Outcome::Failed {
            message: "gzip: no".to_owned(),
            heard,
        });
        check(&view, Tone::Fault, &format!("Failed: gzip: no. {who}"));
    }
}

#[test]
fn a_complete_run_counts_what_was_lost() {
    let mut view = sample::complete();
    view.stages[3].writable.as_mut().expect("a Writable").bytes = 2_500_000;
    check(
        &view,
        Tone::Done,
        "Complete: 2.5 MB arrived in out.csv.gz, nothing lost on the way.",
    );
    source_of(&mut view).read_bytes = 2_000;
    check(
        &view,
        Tone::Brim,
        "Complete: 2.5 MB arrived in out.csv.gz; 2 KB went to nobody but read().",
    );
    source_of(&mut view).discarded_bytes = 12_000;
    check(
        &view,
        Tone::Fault,
        "Complete: 2.5 MB arrived in out.csv.gz, and 12 KB were thrown away on the way.",
    );
}

#[test]
fn a_run_whose_rest_was_destroyed_by_hand_is_over_and_not_complete() {
    let mut view = sample::complete();
    view.stages[3].writable.as_mut().expect("a Writable").bytes = 2_500_000;
    source_of(&mut view).state = ReadState::Paused;
    let says = "Over: 2.5 MB arrived in out.csv.gz, and not everything came to its end.";
    check(&view, Tone::Brim, says);
    let mut view = sample::complete();
    view.stages[2].error = Some("no".to_owned());
    let says = "Over: 0 B arrived in out.csv.gz, and not everything came to its end.";
    check(&view, Tone::Brim, says);
}

#[test]
fn an_empty_run_says_that_nothing_runs() {
    check(&RunView::default(), Tone::Quiet, "Nothing runs yet.");
}
