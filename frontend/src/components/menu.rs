//! The menu of a thing in the picture: each item says beforehand what it will do.
//!
//! Test ids: `menu`, and those of [`html::menu`].

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, Node};

use super::focus::focus;
use super::stage_view::focus_thing;
use crate::html;
use crate::state::{Hands, OpenMenu, VERBS_ARE_OFF};
use crate::words::verbs::{Call, Offer, Thing, menu, thing_name};

/// The menu, while one is open.
#[component]
pub fn ThingMenu(
    /// What it acts on.
    hands: Hands,
) -> impl IntoView {
    let root = NodeRef::<Div>::new();
    let shown = StoredValue::new(Vec::<Offer>::new());
    let origin = StoredValue::new_local(None::<Element>);
    let thing = StoredValue::new(None::<Thing>);
    Effect::new(move |_| {
        let open = hands.menu.get();
        let Some(root) = root.get() else {
            return;
        };
        match open {
            Some(open) => {
                origin.set_value(document().active_element());
                thing.set_value(Some(open.thing));
                shown.set_value(offered(hands, open));
                fill(&root, &shown.get_value());
                place(&root, open);
            }
            None => {
                let inside = root.contains(document().active_element().as_deref());
                root.set_hidden(true);
                match origin.get_value().filter(|_| inside) {
                    Some(origin) if origin.is_connected() => focus(&origin),
                    // It was drawn anew meanwhile.
                    Some(_) => thing.with_value(|thing| focus_in_picture(*thing)),
                    None => {}
                }
            }
        }
    });
    // What the items say follows the run, and leaves the focus where it is.
    Effect::new(move |_| {
        hands.runner.told.track();
        let (Some(open), Some(root)) = (hands.menu.get_untracked(), root.get_untracked()) else {
            return;
        };
        let now = offered(hands, open);
        shown.update_value(|shown| {
            if *shown != now {
                update(&root, shown, &now);
                *shown = now;
            }
        });
    });
    let choose = move |event: web_sys::MouseEvent| {
        let offer =
            item_of(event.target()).and_then(|at| shown.with_value(|shown| shown.get(at).cloned()));
        if let (Some(offer), Some(open)) = (
            offer.filter(|offer| offer.enabled),
            hands.menu.get_untracked(),
        ) {
            hands.menu.set(None);
            hands.call(open.thing.stage(), offer.call);
        }
    };
    close_outside(hands, root);
    let name = move || {
        let open = hands.menu.get();
        open.map(|open| {
            hands
                .runner
                .view
                .with_untracked(|view| thing_name(view, open.thing))
        })
    };
    view! {
        <div class="menu panel" hidden=true node_ref=root data-testid="menu">
            <p class="subject" aria-hidden="true">{name}</p>
            <div
                role="menu"
                aria-label=name
                on:click=choose
                on:keydown=move |event| on_key(&event, hands, root)
            ></div>
        </div>
    }
}

/// What the thing offers now; in a past moment nothing but the marks of the next run.
fn offered(hands: Hands, open: OpenMenu) -> Vec<Offer> {
    let mut offers = hands
        .runner
        .told
        .with_untracked(|told| menu(&told.view, open.thing));
    if hands.runner.then.with_untracked(Option::is_some) {
        for offer in offers.iter_mut().filter(|offer| offer.call != Call::Marks) {
            offer.enabled = false;
            VERBS_ARE_OFF.clone_into(&mut offer.tip);
        }
    }
    offers
}

fn fill(root: &HtmlElement, offers: &[Offer]) {
    if let Some(list) = find(root, "[role=menu]") {
        list.set_inner_html(&html::menu(offers));
    }
}

/// Says anew what has changed; other items are other elements.
fn update(root: &HtmlElement, before: &[Offer], now: &[Offer]) {
    let ids = |offers: &[Offer]| {
        offers
            .iter()
            .map(|offer| offer.id.clone())
            .collect::<Vec<_>>()
    };
    if ids(before) != ids(now) {
        fill(root, now);
        return focus_item(root, 0);
    }
    for (at, offer) in now
        .iter()
        .enumerate()
        .filter(|(at, offer)| before[*at] != **offer)
    {
        let Some(item) = find(root, &format!("[data-at=\"{at}\"]")) else {
            continue;
        };
        let off = if offer.enabled { "false" } else { "true" };
        // The name is a constant and valid, so this cannot fail.
        let _ = item.set_attribute("aria-disabled", off);
        if let Some(tip) = item.last_element_child() {
            tip.set_text_content(Some(&offer.tip));
        }
    }
}

/// Shows the menu at its place, moved into the window where it would leave it.
fn place(root: &HtmlElement, open: OpenMenu) {
    root.set_hidden(false);
    let body = document().document_element();
    let (width, height) = body.map_or((0, 0), |body| (body.client_width(), body.client_height()));
    let x = open.x.min(width - root.offset_width() - EDGE).max(EDGE);
    let y = open.y.min(height - root.offset_height() - EDGE).max(EDGE);
    for (side, at) in [("left", x), ("top", y)] {
        // As above: the names are constants.
        let _ = root.style().set_property(side, &format!("{at}px"));
    }
    focus_item(root, 0);
}

fn on_key(event: &KeyboardEvent, hands: Hands, root: NodeRef<Div>) {
    let Some(root) = root.get_untracked() else {
        return;
    };
    let at = item_of(event.target()).unwrap_or_default();
    let last = find(&root, "[role=menu]").map_or(0, |list| list.child_element_count()) as usize;
    let last = last.saturating_sub(1);
    match event.key().as_str() {
        "ArrowDown" => focus_item(&root, if at == last { 0 } else { at + 1 }),
        "ArrowUp" => focus_item(&root, at.checked_sub(1).unwrap_or(last)),
        "Home" => focus_item(&root, 0),
        "End" => focus_item(&root, last),
        "Escape" | "Tab" => hands.menu.set(None),
        _ => return,
    }
    event.prevent_default();
    event.stop_propagation();
}

/// A press outside of the menu closes it.
fn close_outside(hands: Hands, root: NodeRef<Div>) {
    let listening = window_event_listener(ev::pointerdown, move |event| {
        let Some(root) = root
            .get_untracked()
            .filter(|_| hands.menu.with_untracked(Option::is_some))
        else {
            return;
        };
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Node>().ok());
        if !root.contains(target.as_ref()) {
            hands.menu.set(None);
        }
    });
    on_cleanup(move || listening.remove());
}

fn item_of(target: Option<web_sys::EventTarget>) -> Option<usize> {
    let element = target?.dyn_into::<Element>().ok()?;
    let item = element.closest("[data-at]").ok()??;
    item.get_attribute("data-at")?.parse().ok()
}

fn focus_item(root: &HtmlElement, at: usize) {
    if let Some(item) = find(root, &format!("[data-at=\"{at}\"]")) {
        focus(&item);
    }
}

fn focus_in_picture(thing: Option<Thing>) {
    let picture = document().query_selector("svg.stages");
    if let (Some(thing), Ok(Some(picture))) = (thing, picture) {
        focus_thing(&picture, thing);
    }
}

fn find(root: &HtmlElement, selector: &str) -> Option<Element> {
    root.query_selector(selector).ok()?
}

/// Least distance from the window's edges, pixels.
const EDGE: i32 = 8;
