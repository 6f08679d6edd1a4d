//! A model that changes faster than it is drawn.

use std::time::Duration;

use leptos::prelude::*;

/// A model, and a signal that tells of its changes at most once in [`TICK`]: a room's whole
/// history may come within a moment. Copies are the same model.
pub struct Live<T: 'static> {
    model: StoredValue<T, LocalStorage>,
    changed: Trigger,
    asked: StoredValue<bool>,
}

impl<T> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Live<T> {}

impl<T> Live<T> {
    /// Holds a model.
    pub fn new(model: T) -> Self {
        Self {
            model: StoredValue::new_local(model),
            changed: Trigger::new(),
            asked: StoredValue::new(false),
        }
    }

    /// Changes the model; `None` when the part of the page that held it is gone.
    pub fn change<R>(self, change: impl FnOnce(&mut T) -> R) -> Option<R> {
        let result = self.model.try_update_value(change)?;
        if self.asked.try_get_value() == Some(false) {
            self.asked.set_value(true);
            set_timeout(move || self.tell(), TICK);
        }
        Some(result)
    }

    /// Reads the model, and whoever reads it hears of its changes.
    pub fn read<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.changed.track();
        self.model.with_value(read)
    }

    /// Reads the model as it is now.
    pub fn peek<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.model.with_value(read)
    }

    fn tell(self) {
        if self
            .asked
            .try_update_value(|asked| *asked = false)
            .is_some()
        {
            self.changed.notify();
        }
    }
}

/// One frame of a 60 Hz screen. A timer and not an animation frame: those stop in a hidden tab.
const TICK: Duration = Duration::from_millis(16);
