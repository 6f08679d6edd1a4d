//! How the driver goes on under the run's clock.

use super::clock::Rate;
use super::hold::Hold;
use super::{Driver, RunError};
use crate::engine::work::Answer;

impl Driver {
    /// Sets how fast the run's events may come.
    pub(super) fn set_rate(&mut self, rate: Rate) -> Result<Option<String>, RunError> {
        if self.core.is_over() {
            return Err(RunError::Over);
        }
        if rate == Rate::Step && self.clock.rate() == Rate::Step {
            let note = "the step before this one still waits for its event";
            return Ok(Some(note.to_owned()));
        }
        self.clock.set(rate);
        if rate == Rate::Step && self.core.waits() {
            self.finish_step();
            return Ok(None);
        }
        self.core.set_hold(self.clock.hold(), &mut self.around);
        self.around.page.set_clock(rate.into());
        self.go_on();
        Ok(None)
    }

    /// What to say of a verb whose events nobody sees yet.
    pub(super) fn unseen(&self) -> Option<String> {
        let note = "done; the clock is paused, so it shows when the clock goes on or is stepped";
        (self.clock.rate() == Rate::Paused).then(|| note.to_owned())
    }

    /// A stage has answered. The machine hears of it as soon as the clock lets it.
    pub(super) fn handle_answer(&mut self, answer: Answer) {
        if self.core.has_ended() {
            return;
        }
        if self.core.goes_on() && self.around.behind.is_empty() {
            self.take_answer(answer);
        } else {
            let now_us = self.core.elapsed_us();
            self.around.behind.push(answer, now_us);
        }
        self.go_on();
    }

    /// Lets answers into the machine for as long as none of their events has to wait.
    pub(super) fn go_on(&mut self) {
        while self.core.goes_on() && !self.around.behind.is_empty() {
            let now_us = self.core.elapsed_us();
            if let Some(answer) = self.around.behind.pop(now_us) {
                self.take_answer(answer);
            }
        }
        if self.clock.rate() == Rate::Step && self.core.waits() {
            self.finish_step();
        }
    }

    /// The event that a step waited for is there: it comes, and the run stands still again.
    fn finish_step(&mut self) {
        self.clock.set(Rate::Paused);
        self.core.set_hold(Hold::Still, &mut self.around);
        self.core.release_one(&mut self.around);
        self.around.page.set_clock(self.clock.rate().into());
        self.check_memory();
    }

    /// Says how long the answers that the clock keeps out have waited: no stage is busy with them.
    pub(super) fn count_waiting(&mut self) {
        if !self.around.behind.is_empty() {
            let now_us = self.core.elapsed_us();
            self.around.behind.count(now_us);
        }
    }

    /// Releases what slow motion has tokens for.
    pub(super) fn release_due(&mut self) {
        while self.core.waits() && self.clock.take_token() {
            self.core.release_one(&mut self.around);
            self.check_memory();
            self.report();
            self.go_on();
        }
    }

    /// Puts into the log what was measured of the stages, in a moment in which nothing waits.
    pub(super) fn report(&mut self) {
        if self.core.is_over() {
            self.core.report_open(&mut self.around);
            return;
        }
        if !self.core.goes_on() || self.clock.rate() == Rate::Step {
            return;
        }
        self.core.set_time();
        self.core.report_open(&mut self.around);
        if std::mem::take(&mut self.times_due) {
            self.core.report_times(&self.around);
        }
        self.core.settle(&mut self.around);
    }
}
