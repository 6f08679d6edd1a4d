//! What each kind of event follows from.

use spillway_streams::{
    Event, EventKind, FlowCause, Outcome, PauseCause, PipeView, RunView, StageId, StageView,
    UnpipeCause, Verb,
};

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
        EventKind::Data { .. } => at(log.of(id, |kind| matches!(kind, EventKind::Flowing { .. }))),
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
        EventKind::Corked { .. } | EventKind::Throttled { .. } => at(log.verb(id, |_| true)),
        _ => Vec::new(),
    }
}

/// What is kept of the log before the event that led to a moment.
struct Before<'a> {
    history: &'a History,
    moment: Moment,
}

impl Before<'_> {
    fn back(&self) -> impl Iterator<Item = (Moment, &Event)> {
        let upto = Moment(self.moment.0.saturating_sub(1));
        self.history.back_from(upto)
    }

    /// The last event before that is as wanted.
    fn last(&self, wanted: impl Fn(&Event) -> bool) -> Option<Moment> {
        let mut back = self.back();
        back.find(|(_, event)| wanted(event)).map(|(at, _)| at)
    }

    /// The last of a stage's own events before that is as wanted.
    fn of(&self, stage: StageId, wanted: impl Fn(&EventKind) -> bool) -> Option<Moment> {
        self.last(|event| event.stage == stage && wanted(&event.kind))
    }

    fn verb(&self, stage: StageId, wanted: impl Fn(Verb) -> bool) -> Option<Moment> {
        self.of(
            stage,
            |kind| matches!(kind, EventKind::Verb { verb } if wanted(*verb)),
        )
    }

    fn refusal(&self, stage: StageId) -> Option<Moment> {
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
    fn left_out_since(&self, moment: Option<Moment>) -> Option<Link> {
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
        let before = self.history.event(Moment(self.moment.0.saturating_sub(1)));
        let by_hand = before
            .is_some_and(|event| event.stage == id && matches!(event.kind, EventKind::Verb { .. }));
        if by_hand {
            return Some(Moment(self.moment.0 - 1));
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

    /// The learner's `destroy(error)`, or the failure of another stage that this one was told of.
    fn behind_error(&self, id: StageId, message: &str) -> Option<Moment> {
        let destroyed = |verb| verb == Verb::Destroy { failing: true };
        self.verb(id, destroyed).or_else(|| {
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
            Outcome::Stopped { .. } => None,
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

/// A stage that takes nothing, and when that is looked at.
struct Stuck<'a> {
    log: Before<'a>,
    id: StageId,
    /// Who wrote to it.
    from: StageId,
    seq: u64,
    at_us: u64,
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

    fn why(&self, view: &RunView, stage: &StageView) -> Vec<Cause> {
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
