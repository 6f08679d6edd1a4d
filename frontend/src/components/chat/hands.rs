//! What the learner does with the lines, by mouse and by keys.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, FocusEvent, HtmlElement, KeyboardEvent};

use super::session::Session;
use crate::components::focus::focus;
use crate::model::chat::Sure;

/// Does what the button that was pressed is for.
pub fn on_click(event: &Event, session: Session) {
    let Some(target) = element(event) else {
        return;
    };
    if let (Some(button), Some(row)) = (closest(&target, "[data-do]"), row_of(&target)) {
        act(session, &button, key_of(&row));
    }
}

/// The arrow keys go from one message to the next; Enter or the right arrow goes to what can be
/// done with it, Escape back to where one types.
pub fn on_key(event: &KeyboardEvent, session: Session) {
    let Some(target) = element(event).filter(|_| plain(event)) else {
        return;
    };
    let row = row_of(&target);
    let button = row.is_some() && target.has_attribute("data-do");
    let goes = match (event.key().as_str(), row) {
        ("ArrowUp" | "ArrowDown" | "Home" | "End", _) if button => None,
        (key @ ("ArrowUp" | "ArrowDown" | "Home" | "End"), row) => neighbour(&target, row, key),
        ("Enter" | "ArrowRight", Some(row)) if !button => closest_in(&row, "[data-do]"),
        (key @ ("ArrowRight" | "ArrowLeft"), Some(row)) => beside(&row, &target, key),
        ("Escape", Some(row)) if button => {
            session.sure.set(None);
            Some(row)
        }
        ("Escape", _) => document().query_selector(".say textarea").ok().flatten(),
        (key, Some(row)) if !button => {
            let by_key = match key {
                "f" => "[data-do=frames]",
                "e" => "[data-do=edit]",
                "p" => "[data-do=pin]",
                "Delete" => "[data-do=take_back]",
                _ => return,
            };
            if let Some(button) = closest_in(&row, by_key) {
                event.prevent_default();
                act(session, &button, key_of(&row));
            }
            return;
        }
        _ => None,
    };
    if let Some(goes) = goes {
        event.prevent_default();
        focus(&goes);
    }
}

/// What was pressed once is forgotten when the learner goes elsewhere.
pub fn on_focus_out(event: &FocusEvent, session: Session) {
    let from = element(event).as_ref().and_then(row_of);
    let to = event.related_target().and_then(|to| to.dyn_into().ok());
    if let Some(to) = to
        && from != row_of(&to)
    {
        session.sure.set(None);
    }
}

fn act(session: Session, button: &Element, key: u64) {
    let what = button.get_attribute("data-do").unwrap_or_default();
    let Some((message, from)) = session.message(key) else {
        return;
    };
    let sure = session.sure.get_untracked();
    session.sure.set(None);
    match what.as_str() {
        "frames" => session.lit.update(|lit| {
            let again = lit.as_ref().is_some_and(|lit| lit.is(&message));
            *lit = (!again).then_some(message);
        }),
        "edit" => session.editing.set(Some(key)),
        "open" => session.open.update(|open| open.push(key)),
        "again" => session.say_again(key),
        "pin" => {
            if let Some(seq) = message.seq {
                session.pin(seq);
            }
        }
        "mute" => session.mute(&from),
        "take_back" if sure == Some((key, Sure::TakeBack)) => session.take_back(key),
        "take_back" => session.sure.set(Some((key, Sure::TakeBack))),
        "remove" if sure == Some((key, Sure::Remove)) => session.remove(&from),
        "remove" => session.sure.set(Some((key, Sure::Remove))),
        _ => {}
    }
}

/// The message above or below, or the first or the last.
fn neighbour(target: &Element, row: Option<Element>, key: &str) -> Option<Element> {
    let rows = closest_in(&closest(target, ".msgs")?, ".rows")?;
    let up = key != "ArrowDown" && key != "Home";
    let mut next = match (key, row) {
        ("ArrowUp", Some(row)) => row.previous_element_sibling(),
        ("ArrowDown", Some(row)) => row.next_element_sibling(),
        ("ArrowDown", None) => return None,
        ("Home", _) => rows.first_element_child(),
        _ => rows.last_element_child(),
    };
    while let Some(row) = next {
        if row.has_attribute("tabindex") {
            return Some(row);
        }
        next = if up {
            row.previous_element_sibling()
        } else {
            row.next_element_sibling()
        };
    }
    None
}

/// What can be done with the message, beside what has the focus; left of the first is the message.
fn beside(row: &Element, target: &Element, key: &str) -> Option<Element> {
    let all = row.get_elements_by_tag_name("button");
    let at = (0..all.length()).find(|at| all.item(*at).as_ref() == Some(target))?;
    match (key, at) {
        ("ArrowLeft", 0) => Some(row.clone()),
        ("ArrowLeft", at) => all.item(at - 1),
        (_, at) => all.item(at + 1),
    }
}

fn plain(event: &KeyboardEvent) -> bool {
    !(event.ctrl_key() || event.alt_key() || event.meta_key())
}

fn element(event: &Event) -> Option<Element> {
    event.target().and_then(|target| target.dyn_into().ok())
}

fn closest(target: &Element, selector: &str) -> Option<Element> {
    target.closest(selector).ok().flatten()
}

fn closest_in(row: &Element, selector: &str) -> Option<Element> {
    row.query_selector(selector).ok().flatten()
}

fn row_of(target: &Element) -> Option<Element> {
    closest(target, ".msg")
}

fn key_of(row: &Element) -> u64 {
    let key = row
        .dyn_ref::<HtmlElement>()
        .and_then(|row| row.get_attribute("data-key"));
    key.and_then(|key| key.parse().ok()).unwrap_or(0)
}
