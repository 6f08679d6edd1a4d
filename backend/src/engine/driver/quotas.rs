//! What a run may use. Reached, it ends the run with a message that says what it was.

use std::sync::atomic::Ordering::Relaxed;

use spillway_streams::{Outcome, StageId, StageView};

use super::Driver;

impl Driver {
    /// All of them; now and then is often enough.
    pub(super) fn check_quotas(&mut self) {
        let quotas = self.env.quotas;
        let stages = self.core.view().stages.iter();
        let read: u64 = stages.filter_map(source_bytes).sum();
        let message = if self.core.elapsed() > quotas.time {
            format!("it ran for {} s", quotas.time.as_secs())
        } else if read > quotas.bytes {
            format!("it read {} bytes", quotas.bytes)
        } else if self.env.disk.load(Relaxed) > quotas.disk {
            format!("all runs together wrote {} bytes", quotas.disk)
        } else {
            return;
        };
        self.stop(
            StageId(0),
            &format!("{message}, which is what a run may use"),
        );
    }

    /// What the buffers hold. A queue without backpressure grows as fast as its source can read, so
    /// this is asked after every operation.
    pub(super) fn check_memory(&mut self) {
        let allowed = self.env.quotas.memory;
        let tanks = || self.core.view().stages.iter().zip(0..).flat_map(tanks);
        let held: u64 = tanks().map(|tank| tank.bytes).sum();
        if held <= allowed || self.core.is_over() {
            return;
        }
        let Some(fullest) = tanks().max_by_key(|tank| tank.bytes) else {
            return;
        };
        let Tank {
            stage,
            side,
            bytes,
            mark,
        } = fullest;
        let view = &self.core.view().stages[usize::from(stage.0)];
        let message = format!(
            "its buffers held {held} bytes, and {allowed} are what a run may use; {bytes} of them \
             waited in the {side} buffer of {} ({}), whose high water mark is {mark}",
            view.name, view.label
        );
        self.stop(stage, &message);
    }

    fn stop(&mut self, stage: StageId, why: &str) {
        let message = format!("stopped at its quota: {why}");
        self.core
            .end(stage, Outcome::Stopped { message }, &mut self.around);
    }
}

fn source_bytes(stage: &StageView) -> Option<u64> {
    let readable = stage.readable.as_ref()?;
    let is_source = stage.writable.is_none();
    is_source.then_some(readable.bytes + readable.discarded_bytes)
}

/// One buffer of a stage.
struct Tank {
    stage: StageId,
    side: &'static str,
    bytes: u64,
    mark: u64,
}

fn tanks((stage, id): (&StageView, u16)) -> impl Iterator<Item = Tank> {
    let tank = |side, bytes, mark| Tank {
        stage: StageId(id),
        side,
        bytes,
        mark,
    };
    let read = stage.readable.as_ref();
    let write = stage.writable.as_ref();
    let read = read.map(|side| tank("read", side.buffered, side.mark));
    let write = write.map(|side| tank("write", side.buffered, side.mark));
    read.into_iter().chain(write)
}
