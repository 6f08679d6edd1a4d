//! The keys: what they do, and the sheet that tells.
//!
//! Test ids: `key-sheet`.

use leptos::ev;
use leptos::prelude::*;
use spillway_streams::{RunView, StageId};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::state::{Go, Hands, Runner};
use crate::words::verbs::{offers, toggle_pause, toggle_pipe};

/// Listens for the keys until the current owner is gone.
pub fn listen_for_keys(hands: Hands, shown: RwSignal<bool>) {
    let listening = window_event_listener(ev::keydown, move |event| {
        let other = event.ctrl_key() || event.meta_key() || event.alt_key();
        if other || event.default_prevented() || is_elsewhere(&event) {
            return;
        }
        let space = event.key() == " ";
        if space && (event.repeat() || presses(&event)) {
            return;
        }
        if press(&event.key(), hands, shown) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listening.remove());
}

/// Does what a key stands for; whether it stands for anything.
fn press(key: &str, hands: Hands, shown: RwSignal<bool>) -> bool {
    let runner = hands.runner;
    match key {
        "r" | "R" => runner.start(),
        "p" | "P" => {
            let call = with_selected(runner, |view, id| toggle_pause(view, id, &offers(view, id)));
            if let Some(call) = call {
                hands.call(runner.selected.get_untracked(), call);
            }
        }
        "u" | "U" => {
            let call = with_selected(runner, |view, id| {
                toggle_pipe(&offers(view, id)).map(|offer| offer.call)
            });
            if let Some(call) = call {
                hands.call(runner.selected.get_untracked(), call);
            }
        }
        " " => runner.toggle_clock(),
        "." => runner.step_clock(),
        "ArrowLeft" => select(runner, |at| at.saturating_sub(1)),
        "ArrowRight" => select(runner, |at| at.saturating_add(1)),
        "?" => shown.update(|shown| *shown = !*shown),
        "Escape" if shown.get_untracked() => shown.set(false),
        "Escape" => runner.go(Go::Now),
        _ => return false,
    }
    true
}

/// Listens for the keys that lead to the next lesson and to the one before, as long as the current owner is there.
pub fn listen_for_lessons() {
    let listening = window_event_listener(ev::keydown, move |event| {
        let link = match event.key().as_str() {
            "n" | "N" => "next",
            "b" | "B" => "previous",
            _ => return,
        };
        let other = event.ctrl_key() || event.meta_key() || event.alt_key() || event.repeat();
        if other || event.default_prevented() || is_elsewhere(&event) {
            return;
        }
        let link = document().query_selector(&[".way [data-testid=", link, "]"].concat());
        if let Some(link) = link
            .ok()
            .flatten()
            .and_then(|link| link.dyn_into::<HtmlElement>().ok())
        {
            link.click();
        }
    });
    on_cleanup(move || listening.remove());
}

fn with_selected<T>(runner: Runner, read: impl FnOnce(&RunView, StageId) -> T) -> T {
    let selected = runner.selected.get_untracked();
    runner.view.with_untracked(|view| read(view, selected))
}

fn select(runner: Runner, step: impl FnOnce(u16) -> u16) {
    let next = with_selected(runner, |view, id| {
        let next = StageId(step(id.0));
        view.stage(next).map(|_| next)
    });
    if let Some(next) = next {
        runner.selected.set(next);
    }
}

/// Keys belong to what is typed into, arrows to what they move, and all of them to an open menu or
/// sheet.
fn is_elsewhere(event: &KeyboardEvent) -> bool {
    target_of(event).is_some_and(|target| match target.tag_name().as_str() {
        _ if matches!(target.closest("dialog, [role=menu]"), Ok(Some(_))) => true,
        "INPUT" if target.get_attribute("type").as_deref() == Some("range") => {
            event.key().starts_with("Arrow")
        }
        "INPUT" | "TEXTAREA" | "SELECT" => true,
        _ => false,
    })
}

/// The space bar belongs to what it presses.
fn presses(event: &KeyboardEvent) -> bool {
    target_of(event).is_some_and(|target| {
        matches!(target.tag_name().as_str(), "BUTTON" | "A" | "SUMMARY")
            || target.has_attribute("role")
    })
}

fn target_of(event: &KeyboardEvent) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()
}

/// The sheet that tells the keys.
#[component]
pub fn KeySheet(
    /// Whether it is shown.
    shown: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <div
            class="key-sheet panel"
            role="dialog"
            aria-label="Keys"
            data-testid="key-sheet"
            hidden=move || !shown.get()
        >
            <dl inner_html=KEYS></dl>
            <button class="btn small" on:click=move |_| shown.set(false)>"Close"</button>
        </div>
    }
}

const KEYS: &str = "<dt><kbd>R</kbd></dt><dd>run the pipeline from the beginning</dd>\
    <dt><kbd>P</kbd></dt><dd>pause() or resume() of the selected stage</dd>\
    <dt><kbd>U</kbd></dt><dd>unpipe() or pipe() of the selected stage</dd>\
    <dt><kbd>Space</kbd></dt><dd>pause the clock of the run, or let it go on</dd>\
    <dt><kbd>.</kbd></dt><dd>one event, and the clock is paused</dd>\
    <dt><kbd>←</kbd> <kbd>→</kbd></dt><dd>select the stage before or after</dd>\
    <dt><kbd>↓</kbd> <kbd>↑</kbd></dt><dd>in the picture: to its tanks and pipes, and back</dd>\
    <dt><kbd>Enter</kbd></dt><dd>in the picture: the menu of the stage</dd>\
    <dt><kbd>Esc</kbd></dt><dd>back to now, from a past moment</dd>\
    <dt><kbd>N</kbd> <kbd>B</kbd></dt><dd>the next lesson, and back to the one before</dd>\
    <dt><kbd>?</kbd></dt><dd>show or hide these keys</dd>";
