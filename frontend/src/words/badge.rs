//! The state of a stage in a word.

use spillway_streams::{ReadState, StageView, WriteState};

use super::phrase::Tone;

/// The kind whose two sides are independent; with all others what comes out is made of what went in.
const DUPLEX: &str = "tcp_echo";

/// Stops a second from which the eye sees flicker instead of states.
const FLICKER_PER_S: u64 = 6;

/// The state of a stage in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Badge {
    /// The state of this very moment, for tests and screen readers.
    pub state: &'static str,
    /// What is shown: a state that changes many times a second gets one steady word.
    pub word: &'static str,
    /// Its colour.
    pub tone: Tone,
}

/// The role a stage plays, in Node's words.
#[must_use]
pub fn role(stage: &StageView) -> &'static str {
    match (&stage.readable, &stage.writable) {
        (Some(_), Some(_)) if stage.kind == DUPLEX => "Duplex",
        (Some(_), Some(_)) => "Transform",
        (Some(_), None) => "Readable",
        (None, _) => "Writable",
    }
}

/// The badge of a stage whose read side was stopped `stops_per_s` times in the last second.
#[must_use]
pub fn badge(stage: &StageView, stops_per_s: u64) -> Badge {
    let (state, tone) = state(stage);
    let steady = matches!(state, "flowing" | "paused") && !is_paused_by_hand(stage);
    if steady && stops_per_s >= FLICKER_PER_S {
        return Badge {
            state,
            word: "stop and go",
            tone: Tone::Brim,
        };
    }
    Badge {
        state,
        word: state,
        tone,
    }
}

/// Whether states change too fast to be told one by one.
#[must_use]
pub const fn is_flicker(stops_per_s: u64) -> bool {
    stops_per_s >= FLICKER_PER_S
}

fn state(stage: &StageView) -> (&'static str, Tone) {
    if stage.error.is_some() {
        return ("errored", Tone::Fault);
    }
    match (&stage.readable, &stage.writable) {
        (Some(readable), _) => match readable.state {
            ReadState::Ended => ("ended", Tone::Done),
            _ if stage.closed => ("closed", Tone::Quiet),
            ReadState::Initial => ("not flowing", Tone::Quiet),
            ReadState::Flowing => ("flowing", Tone::Water),
            ReadState::Paused => ("paused", Tone::Brim),
        },
        (None, Some(writable)) => match writable.state {
            WriteState::Finished => ("finished", Tone::Done),
            _ if stage.closed => ("closed", Tone::Quiet),
            WriteState::Ending => ("ending", Tone::Water),
            WriteState::Open if writable.need_drain => ("owes drain", Tone::Brim),
            WriteState::Open if writable.buffered > 0 => ("writing", Tone::Water),
            WriteState::Open => ("waiting", Tone::Quiet),
        },
        (None, None) => ("closed", Tone::Quiet),
    }
}

fn is_paused_by_hand(stage: &StageView) -> bool {
    stage
        .readable
        .as_ref()
        .is_some_and(|readable| readable.paused_by_hand)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    #[test]
    fn a_source_that_flips_often_gets_a_steady_word() {
        let source = &sample::pipeline().stages[0];
        assert_eq!(badge(source, 0).word, "flowing");
        let fast = badge(source, 300);
        assert_eq!((fast.word, fast.state), ("stop and go", "flowing"));
    }

    #[test]
    fn a_pause_by_hand_is_told_at_once() {
        let mut source = sample::pipeline().stages.remove(0);
        let readable = source.readable.as_mut().expect("a Readable");
        readable.state = ReadState::Paused;
        readable.paused_by_hand = true;
        assert_eq!(badge(&source, 300).word, "paused");
    }

    #[test]
    fn an_end_outlives_the_close_that_follows_it() {
        let mut view = sample::pipeline();
        for stage in &mut view.stages {
            stage.closed = true;
        }
        let sink = view.stages[3].writable.as_mut().expect("a Writable");
        sink.state = WriteState::Finished;
        let source = view.stages[0].readable.as_mut().expect("a Readable");
        source.state = ReadState::Ended;
        assert_eq!(badge(&view.stages[0], 0).state, "ended");
        assert_eq!(badge(&view.stages[1], 0).state, "closed");
        assert_eq!(badge(&view.stages[3], 0).state, "finished");
    }

    #[test]
    fn roles_are_nodes_words() {
        let mut view = sample::pipeline();
        view.stages[2].kind = "tcp_echo".to_owned();
        let roles: Vec<_> = view.stages.iter().map(role).collect();
        assert_eq!(roles, ["Readable", "Transform", "Duplex", "Writable"]);
    }
}
