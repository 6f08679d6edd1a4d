//! What a run may use. Reached, it ends the run with a message that says what it was.

use std::sync::atomic::Ordering::Relaxed;

use spillway_streams::{Outcome, StageId, StageView};

use super::Driver;

impl Driver {
    /// All of them; now and then is often enough.
    pub(super) fn check_quotas(&mut self) {
        let quotas = self.env.quotas;
        let full = self.env.disk.load(Relaxed) > quotas.disk;
        let stages = self.core.view().stages.iter();
        let read: u64 = stages.filter_map(source_bytes).sum();
        let message = if self.core.elapsed() > quotas.time {
            format!("it ran for {} s", quotas.time.as_secs())
        } else if read > quotas.bytes {
            format!("it read {} bytes", quotas.bytes)
        } else if full {
            format!("all runs together wrote {} bytes", quotas.disk)
        } else {
            return;
        };
        self.stop(
            StageId(0),
            &format!("{message}, which is what a run may use"),
        );
        if full {
            // The disk is everybody's: it cannot wait for a clock.
            self.core.release_all(&mut self.around);
        }
    }

    /// What the stages hold, in their buffers and outside them. A queue without backpressure grows as fast as its source can read, so
    /// this is asked after every operation.
    pub(super) fn check_memory(&mut self) {
        let allowed = self.env.quotas.memory;
        let held = self.core.view().held_bytes();
        if held <= allowed || self.core.has_ended() {
            return;
        }
        let places = self.core.view().stages.iter().zip(0..).flat_map(places);
        let Some(fullest) = places.max_by_key(|place| place.bytes) else {
            return;
        };
        let Place { stage, side, bytes } = fullest;
        let view = &self.core.view().stages[usize::from(stage.0)];
        let (name, label) = (&view.name, &view.label);
        let most = match side {
            Some((side, mark)) => format!(
                "{bytes} of them waited in the {side} buffer of {name} ({label}), whose high \
                 water mark is {mark}"
            ),
            None => format!("{bytes} of them {name} ({label}) had taken in and not given"),
        };
        let message =
            format!("its buffers held {held} bytes, and {allowed} are what a run may use; {most}");
        self.stop(stage, &message);
    }

    fn stop(&mut self, stage: StageId, why: &str) {
        if self.core.has_ended() {
            return;
        }
        let message = why.to_owned();
        self.core
            .end(stage, Outcome::Stopped { message }, &mut self.around);
    }
}

fn source_bytes(stage: &StageView) -> Option<u64> {
    let readable = stage.readable.as_ref()?;
    let is_source = stage.writable.is_none();
    is_source.then_some(readable.bytes + readable.discarded_bytes)
}

/// Where a stage holds bytes.
struct Place {
    stage: StageId,
    /// The buffer and its mark; `None`: the implementation has them.
    side: Option<(&'static str, u64)>,
    bytes: u64,
}

fn places((stage, id): (&StageView, u16)) -> impl Iterator<Item = Place> {
    let place = |side, bytes| Place {
        stage: StageId(id),
        side,
        bytes,
    };
    let read = stage.readable.as_ref();
    let write = stage.writable.as_ref();
    let read = read.map(|side| place(Some(("read", side.mark)), side.buffered));
    let write = write.map(|side| place(Some(("write", side.mark)), side.buffered));
    let in_work = place(None, stage.in_work);
    read.into_iter().chain(write).chain([in_work])
}
