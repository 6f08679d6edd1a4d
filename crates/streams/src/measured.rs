//! What is measured of a run besides how its streams stand: what it holds and has held.

use crate::event::Resources;
use crate::view::{RunView, StageView};

/// What is measured of a run besides how it stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Measured {
    /// Most bytes that were held at one moment before this one; [`RunView::peak`] has this one in.
    pub peak_bytes: u64,
    /// When a Writable at the end of the line had taken its first chunk.
    pub first_taken_us: Option<u64>,
}

impl RunView {
    /// Bytes that all stages hold together, in their buffers and outside them.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        self.stages.iter().map(StageView::held_bytes).sum()
    }

    /// Most bytes that were held at one moment so far.
    #[must_use]
    pub fn peak(&self) -> u64 {
        self.measured.peak_bytes.max(self.held_bytes())
    }

    /// What all stages have open together.
    #[must_use]
    pub fn open(&self) -> Resources {
        let mut all = Resources::default();
        for stage in &self.stages {
            all.files += stage.open.files;
            all.sockets += stage.open.sockets;
            all.timers += stage.open.timers;
        }
        all
    }
}

impl StageView {
    /// Bytes that the stage holds, in its buffers and outside them.
    #[must_use]
    pub fn held_bytes(&self) -> u64 {
        let read = self.readable.as_ref().filter(|side| !side.object_mode);
        let write = self.writable.as_ref().filter(|side| !side.object_mode);
        read.map_or(0, |side| side.buffered) + write.map_or(0, |side| side.buffered) + self.in_work
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::{
        Backpressure, EventKind, Machine, ReadOptions, StageId, StageOptions, WriteOptions,
    };

    const SOURCE: StageId = StageId(0);
    const SINK: StageId = StageId(1);

    fn run(how: Backpressure) -> (Machine, RunView) {
        let mut machine = Machine::new();
        for (reads, writes) in [(true, false), (false, true)] {
            machine.add(StageOptions {
                read: reads.then(ReadOptions::default),
                write: writes.then(WriteOptions::default),
                ..StageOptions::default()
            });
        }
        let view = machine.view();
        machine.forward(SOURCE, SINK, how).unwrap();
        (machine, view)
    }

    fn settle(machine: &mut Machine, view: &mut RunView) {
        machine.tick();
        while let Some(event) = machine.poll_event() {
            view.apply(&event);
        }
    }

    #[test]
    fn the_peak_is_what_was_held_when_a_moment_was_over() {
        let (mut machine, mut view) = run(Backpressure::Ignored);
        for at in 1..=3 {
            machine.handle_time(at);
            machine.handle_push(SOURCE, Some(Bytes::from_static(&[0; 1_000])));
            settle(&mut machine, &mut view);
        }
        assert_eq!((view.held_bytes(), view.peak()), (3_000, 3_000));
        for at in 4..=5 {
            machine.handle_time(at);
            machine.handle_write_done(SINK, Ok(()));
            // What was taken counts once, though it is in two places for as long as this lasts.
            machine.note(
                SINK,
                EventKind::InWork {
                    bytes: (at - 3) * 1_000,
                },
            );
            settle(&mut machine, &mut view);
        }
        machine.handle_time(6);
        machine.note(SINK, EventKind::InWork { bytes: 0 });
        settle(&mut machine, &mut view);
        assert_eq!((view.held_bytes(), view.peak()), (1_000, 3_000));
        assert_eq!(view.measured.first_taken_us, Some(4));
    }

    #[test]
    fn what_the_stages_have_open_adds_up() {
        let (mut machine, mut view) = run(Backpressure::Respected);
        let open = |files, timers| Resources {
            files,
            sockets: 0,
            timers,
        };
        machine.note(SOURCE, EventKind::Resources { open: open(1, 1) });
        machine.note(SINK, EventKind::Resources { open: open(1, 0) });
        settle(&mut machine, &mut view);
        assert_eq!(view.open(), open(2, 1));
        machine.note(SOURCE, EventKind::Resources { open: open(0, 0) });
        settle(&mut machine, &mut view);
        assert_eq!(view.open(), open(1, 0));
    }
}
