//! Why a stage takes nothing: its buffer is corked, what follows holds it back, or it is at work.

use spillway_streams::{EventKind, PipeView, RunView, StageId, StageView};

use super::rules::{Before, Cause};
use super::{Link, Says};
use crate::model::history::Moment;

/// A stage that takes nothing, and when that is looked at.
pub(super) struct Stuck<'a> {
    pub(super) log: Before<'a>,
    pub(super) id: StageId,
    /// Who wrote to it.
    pub(super) from: StageId,
    pub(super) seq: u64,
    pub(super) at_us: u64,
}

impl Stuck<'_> {
    fn says(&self, says: Says) -> Cause {
        Cause::Said(Link {
            seq: self.seq,
            at_us: self.at_us,
            stage: self.id,
            says,
        })
    }

    /// Why it takes nothing.
    pub(super) fn why(&self, view: &RunView, stage: &StageView) -> Vec<Cause> {
        let id = self.id;
        if stage.writable.as_ref().is_some_and(|side| side.corked > 0) {
            let corked = self
                .log
                .of(id, |kind| matches!(kind, EventKind::Corked { .. }));
            return corked.map(Cause::At).into_iter().collect();
        }
        let read = stage.readable.as_ref();
        if let Some(side) = read.filter(|side| side.buffered > 0 && side.buffered >= side.mark) {
            let full = self.says(Says::Full {
                buffered: side.buffered,
                mark: side.mark,
            });
            let shut = |pipe: &&PipeView| pipe.from == id && !pipe.open && pipe.to != self.from;
            let next = match view.pipes.iter().find(shut) {
                Some(pipe) => self.log.refusal(pipe.to),
                None => self.log.of(id, |kind| {
                    matches!(kind, EventKind::Paused { .. } | EventKind::Unpiped { .. })
                }),
            };
            return std::iter::once(full).chain(next.map(Cause::At)).collect();
        }
        if let Some(bytes_per_s) = stage.bytes_per_s {
            return vec![self.says(Says::Limited { bytes_per_s })];
        }
        vec![Cause::Said(self.busy().unwrap_or_else(|left_out| left_out))]
    }

    /// Since when it was at work; or what was left out, so that it cannot be said.
    fn busy(&self) -> Result<Link, Link> {
        let (log, id) = (&self.log, self.id);
        let taken = log.of(id, |kind| matches!(kind, EventKind::Taken { .. }));
        if let Some(left_out) = log.left_out_since(taken) {
            return Err(left_out);
        }
        let still_had = taken.and_then(|taken| log.history.event(taken)).filter(
            |event| matches!(event.kind, EventKind::Taken { buffered, .. } if buffered > 0),
        );
        let since = still_had.or_else(|| {
            // It was idle: the first write since then set it to work.
            let back = log.back();
            let since = back.take_while(|(at, _)| taken.is_none_or(|taken| *at > taken));
            let writes = since.filter(|(_, event)| {
                event.stage == id && matches!(event.kind, EventKind::Wrote { .. })
            });
            writes.last().map(|(_, event)| event)
        });
        let (seq, at_us) = since.map_or((self.seq, self.at_us), |event| (event.seq, event.at_us));
        Ok(Link {
            seq,
            at_us,
            stage: id,
            says: Says::Busy {
                for_us: self.at_us.saturating_sub(at_us),
                took_us: self.took_in_the_end(),
            },
        })
    }

    fn took_in_the_end(&self) -> Option<u64> {
        let mut seq = self.seq;
        let now = Moment(self.log.moment.0 - 1);
        for event in self.log.history.forward_from(now) {
            seq += 1;
            if event.seq != seq {
                return None;
            }
            if let EventKind::Taken { took_us, .. } = event.kind
                && event.stage == self.id
            {
                return Some(took_us);
            }
        }
        None
    }
}
