//! The sentence about a program that writes what it hears and does not look at the answer.

use spillway_streams::{RunView, StageId, StageView};

use super::Verdict;
use crate::words::number::{exact, size};
use crate::words::phrase::{Phrase, Tone};

/// A listener of `data` writes to the next stage.
pub(super) fn unheeding(view: &RunView, id: StageId, source: &StageView) -> Verdict {
    let said = Phrase::new().name(source.label.clone()).text(" flows");
    let next = view.stages.get(usize::from(id.0) + 1);
    let Some((next, writable)) = next.and_then(|next| Some((next, next.writable.as_ref()?))) else {
        return Verdict::says(Tone::Water, said.text(" to a listener of data."));
    };
    let said = said
        .text(" to a listener that calls ")
        .code("write()")
        .text(" and does not look at the answer");
    if !writable.need_drain {
        let said = said
            .text("; ")
            .name(next.label.clone())
            .text(" keeps up so far.");
        return Verdict::says(Tone::Water, said);
    }
    let said = said
        .text(": ")
        .name(size(writable.buffered))
        .text(" wait in ")
        .name(next.label.clone())
        .text(format!(", whose mark is {}.", exact(writable.mark)));
    Verdict {
        bottleneck: view.id_of(&next.name),
        ..Verdict::says(Tone::Brim, said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;
    use crate::words::number::NARROW;
    use crate::words::verdict::verdict;

    fn listened() -> RunView {
        let mut view = sample::pipeline();
        view.pipes.clear();
        let readable = view.stages[0].readable.as_mut();
        readable.expect("a Readable").data_listeners = 1;
        view
    }

    fn says(view: &RunView) -> String {
        verdict(view, &[]).phrase.plain().replace(NARROW, " ")
    }

    #[test]
    fn a_queue_that_nobody_looks_at_is_told_with_its_size() {
        let mut view = listened();
        assert!(says(&view).ends_with("filter rows keeps up so far."));
        let writable = view.stages[1].writable.as_mut().expect("a Writable");
        writable.buffered = 34_000_000;
        writable.need_drain = true;
        assert!(
            says(&view).ends_with(": 34 MB wait in filter rows, whose mark is 16 384."),
            "{}",
            says(&view)
        );
        assert_eq!(verdict(&view, &[]).bottleneck, Some(StageId(1)));
    }
}
