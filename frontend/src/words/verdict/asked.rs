//! The sentence about a program that is told of chunks by `readable`, and takes them by `read()`.

use spillway_streams::{ReadableView, StageView};

use super::Verdict;
use crate::words::number::exact;
use crate::words::phrase::{Phrase, Tone};

/// Nothing flows: what is there waits until it is asked for.
pub(super) fn asked(source: &StageView, readable: &ReadableView) -> Verdict {
    let said = Phrase::new()
        .name(source.label.clone())
        .text(" gives when it is asked: ")
        .name(exact(readable.buffered))
        .text(" bytes wait for ")
        .code("read()");
    Verdict::says(Tone::Water, said.text("."))
}

#[cfg(test)]
mod tests {
    use crate::model::sample;
    use crate::words::number::NARROW;
    use crate::words::verdict::verdict;

    #[test]
    fn what_waits_for_read_is_counted() {
        let mut view = sample::pipeline();
        view.stages.truncate(1);
        view.pipes.clear();
        let side = view.stages[0].readable.as_mut().expect("a Readable");
        side.state = spillway_streams::ReadState::Paused;
        (side.readable_listeners, side.buffered) = (1, 16_384);
        let said = verdict(&view, &[]).phrase.plain().replace(NARROW, " ");
        assert_eq!(
            said,
            "cities.csv gives when it is asked: 16 384 bytes wait for read()."
        );
        view.outcome = Some(spillway_streams::Outcome::Completed);
        let side = view.stages[0].readable.as_mut().expect("a Readable");
        side.state = spillway_streams::ReadState::Ended;
        let said = verdict(&view, &[]).phrase.plain();
        assert!(said.starts_with("Complete: all is given"), "{said}");
    }
}
