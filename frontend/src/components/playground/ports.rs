//! What on the board an event is about.

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, PointerEvent};

/// What was clicked, or dropped on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Spot {
    /// The port out of a stage.
    Out(String),
    /// A stage, or the port into it.
    Stage(String),
    /// A pipe.
    Wire(String, String),
    /// The ground.
    Ground,
}

impl Spot {
    /// What an element is a part of.
    pub(super) fn of(element: &Element) -> Self {
        let around = |name| attribute_around(element, name);
        if let Some(name) = around("data-out") {
            return Self::Out(name);
        }
        if let Some(name) = around("data-in").or_else(|| around("data-stage")) {
            return Self::Stage(name);
        }
        let wire = around("data-wire");
        match wire.as_deref().and_then(|wire| wire.split_once(' ')) {
            Some((from, to)) => Self::Wire(from.to_owned(), to.to_owned()),
            None => Self::Ground,
        }
    }

    /// What an event is about.
    pub(super) fn at(event: &Event) -> Self {
        target(event).map_or(Self::Ground, |element| Self::of(&element))
    }

    /// What is below a pointer, whoever has caught it.
    pub(super) fn below(event: &PointerEvent) -> Self {
        let (x, y) = (event.client_x() as f32, event.client_y() as f32);
        let below = leptos::prelude::document().element_from_point(x, y);
        below.map_or(Self::Ground, |element| Self::of(&element))
    }
}

/// An attribute of the element that an event is about, or of one around it.
pub(super) fn attribute_at(event: &Event, name: &str) -> Option<String> {
    attribute_around(&target(event)?, name)
}

fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn attribute_around(element: &Element, name: &str) -> Option<String> {
    let around = element.closest(&["[", name, "]"].concat()).ok()??;
    around.get_attribute(name)
}
