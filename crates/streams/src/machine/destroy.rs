//! destroy, error and close: how a stage ends before its time, or after it.
//! Source: Node, "writable.destroy([error])", "readable.destroy([error])", "autoDestroy".

use super::life::Phase;
use super::listeners::On;
use super::{Call, Machine, Tick, index};
use crate::error::StreamError;
use crate::event::{EventKind, Hearing, StageId};

/// Whether an error is emitted where it was found, or from the tick queue. With `autoDestroy` it
/// always waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Now,
    Later,
}

impl Machine {
    /// `stage.destroy(error)`: what it holds is released, `error` (if there is one) and `close`
    /// follow. A second call does nothing.
    pub fn destroy(&mut self, id: StageId, error: Option<&str>) {
        let stage = &mut self.stages[index(id)];
        if !stage.life.is_alive() {
            return;
        }
        if stage.write.as_ref().is_some_and(|write| write.has_queue()) {
            self.ticks.push_back(Tick::DropQueue(id));
        }
        if let Some(error) = error {
            stage.life.fail(error);
        }
        stage.life.phase = Phase::Destroyed {
            with: error.map(str::to_owned),
        };
        if stage.destroys {
            self.calls.push_back(Call::Destroy { stage: id });
        } else {
            self.handle_destroy_done(id);
        }
    }

    /// The callback of `_destroy`, which hands on the error it was given.
    pub fn handle_destroy_done(&mut self, id: StageId) {
        let life = &mut self.stages[index(id)].life;
        let Phase::Destroyed { with } = &mut life.phase else {
            return;
        };
        let with = with.take();
        life.phase = Phase::Released;
        self.ticks.push_back(match with {
            Some(error) => Tick::ErrorAndClose(id, error),
            None => Tick::Close(id),
        });
    }

    /// What a stage does with an error of its own: with `autoDestroy` it destroys itself, else it
    /// only says `error`, once.
    pub(super) fn error_or_destroy(&mut self, id: StageId, error: &str, when: When) {
        let stage = &mut self.stages[index(id)];
        if !stage.life.is_alive() {
            return;
        }
        if stage.auto_destroy {
            self.destroy(id, Some(error));
            return;
        }
        stage.life.fail(error);
        match when {
            When::Now => self.emit_error(id, error),
            When::Later => self.ticks.push_back(Tick::Error(id, error.to_owned())),
        }
    }

    pub(super) fn misused(&mut self, id: StageId, error: StreamError, when: When) {
        self.error_or_destroy(id, &error.to_string(), when);
    }

    /// `error`: pipes into the stage are removed; its sources are neither destroyed nor ended.
    pub(super) fn emit_error(&mut self, id: StageId, message: &str) {
        let heard = self.hearing(id) != Hearing::Nobody;
        let stage = &mut self.stages[index(id)];
        if stage.life.emitted_error.is_some() {
            return;
        }
        stage.life.emitted_error = Some(message.to_owned());
        let message = message.to_owned();
        self.emit(
            id,
            EventKind::Errored {
                message: message.clone(),
            },
        );
        self.call_listeners(id, On::Error);
        if !heard && self.uncaught.is_none() {
            self.uncaught = Some((id, message));
        }
    }

    pub(super) fn emit_close(&mut self, id: StageId) {
        let stage = &mut self.stages[index(id)];
        stage.life.phase = Phase::Closed;
        if stage.emit_close {
            self.emit(id, EventKind::Closed);
            self.call_listeners(id, On::Close);
        }
    }
}
