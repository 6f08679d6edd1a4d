//! What a fault left behind: with `pipe()` stages leak, with `pipeline()` all are destroyed.

use crate::event::StageId;
use crate::view::{ReadState, RunView, StageView, WriteState};

impl RunView {
    /// Stages that hold on to what they opened although the run cannot complete any more: another
    /// stage has failed or closed too early, and they have neither closed nor done their part. To
    /// be asked when nothing moves any more: a stage beside the fault may still do its part.
    /// Source: Node, "readable.pipe(destination[, options])", the caveat about errors.
    #[must_use]
    pub fn leaked(&self) -> Vec<StageId> {
        if !self.stages.iter().any(StageView::is_fault) {
            return Vec::new();
        }
        let leaks = |stage: &StageView| !stage.closed && !stage.is_done();
        // A view has a stage for each id, so the index fits.
        let ids = (0u16..).map(StageId).zip(&self.stages);
        ids.filter(|(_, stage)| leaks(stage))
            .map(|(id, _)| id)
            .collect()
    }
}

impl StageView {
    /// Whether it has given `end` and `finish`, as far as it has these sides.
    #[must_use]
    pub fn is_done(&self) -> bool {
        let ended = |side: &crate::ReadableView| side.state == ReadState::Ended;
        let finished = |side: &crate::WritableView| side.state == WriteState::Finished;
        self.readable.as_ref().is_none_or(ended) && self.writable.as_ref().is_none_or(finished)
    }

    /// Whether it has failed, or closed before it was done.
    fn is_fault(&self) -> bool {
        self.error.is_some() || (self.closed && !self.is_done())
    }
}

#[cfg(test)]
mod tests {
    use crate::{Machine, ReadOptions, StageId, StageOptions, WriteOptions};

    fn three_stages() -> (Machine, [StageId; 3]) {
        let mut machine = Machine::new();
        let ids = [(true, false), (true, true), (false, true)].map(|(reads, writes)| {
            machine.add(StageOptions {
                read: reads.then(ReadOptions::default),
                write: writes.then(WriteOptions::default),
                error_heard: true,
                ..StageOptions::default()
            })
        });
        (machine, ids)
    }

    fn leaked_after(machine: &mut Machine, failing: StageId) -> Vec<StageId> {
        machine.tick();
        let mut view = machine.view();
        assert!(view.leaked().is_empty(), "nothing has failed yet");
        machine.destroy(failing, Some("boom"));
        machine.tick();
        while let Some(event) = machine.poll_event() {
            view.apply(&event);
        }
        view.leaked()
    }

    #[test]
    fn pipes_leave_the_neighbours_of_a_failed_stage_open() {
        let (mut machine, [source, middle, sink]) = three_stages();
        machine.connect(source, middle).unwrap();
        machine.connect(middle, sink).unwrap();
        assert_eq!(leaked_after(&mut machine, middle), [source, sink]);
    }

    #[test]
    fn a_pipeline_leaves_nothing_open() {
        let (mut machine, stages) = three_stages();
        machine.pipeline(&stages).unwrap();
        assert_eq!(leaked_after(&mut machine, stages[1]), []);
    }

    #[test]
    fn an_aborted_pipeline_leaves_nothing_open() {
        let (mut machine, stages) = three_stages();
        let pipeline = machine.pipeline(&stages).unwrap();
        machine.abort_pipeline(pipeline);
        machine.tick();
        assert!(stages.iter().all(|stage| machine.is_closed(*stage)));
    }
}
