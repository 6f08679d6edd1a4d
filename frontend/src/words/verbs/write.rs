//! The verbs of a write side: write, cork, uncork, end.

use spillway_streams::{RunView, StageId, StageView, WritableView, WriteState};

use super::life::error_then;
use super::{Call, Offer, offer, refuse, sources};
use crate::words::number::exact;

/// None for a stage that only gives.
pub(super) fn offers(view: &RunView, id: StageId, stage: &StageView) -> Vec<Offer> {
    let Some(side) = &stage.writable else {
        return Vec::new();
    };
    let write = offer("write", "write(…)", write(stage, side), Call::Write);
    let mut uncorks = offer("uncork", "uncork()", uncork(side), Call::Uncork);
    uncorks.enabled = side.corked > 0;
    let mut rest = vec![
        offer("cork", "cork()", cork(side), Call::Cork),
        uncorks,
        offer("end", "end()", end(view, id, side), Call::End),
    ];
    if side.state != WriteState::Open {
        refuse(&mut rest, "end() was called: it accepts no more writes");
    }
    rest.insert(0, write);
    rest
}

/// What `write()` will answer to a chunk of so many bytes, and why.
#[must_use]
pub fn foretell(stage: &StageView, bytes: u64) -> String {
    let Some(side) = &stage.writable else {
        return String::new();
    };
    if side.state != WriteState::Open {
        return after_end(stage);
    }
    let then = side.buffered + bytes;
    let room = then < side.mark || then == 0;
    let (answer, sign) = if room {
        ("true", "<")
    } else {
        ("false", "≥")
    };
    let (before, mark) = (exact(side.buffered), exact(side.mark));
    let corked = if side.corked > 0 {
        "; it is corked, so the chunk waits for uncork()"
    } else {
        ""
    };
    format!(
        "write() will answer {answer}: {before} + {} {sign} {mark}{corked}",
        exact(bytes)
    )
}

/// What `write()` answered, and why.
#[must_use]
pub fn answered(answer: bool, bytes: u64, buffered: u64, mark: u64) -> String {
    let why = if answer {
        "room is left below the mark of"
    } else {
        "that is at or above the mark of"
    };
    format!(
        "write({}) → {answer}: {} bytes are buffered now, {why} {}",
        exact(bytes),
        exact(buffered),
        exact(mark)
    )
}

fn write(stage: &StageView, side: &WritableView) -> String {
    if side.state != WriteState::Open {
        return after_end(stage);
    }
    let WritableView { buffered, mark, .. } = *side;
    if buffered >= mark && buffered > 0 {
        let (buffered, mark) = (exact(buffered), exact(mark));
        format!("write() will answer false: {buffered} of {mark} are buffered already")
    } else {
        format!(
            "asks for a chunk; from {} bytes on write() will answer false",
            exact(mark - buffered)
        )
    }
}

fn cork(side: &WritableView) -> String {
    if side.corked > 0 {
        let times = side.corked + 1;
        return format!("it is corked already: then {times} uncork() calls are needed");
    }
    "holds back what is queued and what is written from now on, until uncork()".to_owned()
}

fn uncork(side: &WritableView) -> String {
    match side.corked {
        0 => "it is not corked".to_owned(),
        1 if side.buffered == 0 => "what is written from now on goes on; nothing waits".to_owned(),
        1 => format!(
            "lets the {} bytes go on that are buffered",
            exact(side.buffered)
        ),
        times => format!("it stays corked: cork() was called {times} times"),
    }
}

fn end(view: &RunView, id: StageId, side: &WritableView) -> String {
    let mut tip = "no more writes".to_owned();
    if side.buffered > 0 {
        let waiting = exact(side.buffered);
        tip.push_str(&format!("; {waiting} bytes are still to be taken"));
    }
    if side.corked > 0 {
        tip.push_str("; it uncorks");
    }
    match sources(view, id).first() {
        Some(source) => tip.push_str(&format!(
            "; {source} still writes here: what comes before 'finish' fails with \
             ERR_STREAM_WRITE_AFTER_END"
        )),
        None => tip.push_str("; then 'finish'"),
    }
    tip
}

fn after_end(stage: &StageView) -> String {
    let then = error_then(stage);
    format!("write() after end(): 'error' with ERR_STREAM_WRITE_AFTER_END; {then}")
}
