//! What each kind of event follows from.

use spillway_streams::{
    Event, EventKind, FlowCause, Outcome, PauseCause, StageId, UnpipeCause, Verb,
};

use super::stuck::Stuck;
use super::{Link, Says};
use crate::model::history::{History, Moment};

/// A step towards the cause.
#[derive(Debug)]
pub(super) enum Cause {
    /// The event that led to this moment; the chain goes on from it.
    At(Moment),
    /// That event too, but the chain does not go on from it.
    Beside(Moment),
    /// Figures.
    Said(Link),
}

/// What is behind an event, which led to `moment`. What it brought about is judged as it stands at
/// `shown`, when it still does.
pub(super) fn causes(
    history: &History,
    moment: Moment,
    shown: Moment,
    event: &Event,
) -> Vec<Cause> {
    let log = Before { history, moment };
    let id = event.stage;
    let at = |found: Option<Moment>| found.map(Cause::At).into_iter().collect();
    match &event.kind {
        EventKind::Paused { by } => at(log.behind_pause(id, *by)),
        EventKind::Wrote {
            from,
            answer: false,
            ..
        } => log.behind_refusal(event, *from, shown),
        EventKind::Wrote { from, .. } if *from == id => {
            at(log.verb(id, |verb| matches!(verb, Verb::Write { .. })))
        }
        EventKind::Wrote { from, .. } => {
            log.chunk(*from, |kind| matches!(kind, EventKind::Data { .. }))
        }
        EventKind::Drain => {
            let mut causes = log.chunk(id, |kind| matches!(kind, EventKind::Taken { .. }));
            for cause in &mut causes {
                if let Cause::At(taken) = cause {
                    *cause = Cause::Beside(*taken);
                }
            }
            causes.extend(log.refusal(id).map(Cause::At));
            causes
        }
        EventKind::Flowing { by, undid_pause } => log.behind_flow(id, *by, *undid_pause),
        EventKind::Piped { to } => at(log.verb(id, |verb| verb == Verb::Pipe { to: *to })),
        EventKind::Unpiped { to, by } => at(log.behind_unpipe(id, *to, *by)),
        EventKind::Data { .. } => at(log.behind_data(id)),
        EventKind::Marked { .. } => at(log.verb(id, |verb| matches!(verb, Verb::Read { .. }))),
        EventKind::Discarded { .. } => {
            let unpiped = log.of(id, |kind| matches!(kind, EventKind::Unpiped { .. }));
            let flowing = log.of(id, |kind| matches!(kind, EventKind::Flowing { .. }));
            let beside = unpiped.map(Cause::Beside).into_iter();
            beside.chain(flowing.map(Cause::At)).collect()
        }
        EventKind::Ended => at(log.of(id, |kind| {
            matches!(kind, EventKind::Finished | EventKind::Ending)
        })),
        EventKind::Ending => at(log.behind_end(id)),
        EventKind::Finished => at(log.of(id, |kind| matches!(kind, EventKind::Ending))),
        EventKind::Errored { message } => at(log.behind_error(id, message)),
        EventKind::Closed => at(log.behind_close(id)),
        EventKind::CalledBack { error, .. } => at(match error {
            Some(error) => log.first_error(error),
            None => log.of(id, |kind| {
                matches!(kind, EventKind::Finished | EventKind::Ended)
            }),
        }),
        EventKind::Over { outcome } => at(log.behind_outcome(id, outcome)),
        EventKind::Corked { .. } => {
            at(log.verb(id, |verb| matches!(verb, Verb::Cork | Verb::Uncork)))
        }
        _ => Vec::new(),
    }
}

/// What is kept of the log before the event that led to a moment.
pub(super) struct Before<'a> {
    pub(super) history: &'a History,
    pub(super) moment: Moment,
}

impl Before<'_> {
    pub(super) fn back(&self) -> impl Iterator<Item = (Moment, &Event)> {
        let upto = Moment(self.moment.0.saturating_sub(1));
        self.history.back_from(upto)
    }

    /// The last event before that is as wanted.
    fn last(&self, wanted: impl Fn(&Event) -> bool) -> Option<Moment> {
        let mut back = self.back();
        back.find(|(_, event)| wanted(event)).map(|(at, _)| at)
    }

    /// The last of a stage's own events before that is as wanted.
    pub(super) fn of(&self, stage: StageId, wanted: impl Fn(&EventKind) -> bool) -> Option<Moment> {
        self.last(|event| event.stage == stage && wanted(&event.kind))
    }

    fn verb(&self, stage: StageId, wanted: impl Fn(Verb) -> bool) -> Option<Moment> {
        self.of(
            stage,
            |kind| matches!(kind, EventKind::Verb { verb } if wanted(*verb)),
        )
    }

    pub(super) fn refusal(&self, stage: StageId) -> Option<Moment> {
        self.of(stage, |kind| {
            matches!(kind, EventKind::Wrote { answer: false, .. })
        })
    }

    /// The last chunk event that is as wanted, unless a later one may have been left out.
    fn chunk(&self, stage: StageId, wanted: impl Fn(&EventKind) -> bool) -> Vec<Cause> {
        let found = self.of(stage, wanted);
        let left_out = self.left_out_since(found);
        match found {
            Some(found) if left_out.is_none() => vec![Cause::At(found)],
            _ => left_out.map(Cause::Said).into_iter().collect(),
        }
    }

    /// How many events the server left out between a moment and this one.
    pub(super) fn left_out_since(&self, moment: Option<Moment>) -> Option<Link> {
        let oldest = || self.back().last().map(|(at, _)| at);
        let since = moment.or_else(oldest)?;
        let upto = self.moment.min(self.history.last());
        let event = self.history.event(upto)?;
        let seq = self.history.event(since)?.seq;
        let events = (event.seq - seq).saturating_sub(upto.0 - since.0);
        (events > 0).then_some(Link {
            seq: event.seq,
            at_us: event.at_us,
            stage: event.stage,
            says: Says::LeftOut { events },
        })
    }

    fn behind_pause(&self, id: StageId, by: PauseCause) -> Option<Moment> {
        match by {
            PauseCause::Pause => self.verb(id, |verb| verb == Verb::Pause),
            PauseCause::Backpressure { to, .. } => self.refusal(to),
            PauseCause::Unpipe => self.behind_last_unpipe(id),
        }
    }

    /// The pause comes first, and then the word that the pipe is gone.
    fn behind_last_unpipe(&self, id: StageId) -> Option<Moment> {
        let mut next = self.history.forward_from(self.moment);
        let unpiped = next.find_map(|event| match event.kind {
            EventKind::Unpiped { to, by } if event.stage == id => Some((to, by)),
            _ => None,
        });
        match unpiped {
            Some((to, by)) => self.behind_unpipe(id, to, by),
            None => self.verb(id, |verb| matches!(verb, Verb::Unpipe { .. })),
        }
    }

    fn behind_flow(&self, id: StageId, by: FlowCause, undid_pause: bool) -> Vec<Cause> {
        let undone = || self.verb(id, |verb| verb == Verb::Pause);
        let undone = undid_pause.then(undone).flatten();
        let cause = match by {
            FlowCause::Resume => self.verb(id, |verb| verb == Verb::Resume),
            FlowCause::Pipe { to } => self.of(id, |kind| *kind == EventKind::Piped { to }),
            FlowCause::Drain { of } => self.of(of, |kind| *kind == EventKind::Drain),
        };
        let undone = undone.map(Cause::Beside).into_iter();
        undone.chain(cause.map(Cause::At)).collect()
    }

    fn behind_unpipe(&self, id: StageId, to: StageId, by: UnpipeCause) -> Option<Moment> {
        match by {
            UnpipeCause::Unpipe => self.verb(id, |verb| {
                matches!(verb, Verb::Unpipe { to: given } if given.is_none_or(|given| given == to))
            }),
            UnpipeCause::Finish => self.of(to, |kind| matches!(kind, EventKind::Finished)),
            UnpipeCause::Error => self.of(to, |kind| matches!(kind, EventKind::Errored { .. })),
            UnpipeCause::Close => self.of(to, |kind| matches!(kind, EventKind::Closed)),
            UnpipeCause::End => self.of(id, |kind| matches!(kind, EventKind::Ended)),
        }
    }

    /// `end()` was called: by the learner just before, or because the source has ended.
    fn behind_end(&self, id: StageId) -> Option<Moment> {
        let by_hand = self.called_now(id, |verb| verb == Verb::End);
        if by_hand.is_some() {
            return by_hand;
        }
        let view = self.history.at(self.moment)?.view;
        let sources = view.pipes.iter().filter(|pipe| pipe.to == id);
        let sources: Vec<StageId> = sources.map(|pipe| pipe.from).collect();
        // The pipe of an ended source may be gone by now.
        self.last(|event| {
            let feeds = sources.is_empty() && event.stage != id || sources.contains(&event.stage);
            feeds && event.kind == EventKind::Ended
        })
    }

    /// The learner called it on the stage, and what follows happens at once.
    fn called_now(&self, id: StageId, wanted: impl Fn(Verb) -> bool) -> Option<Moment> {
        let at_us = self.history.event(self.moment)?.at_us;
        let verb = self.verb(id, wanted)?;
        (self.history.event(verb)?.at_us == at_us).then_some(verb)
    }

    /// A `read()` by hand, else the flow.
    fn behind_data(&self, id: StageId) -> Option<Moment> {
        let by_hand = self.called_now(id, |verb| matches!(verb, Verb::Read { .. }));
        by_hand.or_else(|| self.of(id, |kind| matches!(kind, EventKind::Flowing { .. })))
    }

    /// The learner's verb, or the failure of another stage that this one was told of.
    fn behind_error(&self, id: StageId, message: &str) -> Option<Moment> {
        // A write after end() fails as well.
        let failing = |verb| matches!(verb, Verb::Destroy { failing: true } | Verb::Write { .. });
        let by_hand = self.called_now(id, failing);
        by_hand.or_else(|| {
            let first = self.first_error(message)?;
            let event = self.history.event(first)?;
            (event.stage != id).then_some(first)
        })
    }

    /// The oldest error that a message tells of.
    fn first_error(&self, message: &str) -> Option<Moment> {
        let errors = self.back().filter(|(_, event)| {
            matches!(&event.kind, EventKind::Errored { message: said } if message.ends_with(said.as_str()))
        });
        errors.last().map(|(at, _)| at)
    }

    fn behind_close(&self, id: StageId) -> Option<Moment> {
        let own = self.of(id, |kind| {
            let destroyed = matches!(
                kind,
                EventKind::Verb {
                    verb: Verb::Destroy { .. }
                }
            );
            let over = matches!(kind, EventKind::Ended | EventKind::Finished);
            destroyed || over || matches!(kind, EventKind::Errored { .. })
        });
        // Whoever has neither ended nor failed was destroyed with a pipeline.
        own.or_else(|| self.last(|event| matches!(event.kind, EventKind::Errored { .. })))
    }

    fn behind_outcome(&self, id: StageId, outcome: &Outcome) -> Option<Moment> {
        match outcome {
            Outcome::Completed => self.of(id, |kind| {
                matches!(kind, EventKind::Closed | EventKind::Finished)
            }),
            Outcome::Failed { message, .. } => self.first_error(message),
            Outcome::Stopped { .. } => {
                // A buffer that grew over its mark is what the quota of memory is about.
                let view = self.history.at(self.moment)?.view;
                let side = view.stage(id)?.writable.as_ref()?;
                let over = side.buffered >= side.mark && side.need_drain;
                over.then(|| self.refusal(id)).flatten()
            }
        }
    }

    /// Why `write()` answered false: the figures, and why the stage takes nothing. If it has not
    /// drained since, that is judged as it stands when it is `shown`.
    fn behind_refusal(&self, event: &Event, from: StageId, shown: Moment) -> Vec<Cause> {
        let EventKind::Wrote {
            bytes,
            buffered,
            mark,
            ..
        } = event.kind
        else {
            return Vec::new();
        };
        let count = usize::try_from(shown.0.saturating_sub(self.moment.0)).unwrap_or(usize::MAX);
        let mut since = self.history.forward_from(self.moment).take(count);
        let drained =
            since.any(|later| later.stage == event.stage && later.kind == EventKind::Drain);
        let upto = if drained { self.moment } else { shown };
        let Some(view) = self.history.at(upto).map(|state| state.view) else {
            return Vec::new();
        };
        let Some(stage) = view.stage(event.stage) else {
            return Vec::new();
        };
        let objects = stage.writable.as_ref().is_some_and(|side| side.object_mode);
        let says = Says::AtMark {
            buffered,
            mark,
            alone: buffered == if objects { 1 } else { bytes },
        };
        let stuck = Stuck {
            log: Before {
                history: self.history,
                moment: Moment(upto.0 + 1),
            },
            id: event.stage,
            from,
            seq: self
                .history
                .event(upto)
                .map_or(event.seq, |event| event.seq),
            at_us: view.at_us,
        };
        let at_mark = Link {
            seq: event.seq,
            at_us: event.at_us,
            stage: event.stage,
            says,
        };
        let mut causes = vec![Cause::Said(at_mark)];
        causes.extend(stuck.why(&view, stage));
        causes
    }
}
