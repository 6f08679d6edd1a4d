//! Answers of stages that came while the clock lets nothing into the machine.

use std::collections::VecDeque;

use spillway_streams::StageId;

use crate::engine::work::Answer;

/// They wait in the order they came: one of each side of a stage at most, for a side answers before
/// it is asked again.
#[derive(Debug, Default)]
pub(super) struct Behind {
    answers: VecDeque<Late>,
    /// Of each stage: how long its answers have waited so far, microseconds of the run's time.
    waited_us: Vec<u64>,
}

#[derive(Debug)]
struct Late {
    answer: Answer,
    counted_to_us: u64,
}

impl Behind {
    pub(super) fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// Keeps an answer that came now.
    pub(super) fn push(&mut self, answer: Answer, now_us: u64) {
        let counted_to_us = now_us;
        self.answers.push_back(Late {
            answer,
            counted_to_us,
        });
    }

    /// The answer that has waited longest.
    pub(super) fn pop(&mut self, now_us: u64) -> Option<Answer> {
        self.count(now_us);
        Some(self.answers.pop_front()?.answer)
    }

    /// Adds what the answers that wait have waited up to now.
    pub(super) fn count(&mut self, now_us: u64) {
        for late in &mut self.answers {
            let at = usize::from(late.answer.stage.0);
            if self.waited_us.len() <= at {
                self.waited_us.resize(at + 1, 0);
            }
            self.waited_us[at] += now_us.saturating_sub(late.counted_to_us);
            late.counted_to_us = now_us;
        }
    }

    /// How long the answers of a stage have waited, as far as it was counted.
    pub(super) fn waited_us(&self, stage: StageId) -> u64 {
        let waited = self.waited_us.get(usize::from(stage.0));
        waited.copied().unwrap_or_default()
    }
}
