//! What is open of the menu and the sheets with which a run is acted on.

use leptos::prelude::*;
use spillway_protocol::control::Side;
use spillway_streams::StageId;

use super::Runner;
use crate::words::verbs::{Call, Thing};

/// The menu and the sheet of an instrument. Copies are the same.
#[derive(Clone, Copy)]
pub struct Hands {
    /// The run they act on.
    pub runner: Runner,
    /// The menu that is open.
    pub menu: RwSignal<Option<OpenMenu>>,
    /// The sheet that is open.
    pub sheet: RwSignal<Option<Sheet>>,
}

/// A menu at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenMenu {
    /// What it is the menu of.
    pub thing: Thing,
    /// Left edge in the window, if there is room.
    pub x: i32,
    /// Upper edge.
    pub y: i32,
}

/// What is asked about, or looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// How much to read.
    Read(StageId),
    /// The chunk to write.
    Write(StageId),
    /// What a buffer holds.
    Buffer(StageId, Side),
    /// The marks of the next run.
    Marks,
}

impl Hands {
    /// With nothing open.
    #[must_use]
    pub fn new(runner: Runner) -> Self {
        Self {
            runner,
            menu: RwSignal::new(None),
            sheet: RwSignal::new(None),
        }
    }

    /// Calls a verb of a stage; what has to be asked first opens its sheet.
    pub fn call(self, stage: StageId, call: Call) {
        let sheet = match call {
            Call::Read => Sheet::Read(stage),
            Call::Write => Sheet::Write(stage),
            Call::Look(side) => Sheet::Buffer(stage, side),
            Call::Marks => Sheet::Marks,
            _ => {
                let view = self.runner.view.get_untracked();
                return self.runner.act(|run| call.command(&run, &view, stage));
            }
        };
        self.sheet.set(Some(sheet));
    }
}
