//! The rows of a room in the browser: made, changed and moved one by one, so that what has the
//! focus keeps it and what is read stays where it is.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::components::focus::{focus, held_in};
use crate::html::chat::LineHtml;
use crate::model::chat::Row;

/// A row that is in the page.
pub struct Shown {
    /// What it shows.
    pub row: Row,
    /// Where.
    pub element: HtmlElement,
}

/// Makes the rows of a list those that are wanted; `html` says what a row shows.
pub fn patch(
    list: &HtmlElement,
    shown: &mut Vec<Shown>,
    rows: &[Row],
    html: impl Fn(u64) -> Option<LineHtml>,
) {
    let mut old: Vec<Option<Shown>> = shown.drain(..).map(Some).collect();
    let mut next = 0;
    for row in rows {
        let is_it = |at: &usize| matches!(&old[*at], Some(shown) if shown.row.key == row.key);
        let found = (next..old.len()).chain(0..next).find(is_it);
        let mut one = match found.and_then(|at| old[at].take()) {
            Some(one) => one,
            None => match new_row(row.key) {
                Some(element) => Shown {
                    // Differs from that of any row.
                    row: Row {
                        stamp: u64::MAX,
                        ..*row
                    },
                    element,
                },
                None => continue,
            },
        };
        next = found.map_or(next, |at| at + 1);
        if one.row.stamp != row.stamp {
            if let Some(html) = html(row.key) {
                one.element.set_class_name(&html.class);
                for (name, value) in &html.attributes {
                    // It fails only for a name that is none.
                    let _ = one.element.set_attribute(name, value);
                }
                fill(&one.element, &html.inner);
            }
            one.row = *row;
        }
        shown.push(one);
    }
    for gone in old.into_iter().flatten() {
        gone.element.remove();
    }
    let mut place = list.first_child();
    for one in shown.iter() {
        if place
            .as_ref()
            .is_some_and(|place| one.element.is_same_node(Some(place)))
        {
            place = one.element.next_sibling();
        } else {
            // It fails only for a node that contains the list.
            let _ = list.insert_before(&one.element, place.as_ref());
        }
    }
}

fn new_row(key: u64) -> Option<HtmlElement> {
    let row: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
    // It fails only for a name that is none.
    let _ = row.set_attribute("data-key", &key.to_string());
    Some(row)
}

/// Gives an element other contents. The focus goes to the button that does the same as the one
/// that had it, else to the element.
pub fn fill(element: &HtmlElement, html: &str) {
    let held = held_in(element);
    element.set_inner_html(html);
    let Some(before) = held.filter(|held| !held.is_same_node(Some(element))) else {
        return;
    };
    let same = |button: &Element| {
        let is = |name| button.get_attribute(name) == before.get_attribute(name);
        is("data-do") && is("data-name")
    };
    let buttons = element.get_elements_by_tag_name("button");
    let again = (0..buttons.length())
        .filter_map(|at| buttons.item(at))
        .find(same);
    focus(&again.unwrap_or_else(|| element.clone().into()));
}
