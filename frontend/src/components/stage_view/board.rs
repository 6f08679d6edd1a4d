//! The drawn picture: what stands in it, and what its slots say.

use spillway_streams::{RunView, StageId};
use web_sys::Element;

use super::gestures::{focus_thing, thing_held};
use crate::components::slots::{fill, patch, set_style};
use crate::geometry::layout::Layout;
use crate::picture::{self, Patch};
use crate::state::Told;

/// The drawn picture.
#[derive(Default)]
pub(super) struct Board {
    layout: Layout,
    /// Names of the stages whose cards stand.
    names: Vec<String>,
    /// What the slots say, so that only changes reach the browser.
    said: Vec<Patch>,
}

impl Board {
    /// Draws what has changed.
    pub(super) fn draw(
        &mut self,
        root: &Element,
        view: &RunView,
        told: &Told,
        selected: StageId,
        steps: &[String],
    ) {
        // The number of the last event that is drawn: how far the picture has come.
        let _ = root.set_attribute("data-seq", &view.seq.to_string());
        let layout = Layout::of(view);
        let names = || view.stages.iter().map(|stage| &stage.label);
        if layout != self.layout || !self.names.iter().eq(names()) {
            let held = thing_held(root);
            if layout.cards != self.layout.cards || !self.names.iter().eq(names()) {
                fill(root, "cards", &picture::cards(&view.stages, &layout));
                self.names = names().cloned().collect();
            }
            fill(root, "pipes", &picture::pipes(view, &layout));
            resize(root, &layout);
            self.said.clear();
            self.layout = layout;
            if let Some(held) = held {
                focus_thing(root, held);
            }
        }
        let (figures, bottleneck) = (&told.figures, told.verdict.bottleneck);
        let mut patches = picture::frame_patches(view, &self.layout, figures, selected, bottleneck);
        patches.extend(picture::told_patches(&told.view, &self.layout, figures));
        patches.extend(picture::cause_patches(&self.layout, steps));
        patch(root, &mut self.said, patches);
    }
}

fn resize(root: &Element, layout: &Layout) {
    let Layout { width, height, .. } = layout;
    let _ = root.set_attribute("viewBox", &format!("0 0 {width} {height}"));
    set_style(root, "--natural-width", &format!("{width}px"));
}
