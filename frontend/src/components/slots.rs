//! Changing what stands in named slots of a drawn text, and only what is not so already.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, SvgElement};

use crate::picture::{Part, Patch};

/// Puts a text of elements into a slot.
pub(super) fn fill(root: &Element, slot: &str, text: &str) {
    if let Some(element) = find(root, slot) {
        element.set_inner_html(text);
    }
}

/// Makes the slots say what the patches say; `said` is what they said before, in the same order.
pub(super) fn patch(root: &Element, said: &mut Vec<Patch>, patches: Vec<Patch>) {
    for (at, patch) in patches.iter().enumerate() {
        if said.get(at) != Some(patch) {
            apply(root, patch);
        }
    }
    *said = patches;
}

/// Sets a property of an element's style, which the page's content policy lets no attribute do.
pub(super) fn set_style(element: &Element, name: &str, value: &str) {
    let svg = element.dyn_ref::<SvgElement>().map(SvgElement::style);
    let html = || element.dyn_ref::<HtmlElement>().map(HtmlElement::style);
    if let Some(style) = svg.or_else(html) {
        // The names are constants and valid, so this cannot fail.
        let _ = style.set_property(name, value);
    }
}

fn apply(root: &Element, patch: &Patch) {
    let Some(element) = find(root, &patch.slot) else {
        return;
    };
    match patch.part {
        Part::Text => element.set_text_content(Some(&patch.value)),
        Part::Attribute(name) => {
            // The names are constants and valid, so this cannot fail.
            let _ = element.set_attribute(name, &patch.value);
        }
        Part::Style(name) => set_style(&element, name, &patch.value),
    }
}

fn find(root: &Element, slot: &str) -> Option<Element> {
    root.query_selector(&format!("[data-slot=\"{slot}\"]"))
        .ok()?
}
