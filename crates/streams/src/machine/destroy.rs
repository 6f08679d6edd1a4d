//! destroy, error and close: how a stage ends before its time, or after it.
//! Source: Node, "writable.destroy([error])", "readable.destroy([error])", "autoDestroy".

use super::side::Life;
use super::{Call, Machine, Tick, index};
use crate::event::{EventKind, StageId, UnpipeCause};

impl Machine {
    /// `stage.destroy(error)`: what it holds is released, `error` (if there is one) and `close`
    /// follow. A second call does nothing.
    pub fn destroy(&mut self, id: StageId, error: Option<&str>) {
        let stage = &mut self.stages[index(id)];
        if !stage.life.is_alive() {
            return;
        }
        if stage
            .write
            .as_ref()
            .is_some_and(|write| !write.queue.is_empty())
        {
            self.ticks.push_back(Tick::DropQueue(id));
        }
        stage.life = Life::Destroyed {
            error: error.map(str::to_owned),
        };
        if stage.destroys {
            self.calls.push_back(Call::Destroy { stage: id });
        } else {
            self.handle_destroy_done(id);
        }
    }

    /// The callback of `_destroy`.
    pub fn handle_destroy_done(&mut self, id: StageId) {
        let tick = match &self.stages[index(id)].life {
            Life::Destroyed { error: Some(_) } => Tick::ErrorAndClose(id),
            Life::Destroyed { error: None } => Tick::Close(id),
            Life::Alive | Life::Closed { .. } => return,
        };
        self.ticks.push_back(tick);
    }

    pub(super) fn error_or_destroy(&mut self, id: StageId, message: &str) {
        self.destroy(id, Some(message));
    }

    /// `error`: pipes into the stage are removed; its sources are neither destroyed nor ended.
    pub(super) fn emit_error(&mut self, id: StageId) {
        let stage = &self.stages[index(id)];
        let heard = stage.error_heard;
        let message = stage.life.error().unwrap_or_default().to_owned();
        self.emit(
            id,
            EventKind::Errored {
                message: message.clone(),
            },
        );
        self.unpipe_all_into(id, UnpipeCause::Error);
        if !heard && self.uncaught.is_none() {
            self.uncaught = Some((id, message));
        }
    }

    pub(super) fn emit_close(&mut self, id: StageId) {
        let stage = &mut self.stages[index(id)];
        let error = stage.life.error().map(str::to_owned);
        stage.life = Life::Closed { error };
        self.emit(id, EventKind::Closed);
        self.unpipe_all_into(id, UnpipeCause::Close);
    }
}
