//! What is done to the picture with a pointer, a finger or the keys.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use spillway_protocol::control::Side;
use spillway_streams::StageId;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, MouseEvent, PointerEvent};

use crate::components::focus::{focus, held_in};
use crate::geometry::rove::{Arrow, next};
use crate::state::{Hands, OpenMenu, Runner};
use crate::words::verbs::{Call, Thing, side_name};

/// The hands of a picture. A picture without a menu is only selected in.
#[derive(Clone, Copy)]
pub(in crate::components) struct Gestures {
    runner: Runner,
    hands: Option<Hands>,
    press: StoredValue<Press, LocalStorage>,
}

/// A finger on the picture.
#[derive(Default)]
struct Press {
    waits: Option<TimeoutHandle>,
    x: i32,
    y: i32,
    /// It stayed long enough and opened the menu: the click that follows is none.
    was_long: bool,
}

impl Gestures {
    pub(in crate::components) fn new(runner: Runner, hands: Option<Hands>) -> Self {
        let press = StoredValue::new_local(Press::default());
        Self {
            runner,
            hands,
            press,
        }
    }

    pub(in crate::components) fn click(self, event: &MouseEvent) {
        let was_long = self
            .press
            .try_update_value(|press| std::mem::take(&mut press.was_long));
        if was_long == Some(true) {
            return;
        }
        match thing_at(event) {
            Some((thing @ Thing::Pipe(..), element)) if !self.pipes(thing, &element) => {
                self.open(thing, event.client_x(), event.client_y());
            }
            Some((thing, _)) => self.act(thing),
            None => {}
        }
    }

    /// The right button of a mouse; browsers send the same for a long press and for the menu key.
    pub(in crate::components) fn context_menu(self, event: &MouseEvent) {
        let Some((thing, element)) = thing_at(event).filter(|_| self.hands.is_some()) else {
            return;
        };
        event.prevent_default();
        match (event.client_x(), event.client_y()) {
            (0, 0) => self.open_at(thing, &element),
            (x, y) => self.open(thing, x, y),
        }
    }

    pub(super) fn key(self, event: &KeyboardEvent) {
        let Some((thing, element)) = thing_at(event) else {
            return;
        };
        let key = event.key();
        let asks_menu = key == "ContextMenu" || (key == "F10" && event.shift_key());
        if let Some(arrow) = Arrow::of(&key) {
            let next = self
                .runner
                .view
                .with_untracked(|view| next(view, thing, arrow));
            if let Some(next) = next {
                self.runner.selected.set(next.stage());
                if let Ok(Some(picture)) = element.closest("svg.stages") {
                    focus_thing(&picture, next);
                }
            }
        } else if asks_menu || (key == "Enter" && matches!(thing, Thing::Stage(_))) {
            self.open_at(thing, &element);
        } else if matches!(key.as_str(), "Enter" | " ") {
            match thing {
                Thing::Pipe(..) if !self.pipes(thing, &element) => self.open_at(thing, &element),
                _ => self.act(thing),
            }
        } else {
            return;
        }
        event.prevent_default();
    }

    pub(super) fn press(self, event: &PointerEvent) {
        self.release();
        let thing = thing_at(event).filter(|_| event.pointer_type() == "touch");
        let (x, y) = (event.client_x(), event.client_y());
        let wait = thing.map(|(thing, _)| {
            let open = move || {
                self.press.update_value(|press| press.was_long = true);
                self.open(thing, x, y);
            };
            set_timeout_with_handle(open, LONG)
        });
        self.press.update_value(|press| {
            *press = Press {
                waits: wait.and_then(Result::ok),
                x,
                y,
                was_long: false,
            };
        });
    }

    /// A finger that moves drags the picture.
    pub(super) fn drag(self, event: &PointerEvent) {
        let far = self.press.with_value(|press| {
            let moved = (press.x - event.client_x()).abs() + (press.y - event.client_y()).abs();
            moved > FAR
        });
        if far {
            self.release();
        }
    }

    pub(super) fn release(self) {
        let waits = self.press.try_update_value(|press| press.waits.take());
        if let Some(Some(waits)) = waits {
            waits.clear();
        }
    }

    /// Selects the stage, and looks into the tank.
    fn act(self, thing: Thing) {
        self.runner.selected.set(thing.stage());
        if let (Thing::Tank(id, side), Some(hands)) = (thing, self.hands) {
            hands.call(id, Call::Look(side));
        }
    }

    /// Makes the pipe of a gap; whether it was a gap.
    fn pipes(self, thing: Thing, element: &Element) -> bool {
        let Thing::Pipe(from, to) = thing else {
            return false;
        };
        let is_gap = element.has_attribute("data-pipe");
        if is_gap {
            let view = self.runner.view.get_untracked();
            self.runner
                .act(|run| Call::Pipe(to).command(&run, &view, from));
        }
        is_gap
    }

    /// Opens the menu of a thing below it.
    fn open_at(self, thing: Thing, element: &Element) {
        let place = element.get_bounding_client_rect();
        let x = place.left() + place.width() / 3.0;
        let y = place.top() + place.height() / 3.0;
        self.open(thing, x as i32, y as i32);
    }

    fn open(self, thing: Thing, x: i32, y: i32) {
        if let Some(hands) = self.hands {
            self.runner.selected.set(thing.stage());
            hands.menu.set(Some(OpenMenu { thing, x, y }));
        }
    }
}

/// The thing that was pointed at, or has the focus, and its element.
fn thing_at(event: &Event) -> Option<(Thing, Element)> {
    thing_of(&event.target()?.dyn_into::<Element>().ok()?)
}

/// The thing of a picture that has the focus.
pub(super) fn thing_held(picture: &Element) -> Option<Thing> {
    Some(thing_of(&held_in(picture)?)?.0)
}

fn thing_of(target: &Element) -> Option<(Thing, Element)> {
    let element = target.closest(THINGS).ok()??;
    let value = |name| element.get_attribute(name);
    let thing = if let Some(ends) = value("data-channel").or_else(|| value("data-pipe")) {
        let mut ends = ends
            .split(' ')
            .filter_map(|end| end.parse().ok().map(StageId));
        Thing::Pipe(ends.next()?, ends.next()?)
    } else {
        let card = element.closest("[data-stage]").ok()??;
        let id = StageId(card.get_attribute("data-stage")?.parse().ok()?);
        match value("data-tank").as_deref() {
            Some("read") => Thing::Tank(id, Side::Read),
            Some(_) => Thing::Tank(id, Side::Write),
            None => Thing::Stage(id),
        }
    };
    Some((thing, element))
}

/// Gives the focus to a thing of a picture; where there is neither a pipe nor a gap that offers one,
/// to the stage that could have it.
pub(in crate::components) fn focus_thing(picture: &Element, thing: Thing) {
    let slot = |slot: String| format!("[data-slot=\"{slot}\"]");
    let places = match thing {
        Thing::Stage(id) => vec![slot(format!("{}.card", id.0))],
        Thing::Tank(id, side) => vec![slot(format!("{}.{}", id.0, side_name(side)))],
        Thing::Pipe(from, to) => vec![
            slot(format!("{}-{}.wall", from.0, to.0)),
            format!("[data-pipe=\"{} {}\"]", from.0, to.0),
            slot(format!("{}.card", from.0)),
        ],
    };
    let mut places = places.iter();
    if let Some(found) = places.find_map(|place| picture.query_selector(place).ok()?) {
        focus(&found);
    }
}

/// What can be pointed at in the picture.
const THINGS: &str = "[data-tank],[data-channel],[data-pipe],[data-stage]";

/// How long a finger stays for a menu.
const LONG: Duration = Duration::from_millis(500);

/// How far it may move meanwhile, pixels.
const FAR: i32 = 12;
