//! The steps of a chain of causes in words.

use spillway_streams::{Event, RunView};

use super::label;
use super::log_line::Line;
use super::number::{duration, exact, rate};
use super::phrase::{Part, Phrase};
use crate::model::causes::{Link, Says};

/// `Why? 4 steps`.
#[must_use]
pub fn how_many(steps: usize) -> String {
    match steps {
        1 => "Why? 1 step".to_owned(),
        steps => format!("Why? {steps} steps"),
    }
}

/// One step; `view` gives the stages their names.
#[must_use]
pub fn step(link: &Link, view: &RunView) -> Phrase {
    let said = Phrase::new().name(label(view, link.stage));
    match &link.says {
        Says::Event(kind) => {
            let event = Event {
                seq: link.seq,
                at_us: link.at_us,
                stage: link.stage,
                kind: kind.clone(),
            };
            // Its reason is the next step.
            let mut phrase = Line::of(&event, view).phrase;
            phrase.0.retain(|part| !matches!(part, Part::Because(_)));
            phrase
        }
        Says::AtMark {
            buffered,
            mark,
            alone,
        } => {
            let (buffered, mark) = (exact(*buffered), exact(*mark));
            let unit = unit(link, view);
            let said = said.text(format!(
                ": {buffered} {unit} are queued, its mark is {mark}: "
            ));
            let said = said.code(format!("{buffered} ≥ {mark}"));
            match alone {
                true => said.text(", by this chunk alone"),
                false => said,
            }
        }
        Says::Busy { for_us, took_us } => {
            let said = said.text(" was at work on a chunk");
            match (took_us, for_us) {
                (Some(took), _) => said.text(format!(", which took {}", duration(*took))),
                (None, 0) => said,
                (None, so_far) => said.text(format!(", for {} by then", duration(*so_far))),
            }
        }
        Says::Limited { bytes_per_s } => {
            said.text(format!(" may take no more than {}", rate(*bytes_per_s)))
        }
        Says::Full { buffered, mark } => said
            .text(" must not go on: its own read buffer is at its mark, ")
            .code(format!("{} ≥ {}", exact(*buffered), exact(*mark))),
        Says::LeftOut { events } => Phrase::new().text(format!(
            "{} chunk events were left out here: what is behind this is not kept",
            exact(*events)
        )),
    }
}

fn unit(link: &Link, view: &RunView) -> &'static str {
    let stage = view.stage(link.stage);
    let side = stage.and_then(|stage| stage.writable.as_ref());
    match side.is_some_and(|side| side.object_mode) {
        true => "objects",
        false => "bytes",
    }
}

#[cfg(test)]
mod tests {
    use spillway_streams::{EventKind, PauseCause, StageId};

    use super::*;
    use crate::model::sample;

    fn check(stage: u16, says: Says, expect: &str) {
        let link = Link {
            seq: 7,
            at_us: 3_411_000,
            stage: StageId(stage),
            says,
        };
        let said = step(&link, &sample::pipeline()).plain();
        assert_eq!(said.trim_end().replace('\u{a0}', " "), expect);
    }

    #[test]
    fn a_step_that_is_an_event_leaves_its_reason_to_the_next() {
        let by = PauseCause::Backpressure {
            to: StageId(1),
            buffered: 65_536,
            mark: 16_384,
        };
        check(
            0,
            Says::Event(EventKind::Paused { by }),
            "cities.csv paused",
        );
    }

    #[test]
    fn figures_are_told_with_their_stage() {
        let at_mark = |alone| Says::AtMark {
            buffered: 65_536,
            mark: 16_384,
            alone,
        };
        let queued = "gzip, level 6: 65 536 bytes are queued, its mark is 16 384: 65 536 ≥ 16 384";
        check(2, at_mark(false), queued);
        check(2, at_mark(true), &format!("{queued}, by this chunk alone"));
        let full = Says::Full {
            buffered: 16_384,
            mark: 16_384,
        };
        let says =
            "gzip, level 6 must not go on: its own read buffer is at its mark, 16 384 ≥ 16 384";
        check(2, full, says);
        let bytes_per_s = 64_000;
        let says = "out.csv.gz may take no more than 64 KB/s";
        check(3, Says::Limited { bytes_per_s }, says);
    }

    #[test]
    fn work_is_told_with_the_time_that_is_known() {
        let busy = |for_us, took_us| Says::Busy { for_us, took_us };
        let says = "gzip, level 6 was at work on a chunk";
        check(2, busy(0, None), says);
        check(2, busy(3_000, None), &format!("{says}, for 3 ms by then"));
        check(
            2,
            busy(3_000, Some(14_000)),
            &format!("{says}, which took 14 ms"),
        );
    }

    #[test]
    fn what_was_left_out_is_said() {
        let says = "80 chunk events were left out here: what is behind this is not kept";
        check(2, Says::LeftOut { events: 80 }, says);
    }

    #[test]
    fn the_number_of_steps_is_told() {
        assert_eq!(how_many(1), "Why? 1 step");
        assert_eq!(how_many(4), "Why? 4 steps");
    }
}
