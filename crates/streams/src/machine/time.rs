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
    /// Time in which an operation under way only waited for its turn.
    waited_us: u64,
    /// How much of it was left out of `busy_us` already.
    left_out_us: u64,
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

    /// The operations of a stage have waited so long for their turn, all together and up to now,
    /// because others had it. That time is not counted as busy.
    pub fn handle_waited(&mut self, id: StageId, waited_us: u64) {
        self.stages[index(id)].times.waited_us = waited_us;
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
                Activity::Busy => {
                    let waited = times.waited_us.saturating_sub(times.left_out_us);
                    times.busy_us += spent.saturating_sub(waited);
                }
                Activity::HeldBack => times.held_us += spent,
            }
            times.left_out_us = times.waited_us;
            times.activity = activity;
            times.since_us = now_us;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Call, ReadOptions, StageOptions};

    #[test]
    fn time_that_an_operation_waits_for_its_turn_is_not_busy() {
        let mut machine = Machine::new();
        let id = machine.add(StageOptions {
            read: Some(ReadOptions {
                mark: 16,
                object_mode: false,
            }),
            ..StageOptions::default()
        });
        machine.resume(id).unwrap();
        machine.tick();
        assert!(matches!(machine.poll_call(), Some(Call::Read { .. })));
        let busy_at = |machine: &mut Machine, now_us, waited_us| {
            machine.handle_time(now_us);
            machine.handle_waited(id, waited_us);
            machine.tick();
            machine.view().stages[0].busy_us
        };
        assert_eq!(busy_at(&mut machine, 100, 100), 0, "still in the queue");
        assert_eq!(busy_at(&mut machine, 200, 150), 50, "its turn came at 150");
        assert_eq!(busy_at(&mut machine, 300, 150), 150);
    }
}
