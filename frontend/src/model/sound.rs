//! Which tones a run gives: few enough to be told apart, however fast it goes.

use spillway_streams::{Event, EventKind};

use super::log::Log;

/// A tone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chime {
    /// A chunk was given or taken.
    Chunk,
    /// A write was answered with false.
    Refused,
    /// A drain.
    Drain,
    /// A stage failed.
    Error,
}

/// Listens to the log of a run.
#[derive(Debug, Default)]
pub struct Ear {
    /// The last event that was heard, once there is one.
    seq: Option<u64>,
    /// When each tone may come again, milliseconds.
    free_ms: [f64; 4],
}

impl Ear {
    /// The tones of what is new in the log, whose newest event is `newest`. What was before the
    /// first call gives none.
    pub fn listen(&mut self, now_ms: f64, log: &Log, newest: u64) -> Vec<Chime> {
        let before = self.seq.replace(newest);
        let Some(before) = before.filter(|before| *before <= newest) else {
            return Vec::new();
        };
        let mut tones = Vec::new();
        for event in log.since(before).into_iter().flatten() {
            let Some(chime) = chime(event) else {
                continue;
            };
            let free_ms = &mut self.free_ms[chime as usize];
            if now_ms >= *free_ms {
                *free_ms = now_ms + chime.gap_ms();
                tones.push(chime);
            }
        }
        tones
    }
}

impl Chime {
    /// Pitch, hertz.
    #[must_use]
    pub const fn pitch(self) -> f32 {
        match self {
            Self::Chunk => 880.0,
            Self::Refused => 220.0,
            Self::Drain => 587.0,
            Self::Error => 98.0,
        }
    }

    /// How long it sounds, seconds.
    #[must_use]
    pub const fn seconds(self) -> f64 {
        match self {
            Self::Chunk => 0.05,
            Self::Refused | Self::Drain => 0.16,
            Self::Error => 0.7,
        }
    }

    /// Shortest time from one to the next, milliseconds.
    const fn gap_ms(self) -> f64 {
        match self {
            Self::Chunk => 110.0,
            Self::Refused | Self::Drain => 300.0,
            Self::Error => 700.0,
        }
    }
}

const fn chime(event: &Event) -> Option<Chime> {
    match event.kind {
        EventKind::Data { .. } | EventKind::Taken { .. } => Some(Chime::Chunk),
        EventKind::Wrote { answer: false, .. } => Some(Chime::Refused),
        EventKind::Drain => Some(Chime::Drain),
        EventKind::Errored { .. } => Some(Chime::Error),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use spillway_streams::StageId;

    use super::*;

    fn log(from: u64, kinds: impl IntoIterator<Item = EventKind>) -> Log {
        let mut log = Log::default();
        for (seq, kind) in (from..).zip(kinds) {
            log.push(&Event {
                seq,
                at_us: seq,
                stage: StageId(0),
                kind,
            });
        }
        log
    }

    const fn data() -> EventKind {
        EventKind::Data {
            bytes: 1,
            buffered: 0,
            chunks: 1,
            total: 1,
        }
    }

    #[test]
    fn what_was_before_the_sound_was_switched_on_is_silent() {
        let mut ear = Ear::default();
        assert_eq!(ear.listen(0.0, &log(1, [EventKind::Drain]), 1), []);
        assert_eq!(
            ear.listen(1.0, &log(2, [EventKind::Drain]), 2),
            [Chime::Drain]
        );
    }

    #[test]
    fn a_flood_of_chunks_is_a_tick_now_and_then_and_hides_no_error() {
        let mut ear = Ear::default();
        ear.listen(0.0, &Log::default(), 0);
        let message = String::new();
        let kinds = std::iter::repeat_with(data).take(500);
        let flood = log(1, kinds.chain([EventKind::Errored { message }]));
        assert_eq!(ear.listen(10.0, &flood, 501), [Chime::Error, Chime::Chunk]);
        assert_eq!(ear.listen(20.0, &log(502, [data()]), 502), []);
        assert_eq!(ear.listen(150.0, &log(503, [data()]), 503), [Chime::Chunk]);
    }

    #[test]
    fn another_run_begins_in_silence() {
        let mut ear = Ear::default();
        ear.listen(0.0, &Log::default(), 900);
        assert_eq!(ear.listen(1.0, &log(1, [EventKind::Drain]), 1), []);
    }
}
