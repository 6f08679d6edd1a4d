//! Where the focus goes when what had it goes away.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, MouseEvent, SvgElement};

/// Gives the focus to an element, drawn or written.
pub(super) fn focus(element: &Element) {
    // What cannot take the focus leaves it where it is.
    let _ = match element.dyn_ref::<SvgElement>() {
        Some(drawn) => drawn.focus(),
        None => element.unchecked_ref::<HtmlElement>().focus(),
    };
}

/// The element with the focus, if it is in this one.
pub(super) fn held_in(root: &Element) -> Option<Element> {
    let held = document().active_element()?;
    root.contains(Some(&held)).then_some(held)
}

/// Gives the focus to another element of the page when the button that was pressed has it, and is
/// about to go.
pub(super) fn hand_on(event: &MouseEvent, to: &str) {
    let pressed = event
        .current_target()
        .and_then(|pressed| pressed.dyn_into::<Element>().ok());
    let held = pressed.is_some_and(|pressed| held_in(&pressed).is_some());
    if let (true, Ok(Some(to))) = (held, document().query_selector(to)) {
        focus(&to);
    }
}

/// Gives the focus back to the button that was pressed in a list that is then written anew: to the one of its name,
/// else to the first.
pub(super) fn keep_named(event: &MouseEvent) {
    let list = event
        .current_target()
        .and_then(|list| list.dyn_into::<Element>().ok());
    let Some((list, held)) = list.and_then(|list| Some((list.clone(), held_in(&list)?))) else {
        return;
    };
    let name = held.get_attribute("data-testid").unwrap_or_default();
    request_animation_frame(move || {
        let find = |selector: &str| list.query_selector(selector).ok().flatten();
        let named = find(&["[data-testid=\"", &name, "\"]"].concat());
        if let (None, Some(button)) = (held_in(&list), named.or_else(|| find("button"))) {
            focus(&button);
        }
    });
}

/// Gives the focus back to a button of a group when the buttons become others: to the one of the
/// same name, else to the one at its place or the nearest that can be pressed.
pub(super) fn keep_in(group: &Element) {
    let Some(held) = held_in(group) else {
        return;
    };
    let name = |element: &Element| element.get_attribute("data-testid");
    let (held_name, buttons) = (name(&held), group.children());
    let at = (0..buttons.length()).find(|at| buttons.item(*at).as_ref() == Some(&held));
    let at = at.unwrap_or_default();
    let group = group.clone();
    // Once the new ones stand.
    request_animation_frame(move || {
        let buttons = group.children();
        let buttons = (0..buttons.length()).filter_map(|at| Some((at, buttons.item(at)?)));
        let mut able: Vec<(u32, Element)> = buttons
            .filter(|(_, button)| !button.has_attribute("disabled"))
            .collect();
        able.sort_by_key(|(to, button)| (name(button) != held_name, to.abs_diff(at)));
        if let Some((_, button)) = able.first() {
            focus(button);
        }
    });
}
