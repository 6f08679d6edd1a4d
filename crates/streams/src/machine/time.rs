//! Where a stage's time goes: busy, held back or idle.

use super::side::{ReadPhase, TransformStep};
use super::{Machine, index};
use crate::event::{EventKind, StageId};

/// What a stage is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Activity {
    /// It waits for something to do.
    #[default]
    Idle,
    /// Its implementation is at work.
    Busy,
    /// It has something to give and must not give it.
    HeldBack,
}

/// How a stage has spent its time.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Times {
    pub(super) busy_us: u64,
    pub(super) held_us: u64,
    activity: Activity,
    since_us: u64,
}

impl Machine {
    /// What the stage is doing now.
    #[must_use]
    pub fn activity(&self, id: StageId) -> Activity {
        let stage = &self.stages[index(id)];
        if !stage.life.is_alive() {
            return Activity::Idle;
        }
        if let Some(write) = &stage.write
            && write.writing.is_some()
        {
            return if stage.transform == TransformStep::Held {
                Activity::HeldBack
            } else {
                Activity::Busy
            };
        }
        match (&stage.read, &stage.write) {
            (Some(read), None) if read.phase != ReadPhase::Open && read.buffered == 0 => {
                Activity::Idle
            }
            (Some(read), None) if read.reading => Activity::Busy,
            (Some(read), None) if read.buffered > 0 => Activity::HeldBack,
            _ => Activity::Idle,
        }
    }

    /// Reports how every stage that is not closed has spent its time up to now.
    pub fn report_times(&mut self) {
        self.account_times();
        for at in 0..self.stages.len() {
            let stage = &self.stages[at];
            if stage.life.is_closed() {
                continue;
            }
            let times = EventKind::Times {
                busy_us: stage.times.busy_us,
                held_us: stage.times.held_us,
            };
            // `add` made sure that the index fits.
            self.emit(StageId(at as u16), times);
        }
    }

    pub(super) fn account_times(&mut self) {
        for at in 0..self.stages.len() {
            let activity = self.activity(StageId(at as u16));
            let now_us = self.now_us;
            let times = &mut self.stages[at].times;
            let spent = now_us.saturating_sub(times.since_us);
            match times.activity {
                Activity::Idle => {}
                Activity::Busy => times.busy_us += spent,
                Activity::HeldBack => times.held_us += spent,
            }
            times.activity = activity;
            times.since_us = now_us;
        }
    }
}
