use spillway_streams::{Hearing, Outcome, WritableView, WriteState};

use super::*;
use crate::model::sample;
use crate::words::number::NARROW;

const SOURCE: StageId = StageId(0);
const GZIP: StageId = StageId(2);
const SINK: StageId = StageId(3);

fn codes(offers: &[Offer]) -> Vec<&str> {
    offers.iter().map(|offer| &*offer.code).collect()
}

fn tip(view: &RunView, id: StageId, name: &str) -> String {
    let mut offers = offers(view, id).into_iter();
    let offer = offers.find(|offer| offer.id == name);
    offer.expect("it is offered").tip.replace(NARROW, " ")
}

fn sink(view: &mut RunView) -> &mut WritableView {
    view.stages[3].writable.as_mut().expect("a Writable")
}

#[test]
fn a_piped_source_offers_unpipe_and_no_second_pipe() {
    let view = sample::pipeline();
    let expect = [
        "pause()",
        "resume()",
        "read(…)",
        "unpipe(filter)",
        "destroy()",
        "destroy(err)",
    ];
    assert_eq!(codes(&offers(&view, SOURCE)), expect);
}

#[test]
fn an_unpiped_source_offers_whoever_nobody_feeds() {
    let mut view = sample::pipeline();
    view.pipes.remove(0);
    assert_eq!(codes(&offers(&view, SOURCE))[3], "pipe(filter)");
    let tip = tip(&view, SOURCE, "resume");
    assert_eq!(tip, "resume() now discards: nobody is listening");
}

#[test]
fn a_writable_offers_what_is_done_to_its_buffer() {
    let mut view = sample::pipeline();
    let expect = [
        "write(…)",
        "cork()",
        "uncork()",
        "end()",
        "destroy()",
        "destroy(err)",
    ];
    assert_eq!(codes(&offers(&view, SINK)), expect);
    assert!(!offers(&view, SINK)[2].enabled);
    sink(&mut view).corked = 1;
    assert!(offers(&view, SINK)[2].enabled);
}

#[test]
fn a_transform_offers_the_verbs_of_both_its_sides() {
    let view = sample::pipeline();
    let offers = offers(&view, GZIP);
    for verb in ["pause()", "unpipe(sink)", "write(…)", "end()"] {
        assert!(codes(&offers).contains(&verb), "{verb}");
    }
}

#[test]
fn a_pause_that_will_not_hold_says_so_before() {
    let mut view = sample::pipeline();
    view.stages[1]
        .writable
        .as_mut()
        .expect("a Writable")
        .need_drain = true;
    assert_eq!(
        tip(&view, SOURCE, "pause"),
        "this pause will not hold: filter rows owes a drain, and that resumes it"
    );
}

#[test]
fn a_write_is_foretold_by_the_mark() {
    let mut view = sample::pipeline();
    let said = |view: &RunView, bytes| foretell(&view.stages[3], bytes).replace(NARROW, " ");
    assert_eq!(said(&view, 5), "write() will answer true: 0 + 5 < 16 384");
    sink(&mut view).buffered = 65_536;
    let expect = "write() will answer false: 65 536 + 5 ≥ 16 384";
    assert_eq!(said(&view, 5), expect);
    assert_eq!(
        tip(&view, SINK, "write"),
        "write() will answer false: 65 536 of 16 384 are buffered already"
    );
    sink(&mut view).corked = 1;
    assert!(said(&view, 5).ends_with("so the chunk waits for uncork()"));
}

#[test]
fn an_empty_chunk_is_taken_even_by_a_mark_of_zero() {
    let mut view = sample::pipeline();
    sink(&mut view).mark = 0;
    assert!(foretell(&view.stages[3], 0).contains("answer true"));
    assert!(foretell(&view.stages[3], 1).contains("answer false"));
}

#[test]
fn a_write_after_end_can_be_made_and_says_what_it_costs() {
    let mut view = sample::pipeline();
    sink(&mut view).state = WriteState::Ending;
    let write = offers(&view, SINK).remove(0);
    assert!(write.enabled && write.tip.contains("ERR_STREAM_WRITE_AFTER_END"));
    assert!(offers(&view, SINK)[1..4].iter().all(|offer| !offer.enabled));
}

#[test]
fn an_answer_names_its_numbers() {
    assert_eq!(
        answered(false, 5, 65_541, 16_384).replace(NARROW, " "),
        "write(5) → false: 65 541 bytes are buffered now, that is at or above the mark of 16 384"
    );
}

#[test]
fn cork_counts_and_uncork_says_what_it_lets_go() {
    let mut view = sample::pipeline();
    assert!(tip(&view, SINK, "cork").starts_with("holds back what is queued"));
    sink(&mut view).corked = 1;
    sink(&mut view).buffered = 2_000;
    assert!(tip(&view, SINK, "cork").contains("then 2 uncork() calls"));
    assert!(tip(&view, SINK, "uncork").contains("the 2 000 bytes"));
    sink(&mut view).corked = 2;
    assert!(tip(&view, SINK, "uncork").contains("stays corked"));
}

#[test]
fn end_says_what_is_still_taken_and_who_writes_after_it() {
    let mut view = sample::pipeline();
    sink(&mut view).buffered = 2_000;
    assert_eq!(
        tip(&view, SINK, "end"),
        "no more writes; 2 000 bytes are still to be taken; gzip, level 6 still writes here: what \
         comes before 'finish' fails with ERR_STREAM_WRITE_AFTER_END"
    );
    view.pipes.clear();
    assert!(tip(&view, SINK, "end").ends_with("; then 'finish'"));
    view.stages[2]
        .readable
        .as_mut()
        .expect("a Readable")
        .data_listeners = 1;
    assert!(tip(&view, SINK, "end").contains("still writes here"));
}

#[test]
fn destroy_says_what_is_lost_and_what_becomes_of_the_neighbours() {
    let mut view = sample::pipeline();
    view.stages[2]
        .readable
        .as_mut()
        .expect("a Readable")
        .buffered = 3_000;
    assert_eq!(
        tip(&view, GZIP, "destroy"),
        "gone at once, without 'end' or 'finish'; 3 000 buffered bytes are lost; filter rows is \
         unpiped; out.csv.gz gets no end and waits for ever"
    );
}

#[test]
fn fail_says_who_hears_of_it_and_what_follows() {
    let mut view = sample::pipeline();
    assert_eq!(
        tip(&view, GZIP, "fail"),
        "'error' and 'close'; nobody listens for 'error', so the run ends: the process would exit \
         with 1"
    );
    view.stages[2].hearing = Hearing::Program;
    assert_eq!(
        tip(&view, GZIP, "fail"),
        "'error' and 'close'; the program listens for 'error', so the run goes on without it; \
         filter rows is unpiped; out.csv.gz gets no end and waits for ever"
    );
    view.stages[2].hearing = Hearing::Pipeline;
    assert_eq!(
        tip(&view, GZIP, "fail"),
        "'error' and 'close'; pipeline() listens for 'error': it destroys every stage and calls \
         back, and the run ends; the process goes on"
    );
    assert_eq!(
        tip(&view, GZIP, "destroy"),
        "gone at once, without 'end' or 'finish'; pipeline() then destroys every stage and calls \
         back with ERR_STREAM_PREMATURE_CLOSE"
    );
}

#[test]
fn who_writes_by_a_listener_to_what_is_destroyed_writes_to_nobody() {
    let mut view = sample::pipeline();
    view.pipes.clear();
    let source = view.stages[2].readable.as_mut().expect("a Readable");
    source.data_listeners = 1;
    let said = tip(&view, SINK, "destroy");
    assert!(
        said.ends_with("what gzip, level 6 writes to it is lost"),
        "{said}"
    );
}

#[test]
fn nothing_can_be_called_on_what_has_failed_or_when_all_is_over() {
    let mut view = sample::pipeline();
    view.stages[3].error = Some("no".to_owned());
    assert!(offers(&view, SINK).iter().all(|offer| !offer.enabled));
    view.outcome = Some(Outcome::Completed);
    assert_eq!(tip(&view, SOURCE, "destroy"), "the run is over");
}

#[test]
fn what_has_ended_gives_nothing_and_can_still_be_destroyed() {
    let mut view = sample::pipeline();
    view.stages[0].readable.as_mut().expect("a Readable").state = ReadState::Ended;
    let offers = offers(&view, SOURCE);
    let (read, life) = offers.split_at(4);
    assert!(read.iter().all(|offer| !offer.enabled));
    assert!(life.iter().all(|offer| offer.enabled));
    assert_eq!(toggle_pause(&view, SOURCE, &offers), None);
}

#[test]
fn the_call_names_the_stages() {
    let view = sample::pipeline();
    let command = Call::Pipe(GZIP).command("r", &view, SOURCE);
    let expect = Command::Pipe {
        run: "r".to_owned(),
        from: "source".to_owned(),
        to: "gzip".to_owned(),
    };
    assert_eq!(command, Some(expect));
    let expect = Command::EndStage {
        run: "r".to_owned(),
        stage: "sink".to_owned(),
    };
    assert_eq!(Call::End.command("r", &view, SINK), Some(expect));
    assert_eq!(Call::Write.command("r", &view, SINK), None);
}

#[test]
fn a_stage_offers_a_look_into_each_of_its_buffers() {
    let view = sample::pipeline();
    let menu = menu(&view, Thing::Stage(GZIP));
    let codes = codes(&menu);
    let expect = [
        "look into the write buffer",
        "look into the read buffer",
        "marks of the next run",
    ];
    assert!(codes.ends_with(&expect), "{codes:?}");
}

#[test]
fn a_tank_offers_its_own_side_alone() {
    let view = sample::pipeline();
    let write = menu(&view, Thing::Tank(GZIP, Side::Write));
    let expect = [
        "look into the write buffer",
        "write(…)",
        "cork()",
        "uncork()",
        "end()",
        "marks of the next run",
    ];
    assert_eq!(codes(&write), expect);
    let read = menu(&view, Thing::Tank(GZIP, Side::Read));
    let expect = [
        "look into the read buffer",
        "pause()",
        "resume()",
        "read(…)",
        "marks of the next run",
    ];
    assert_eq!(codes(&read), expect);
}

#[test]
fn a_pipe_offers_to_be_removed_and_a_gap_to_be_piped() {
    let mut view = sample::pipeline();
    let pipe = Thing::Pipe(GZIP, SINK);
    assert_eq!(codes(&menu(&view, pipe)), ["unpipe(sink)"]);
    view.pipes.clear();
    assert_eq!(codes(&menu(&view, pipe)), ["pipe(sink)"]);
    assert_eq!(thing_name(&view, pipe), "gzip, level 6 → out.csv.gz");
}
