//! When the page follows its run: at most once a frame.

use leptos::prelude::*;

use super::{Runner, Told, now_ms};
use crate::model::run::{Run, Shown};

/// Shortest time between two changes of what is read, milliseconds.
const READING_MS: f64 = 125.0;

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Frame {
    asked: bool,
    told_ms: f64,
}

impl Runner {
    pub(super) fn ask_frame(self) {
        let asked = self.frame.try_update_value(|frame| {
            let asked = frame.asked;
            frame.asked = true;
            asked
        });
        if asked == Some(false) {
            request_animation_frame(move || self.draw());
        }
    }

    fn draw(self) {
        let now = now_ms();
        let tell = self.frame.try_update_value(|frame| {
            frame.asked = false;
            let due = now - frame.told_ms >= READING_MS;
            if due {
                frame.told_ms = now;
            }
            due
        });
        let Some(tell) = tell else {
            return;
        };
        self.run.with_value(|run| {
            let Some(run) = run else {
                return;
            };
            self.clock.hear(run.clock);
            if tell {
                self.set_span(run);
            }
            if self.then.with_untracked(Option::is_some) {
                return;
            }
            if self.view.with_untracked(|view| view != run.view()) {
                self.view.set(run.view().clone());
            }
            if tell {
                let shown = Shown {
                    view: run.view().clone(),
                    figures: run.figures(now),
                };
                let told = Told::of(run, shown);
                self.explain_now(run, &told);
                self.tell(told);
            }
        });
    }

    /// Shows at the next frame what is now, read or watched.
    pub(super) fn follow(self) {
        self.frame.update_value(|frame| frame.told_ms = 0.0);
        self.ask_frame();
    }

    pub(super) fn tell(self, told: Told) {
        if self.told.with_untracked(|before| *before != told) {
            self.told.set(told);
        }
    }

    fn set_span(self, run: &Run) {
        let span = run.history.span();
        if self.span.get_untracked() != span {
            self.span.set(span);
        }
    }
}
