//! What `read(n)` will answer, and what it answered.

use spillway_streams::{ReadState, ReadableView, RunView, StageId};

use crate::words::label;
use crate::words::number::exact;

/// What `read(n)` of a stage will answer, or `read()` for `None`, and who else gets it.
#[must_use]
pub fn foretell_read(view: &RunView, id: StageId, n: Option<u64>) -> String {
    let Some(side) = view.stage(id).and_then(|stage| stage.readable.as_ref()) else {
        return String::new();
    };
    let call = call(n);
    let buffered = exact(side.buffered);
    let flows = side.state == ReadState::Flowing;
    match n {
        Some(0) => "read(0) takes nothing; below the mark it only has more fetched into the buffer"
            .to_owned(),
        Some(n) if n > side.buffered => format!(
            "{call} will answer null: only {buffered} bytes are buffered{}{LAST}",
            raises(side, n)
        ),
        None if side.buffered == 0 && flows => format!(
            "{call} will answer null: it flows, so nothing stays in the buffer; pause() it first"
        ),
        None if side.buffered == 0 => {
            format!("{call} will answer null: nothing is buffered; it has more fetched")
        }
        None if flows => format!(
            "{call} will take one chunk of the {buffered} bytes, because it flows{}",
            also(view, id)
        ),
        None => format!("{call} will take all {buffered} bytes{}", also(view, id)),
        Some(n) => format!(
            "{call} will take {} of the {buffered} bytes{}{}",
            exact(n),
            raises(side, n),
            also(view, id)
        ),
    }
}

/// What `read(n)` answered.
#[must_use]
pub fn gave(n: Option<u64>, bytes: Option<u64>, buffered: u64, mark: u64) -> String {
    let answer = bytes.map_or_else(
        || "null".to_owned(),
        |bytes| format!("{} bytes", exact(bytes)),
    );
    format!(
        "{} → {answer}: {} bytes are buffered now, the mark is {}",
        call(n),
        exact(buffered),
        exact(mark)
    )
}

fn call(n: Option<u64>) -> String {
    n.map_or_else(|| "read()".to_owned(), |n| format!("read({})", exact(n)))
}

/// A `read(n)` above the mark raises it.
fn raises(side: &ReadableView, n: u64) -> String {
    if n <= side.mark {
        return String::new();
    }
    let raised = n.checked_next_power_of_two().unwrap_or(u64::MAX);
    format!(
        "; it raises the mark from {} to {}",
        exact(side.mark),
        exact(raised)
    )
}

/// Who gets what it takes, besides whoever called it.
fn also(view: &RunView, id: StageId) -> String {
    let pipes = view.pipes.iter().filter(|pipe| pipe.from == id);
    let names: Vec<String> = pipes.map(|pipe| label(view, pipe.to)).collect();
    if !names.is_empty() {
        return format!("; {} gets it too", names.join(", "));
    }
    let side = view.stage(id).and_then(|stage| stage.readable.as_ref());
    if side.is_some_and(|side| side.data_listeners > 0) {
        return "; the listener of 'data' gets it too".to_owned();
    }
    "; nobody else gets it".to_owned()
}

/// What differs when the source has no more to give.
const LAST: &str = "; after the last chunk it takes what is left";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;
    use crate::words::number::NARROW;

    const SOURCE: StageId = StageId(0);

    fn check(change: impl FnOnce(&mut RunView), n: Option<u64>, expect: &str) {
        let mut view = sample::pipeline();
        let side = view.stages[0].readable.as_mut().expect("a Readable");
        (side.state, side.buffered, side.mark) = (ReadState::Paused, 65_536, 65_536);
        change(&mut view);
        let said = foretell_read(&view, SOURCE, n).replace(NARROW, " ");
        assert_eq!(said, expect);
    }

    fn side(view: &mut RunView) -> &mut ReadableView {
        view.stages[0].readable.as_mut().expect("a Readable")
    }

    #[test]
    fn what_is_read_while_piped_goes_to_the_destinations_too() {
        let expect = "read(10) will take 10 of the 65 536 bytes; filter rows gets it too";
        check(|_| (), Some(10), expect);
        let expect = "read() will take all 65 536 bytes; nobody else gets it";
        check(|view| view.pipes.clear(), None, expect);
    }

    #[test]
    fn more_than_is_buffered_gives_null_and_may_raise_the_mark() {
        let expect = "read(60 000) will answer null: only 5 bytes are buffered; after the last \
                      chunk it takes what is left";
        check(|view| side(view).buffered = 5, Some(60_000), expect);
        let expect = "read(70 000) will answer null: only 65 536 bytes are buffered; it raises \
                      the mark from 65 536 to 131 072; after the last chunk it takes what is left";
        check(|_| (), Some(70_000), expect);
    }

    #[test]
    fn a_flowing_stream_keeps_nothing_to_read() {
        let flow = |view: &mut RunView| {
            side(view).state = ReadState::Flowing;
            side(view).buffered = 0;
        };
        let expect = "read() will answer null: it flows, so nothing stays in the buffer; pause() \
                      it first";
        check(flow, None, expect);
        let expect = "read() will take one chunk of the 65 536 bytes, because it flows; filter \
                      rows gets it too";
        check(|view| side(view).state = ReadState::Flowing, None, expect);
    }

    #[test]
    fn nothing_is_read_of_nothing() {
        let expect = "read() will answer null: nothing is buffered; it has more fetched";
        check(|view| side(view).buffered = 0, None, expect);
        let expect =
            "read(0) takes nothing; below the mark it only has more fetched into the buffer";
        check(|_| (), Some(0), expect);
    }

    #[test]
    fn an_answer_names_its_numbers() {
        assert_eq!(
            gave(Some(5), None, 3, 16_384).replace(NARROW, " "),
            "read(5) → null: 3 bytes are buffered now, the mark is 16 384"
        );
        assert!(gave(None, Some(5), 0, 16_384).starts_with("read() → 5 bytes: 0 bytes"));
    }
}
