//! Events as lines of the log: a tag, and a sentence with the reason.

use spillway_streams::{
    Callback, Event, EventKind, FlowCause, Hearing, Outcome, PauseCause, RunView, StageId,
    UnpipeCause, Verb,
};

use super::label;
use super::number::{duration, exact, limit, seconds, size};
use super::phrase::{Phrase, Tone};
use super::verdict::{is_whole, who_heard};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Position in the run's log.
    pub seq: u64,
    /// Seconds since the run began.
    pub time: String,
    /// What kind of thing happened, in a word.
    pub tag: &'static str,
    /// Its colour.
    pub tone: Tone,
    /// What happened and why.
    pub phrase: Phrase,
}

impl Line {
    /// Tells an event; `view` gives the stages their names.
    #[must_use]
    pub fn of(event: &Event, view: &RunView) -> Self {
        let (tag, tone) = tag(&event.kind);
        Self {
            seq: event.seq,
            time: seconds(event.at_us),
            tag,
            tone,
            phrase: phrase(event, view),
        }
    }
}

const fn tag(kind: &EventKind) -> (&'static str, Tone) {
    match kind {
        EventKind::Verb { .. } => ("you", Tone::Water),
        EventKind::Pushed { .. } => ("push", Tone::Quiet),
        EventKind::Data { .. } => ("data", Tone::Quiet),
        EventKind::Discarded { .. } => ("discarded", Tone::Fault),
        EventKind::Flowing {
            undid_pause: true, ..
        } => ("undone", Tone::Brim),
        EventKind::Flowing { .. } => ("flowing", Tone::Water),
        EventKind::Paused { .. } => ("pause", Tone::Brim),
        EventKind::Ended => ("end", Tone::Done),
        EventKind::Wrote { answer: false, .. } => ("false", Tone::Brim),
        EventKind::Wrote { .. } => ("write", Tone::Quiet),
        EventKind::Taken { .. } => ("chunk", Tone::Quiet),
        EventKind::Drain => ("drain", Tone::Water),
        EventKind::Ending => ("end()", Tone::Water),
        EventKind::Finished => ("finish", Tone::Done),
        EventKind::Piped { .. } => ("pipe", Tone::Water),
        EventKind::Unpiped { .. } => ("unpipe", Tone::Brim),
        EventKind::Errored { .. } => ("error", Tone::Fault),
        EventKind::Closed => ("close", Tone::Quiet),
        EventKind::InWork { .. } => ("in work", Tone::Quiet),
        EventKind::Missed { .. } => ("missed", Tone::Fault),
        EventKind::Told { .. } => ("says", Tone::Water),
        EventKind::Next { .. } => ("next()", Tone::Quiet),
        EventKind::CalledBack { error, .. } => match error {
            Some(_) => ("callback", Tone::Fault),
            None => ("callback", Tone::Done),
        },
        EventKind::Readable => ("readable", Tone::Quiet),
        EventKind::Listeners { .. } | EventKind::Hearing { .. } => ("on()", Tone::Water),
        EventKind::Marked { .. } => ("mark", Tone::Brim),
        EventKind::Corked { .. } => ("cork", Tone::Water),
        EventKind::Throttled { .. } => ("speed", Tone::Water),
        EventKind::Resources { .. } => ("open", Tone::Quiet),
        EventKind::Times { .. } => ("times", Tone::Quiet),
        EventKind::Over { outcome } => match outcome {
            Outcome::Completed => ("over", Tone::Done),
            Outcome::Failed { .. } => ("over", Tone::Fault),
            Outcome::Stopped { .. } => ("over", Tone::Quiet),
        },
    }
}

fn phrase(event: &Event, view: &RunView) -> Phrase {
    let stage = || label(view, event.stage);
    let said = || Phrase::new().name(stage());
    match &event.kind {
        EventKind::Verb { verb } => verb_phrase(event.stage, *verb, view),
        EventKind::Pushed { .. }
        | EventKind::Data { .. }
        | EventKind::Discarded { .. }
        | EventKind::Wrote { .. }
        | EventKind::Taken { .. }
        | EventKind::InWork { .. } => chunk_phrase(event, view),
        EventKind::Flowing { by, undid_pause } => flowing(stage(), *by, *undid_pause, view),
        EventKind::Paused { by } => paused(stage(), *by, view),
        EventKind::Ended => said()
            .text(" ended ")
            .because("because it has given everything"),
        EventKind::Drain => said()
            .text(" drained ")
            .because("because its write buffer is empty again after a false"),
        EventKind::Ending => said()
            .text(" was told ")
            .code("end()")
            .because(" no more writes; what is queued is still taken"),
        EventKind::Finished => said()
            .text(" finished ")
            .because("because everything written to it has been taken"),
        EventKind::Piped { to } => said().text(" is piped to ").name(label(view, *to)),
        EventKind::Unpiped { to, by } => said()
            .text(" is no longer piped to ")
            .name(label(view, *to))
            .because(unpipe_reason(*by)),
        EventKind::Errored { message } => said().text(" failed: ").text(message.clone()),
        EventKind::Closed => said().text(" closed ").because("and released what it held"),
        EventKind::Throttled { bytes_per_s } => said().text(match bytes_per_s {
            Some(_) => format!(" may now take {}", limit(*bytes_per_s)),
            None => " may now go as fast as it can".to_owned(),
        }),
        EventKind::CalledBack { of, error } => said()
            .code(match of {
                Callback::Finished => " finished()",
                Callback::Pipeline => " pipeline()",
                Callback::Loop => " for await",
            })
            .text(match (of, error) {
                (Callback::Loop, None) => " is over: ",
                (Callback::Loop, Some(_)) => " was left, and its catch got: ",
                _ => " called back: ",
            })
            .because(error.as_deref().unwrap_or("all went well").to_owned()),
        EventKind::Next { bytes, error } => {
            said().text(" gave the loop ").text(match (bytes, error) {
                (Some(bytes), _) => exact(*bytes),
                (_, Some(error)) => error.clone(),
                _ => "its end".to_owned(),
            })
        }
        EventKind::Told { text } => said().text(" says: ").text(text.clone()),
        EventKind::Missed { chunks, bytes } => said()
            .text(format!(" let go {} chunks, ", exact(*chunks)))
            .because(format!("{}: nobody took them in time", size(*bytes))),
        EventKind::Readable => said().text(" has something to read()"),
        EventKind::Listeners { data, readable, .. } => {
            said().text(format!(" is listened to: data {data}, readable {readable}"))
        }
        EventKind::Hearing { by } => said().text(match by {
            Hearing::Nobody => " has no listener for 'error' any more",
            Hearing::Program => " has a listener of the program for 'error'",
            Hearing::Pipeline => " has a listener of pipeline() for 'error'",
        }),
        EventKind::Marked { mark } => said().text(format!(" has a mark of {} now", exact(*mark))),
        EventKind::Corked { times } => said().text(format!(" is corked {times} times")),
        EventKind::Resources { open } => {
            said().text(format!(" has open: {}", super::resources(*open)))
        }
        EventKind::Times { busy_us, held_us } => said().text(format!(
            " was busy for {}, held back for {}",
            duration(*busy_us),
            duration(*held_us)
        )),
        EventKind::Over { outcome } => over(view, outcome),
    }
}

fn verb_phrase(stage: StageId, verb: Verb, view: &RunView) -> Phrase {
    let name = label(view, stage);
    let call = match verb {
        Verb::Pipe { to } => format!("pipe({})", label(view, to)),
        Verb::Unpipe { to: Some(to) } => format!("unpipe({})", label(view, to)),
        Verb::Unpipe { to: None } => "unpipe()".to_owned(),
        Verb::Pause => "pause()".to_owned(),
        Verb::Resume => "resume()".to_owned(),
        Verb::Destroy { failing: true } => "destroy(error)".to_owned(),
        Verb::Destroy { failing: false } => "destroy()".to_owned(),
        Verb::Read { n: Some(n) } => format!("read({})", exact(n)),
        Verb::Read { n: None } => "read()".to_owned(),
        Verb::Write { bytes } => format!("write({})", exact(bytes)),
        Verb::Cork => "cork()".to_owned(),
        Verb::Uncork => "uncork()".to_owned(),
        Verb::End => "end()".to_owned(),
    };
    Phrase::new()
        .text("you called ")
        .code(call)
        .text(" on ")
        .name(name)
}

/// Who calls `write()`: another stage, or the learner by hand.
fn asker(from: StageId, to: StageId, view: &RunView) -> Phrase {
    if from == to {
        Phrase::new().text("you asked ")
    } else {
        Phrase::new().name(label(view, from)).text(" asked ")
    }
}

fn chunk_phrase(event: &Event, view: &RunView) -> Phrase {
    let said = Phrase::new().name(label(view, event.stage));
    match &event.kind {
        EventKind::Pushed { bytes, more, .. } => said
            .text(" got ")
            .code(format!("push({})", exact(*bytes)))
            .because(if *more {
                ""
            } else {
                " answered false: its read buffer is at its mark"
            }),
        EventKind::Data { bytes, .. } => said.text(format!(" gave {} bytes", exact(*bytes))),
        EventKind::Discarded { bytes, total, .. } => said
            .text(format!(" threw {} bytes away ", exact(*bytes)))
            .because(format!(
                "because nobody was listening; {} so far",
                size(*total)
            )),
        EventKind::Wrote {
            from,
            bytes,
            answer,
            buffered,
            mark,
        } => asker(*from, event.stage, view)
            .name(label(view, event.stage))
            .text(" ")
            .code(format!("write({}) → {answer}", exact(*bytes)))
            .because(queued(*answer, *buffered, *mark)),
        EventKind::Taken { bytes, took_us, .. } => said.text(format!(
            " took {} bytes in {}",
            exact(*bytes),
            duration(*took_us)
        )),
        EventKind::InWork { bytes } => said.text(format!(
            " holds {} bytes in work, outside its buffers",
            exact(*bytes)
        )),
        _ => said,
    }
}

fn queued(answer: bool, buffered: u64, mark: u64) -> String {
    let (buffered, mark) = (exact(buffered), exact(mark));
    if answer {
        format!(" {buffered} bytes are queued, below the high water mark {mark}")
    } else {
        format!(" because {buffered} bytes are queued ≥ high water mark {mark}")
    }
}

fn flowing(stage: String, by: FlowCause, undid_pause: bool, view: &RunView) -> Phrase {
    let cause = match by {
        FlowCause::Resume => "resume()".to_owned(),
        FlowCause::Pipe { to } => format!("pipe({})", label(view, to)),
        FlowCause::Drain { of } => format!("drain of {}", label(view, of)),
    };
    let said = Phrase::new().name(stage);
    match (by, undid_pause) {
        (FlowCause::Drain { of }, true) => said
            .text(" flows again: your pause was undone by ")
            .code("drain")
            .text(" of ")
            .name(label(view, of))
            .because(" a drain that was owed resumes a piped source"),
        (FlowCause::Pipe { .. }, true) => said
            .text(" flows again: your pause was undone by ")
            .code(cause)
            .because(" pipe() starts the flow, also of a paused source"),
        (FlowCause::Resume, _) => said.text(" flows ").because("because resume() was called"),
        _ => said.text(" flows ").because(format!("because of {cause}")),
    }
}

fn paused(stage: String, by: PauseCause, view: &RunView) -> Phrase {
    let said = Phrase::new().name(stage).text(" paused ");
    match by {
        PauseCause::Pause => said.because("because pause() was called"),
        PauseCause::Backpressure { to, buffered, mark } => said.because(format!(
            "because {} answered false: {} bytes are queued ≥ high water mark {}",
            label(view, to),
            exact(buffered),
            exact(mark)
        )),
        PauseCause::Unpipe => said.because("because nobody is piped any more"),
    }
}

const fn unpipe_reason(by: UnpipeCause) -> &'static str {
    match by {
        UnpipeCause::Unpipe => " because unpipe() was called",
        UnpipeCause::Finish => " because that finished and takes no more",
        UnpipeCause::Error => " because that failed",
        UnpipeCause::Close => " because that closed",
        UnpipeCause::End => " because it ended",
    }
}

fn over(view: &RunView, outcome: &Outcome) -> Phrase {
    let said = Phrase::new();
    match outcome {
        Outcome::Completed if !is_whole(view) => {
            said.text("The run is over, and not everything came to its end.")
        }
        Outcome::Completed => said.text("The run is complete: everything arrived."),
        Outcome::Failed { message, heard } => said
            .text(format!("The run failed: {message}. "))
            .because(who_heard(*heard)),
        Outcome::Stopped { message } => said.text(format!("The run was stopped: {message}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    fn check(stage: u16, kind: EventKind, tag: &str, says: &str) {
        let event = Event {
            seq: 1,
            at_us: 3_411_000,
            stage: StageId(stage),
            kind,
        };
        let line = Line::of(&event, &sample::pipeline());
        assert_eq!(line.tag, tag);
        assert_eq!(line.phrase.plain().replace('\u{a0}', " "), says);
    }

    #[test]
    fn a_chunk_written_by_hand_is_nobody_elses() {
        let kind = EventKind::Wrote {
            from: StageId(1),
            bytes: 5,
            answer: true,
            buffered: 5,
            mark: 16_384,
        };
        check(
            1,
            kind,
            "write",
            "you asked filter rows write(5) → true 5 bytes are queued, below the high water mark \
             16 384",
        );
    }

    #[test]
    fn a_refused_write_gives_the_figures() {
        let kind = EventKind::Wrote {
            from: StageId(0),
            bytes: 65_536,
            answer: false,
            buffered: 65_536,
            mark: 16_384,
        };
        check(
            1,
            kind,
            "false",
            "cities.csv asked filter rows write(65 536) → false because 65 536 bytes are queued \
             ≥ high water mark 16 384",
        );
    }

    #[test]
    fn a_pause_undone_by_a_drain_says_so() {
        let kind = EventKind::Flowing {
            by: FlowCause::Drain { of: StageId(3) },
            undid_pause: true,
        };
        check(
            2,
            kind,
            "undone",
            "gzip, level 6 flows again: your pause was undone by drain of out.csv.gz a drain \
             that was owed resumes a piped source",
        );
    }

    #[test]
    fn an_unpiped_source_says_why_it_stopped() {
        let kind = EventKind::Paused {
            by: PauseCause::Unpipe,
        };
        check(
            0,
            kind,
            "pause",
            "cities.csv paused because nobody is piped any more",
        );
    }

    #[test]
    fn a_verb_is_what_you_called() {
        let kind = EventKind::Verb {
            verb: Verb::Unpipe {
                to: Some(StageId(1)),
            },
        };
        check(
            0,
            kind,
            "you",
            "you called unpipe(filter rows) on cities.csv",
        );
    }

    #[test]
    fn a_stage_the_view_does_not_know_is_named_by_its_number() {
        check(
            9,
            EventKind::Drain,
            "drain",
            "stage 9 drained because its write buffer is empty again after a false",
        );
    }
}
