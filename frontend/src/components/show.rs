//! A lesson's thing with its solution, which the page plays by pressing the learner's own controls.
//!
//! Test ids: `show` (with `data-playing`), `shown`. A control that is being played has `data-played`.

use gloo_timers::future::TimeoutFuture;
use js_sys::Reflect;
use leptos::prelude::*;
use spillway_protocol::course::ShowStep;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, Event, EventInit, HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition,
};

use crate::html;
use crate::model::show::{Act, acts, told};
use crate::state::Learned;

/// A thing and what plays its solution. Copies are the same.
#[derive(Clone, Copy)]
struct Player {
    learned: Learned,
    lesson: StoredValue<String>,
    steps: StoredValue<Vec<ShowStep>>,
    /// Rises with each playing: the thing is made anew for it, and an older one stops.
    turn: RwSignal<u32>,
    /// Steps that were done; `None` while nothing is played or was.
    done: RwSignal<Option<usize>>,
    playing: RwSignal<bool>,
}

/// Between two steps, for those who watch to read along.
const READING_MS: u32 = 1_200;

/// Between two controls of one step.
const SEEING_MS: u32 = 400;

/// What there is of the chat before one is in the room, meanwhile, and once one is.
const REFUSED: &str = "[data-testid=chat-problem]";
const ON_ITS_WAY: &str = "[data-testid=chat-standing]";
const WHERE_ONE_TYPES: &str = "[data-testid=chat-input]";

/// Names that are tried in a room, each with the next number, before the playing stops.
const NAMES: u32 = 12;

/// How often it is looked whether what is waited for is there.
const LOOK_MS: u32 = 50;

/// A thing with "Show me" above it. Without a solution it is the thing alone.
#[component]
pub fn Shown(
    /// The lesson, as `chapter/lesson`.
    lesson: String,
    /// Its solution.
    steps: Vec<ShowStep>,
    /// Makes the thing, at its beginning.
    thing: impl Fn() -> AnyView + Send + 'static,
) -> impl IntoView {
    let of = steps.len();
    let player = Player {
        learned: expect_context(),
        lesson: StoredValue::new(lesson),
        steps: StoredValue::new(steps),
        turn: RwSignal::new(0),
        done: RwSignal::new(None),
        playing: RwSignal::new(false),
    };
    let press = move |_| {
        if player.playing.get_untracked() {
            player.stop();
        } else {
            player.play();
        }
    };
    let label = move || match player.playing.get() {
        true => "Stop",
        false => "Show me",
    };
    let told = move || {
        let done = player.done.get()?;
        let told = player.steps.with_value(|steps| told(steps, done));
        Some(html::shown(done as u64, of as u64, &told))
    };
    view! {
        <div class="bar show-bar" hidden=of == 0>
            <button
                class="btn"
                data-testid="show"
                data-playing=move || player.playing.get().to_string()
                title="Begins anew and does what reaches the goals, step by step"
                on:click=press
            >
                {label}
            </button>
            <div class="grow" aria-live="polite" inner_html=move || told().unwrap_or_default()></div>
        </div>
        {move || {
            player.turn.track();
            thing()
        }}
    }
}

impl Player {
    /// Nothing more is pressed; the thing stays as it is.
    fn stop(self) {
        self.playing.set(false);
        unmark();
    }

    fn play(self) {
        self.done.set(Some(0));
        self.playing.set(true);
        self.turn.update(|turn| *turn += 1);
        let turn = self.turn.get_untracked();
        leptos::task::spawn_local(async move {
            let all = self.steps.with_value(Vec::len);
            for at in 0..all {
                let Some(step) = self.steps.try_with_value(|steps| steps[at].clone()) else {
                    return;
                };
                if !self.step(turn, &step).await {
                    return;
                }
                self.done.set(Some(at + 1));
            }
            self.playing.set(false);
            unmark();
        });
    }

    /// Whether this is still wanted. The learner may have stopped it, or left the lesson.
    fn goes_on(self, turn: u32) -> bool {
        self.turn.try_get_untracked() == Some(turn) && self.playing.get_untracked()
    }

    /// Waits until something is so; answers false when it is not wanted any more.
    async fn until(self, turn: u32, so: impl Fn() -> bool) -> bool {
        loop {
            if !self.goes_on(turn) {
                return false;
            }
            if so() {
                return true;
            }
            TimeoutFuture::new(LOOK_MS).await;
        }
    }

    /// Presses again while the name is taken. Answers false when it is not wanted any more, or no name was free.
    async fn enter(self, turn: u32, selector: &str) -> bool {
        let refused = || ready(REFUSED).is_some();
        let is_in = || ready(WHERE_ONE_TYPES).is_some() && ready(ON_ITS_WAY).is_none();
        for _ in 0..NAMES {
            TimeoutFuture::new(SEEING_MS).await;
            if !self.until(turn, || refused() || is_in()).await {
                return false;
            }
            match ready(selector).filter(|_| refused()) {
                Some(control) => press(&control),
                None => return true,
            }
        }
        // What was refused stands in the room for the learner to read.
        self.stop();
        false
    }

    async fn step(self, turn: u32, step: &ShowStep) -> bool {
        TimeoutFuture::new(READING_MS).await;
        let reached = || {
            let Some(goal) = step.goal else {
                return true;
            };
            #[expect(clippy::cast_possible_truncation, reason = "a lesson has a few goals")]
            let at = goal.saturating_sub(1) as usize;
            let progress = self.learned.progress;
            let has = |lesson: &String| progress.with_untracked(|it| it.has(lesson, at));
            self.lesson.try_with_value(has) == Some(true)
        };
        if !self.until(turn, reached).await {
            return false;
        }
        for act in acts(step) {
            let selector = match &act {
                Act::Fill(id, _) => ["[data-testid=", id, "]"].concat(),
                Act::Press(selector) | Act::Enter(selector) => selector.clone(),
            };
            if !self.until(turn, || ready(&selector).is_some()).await {
                return false;
            }
            let Some(control) = ready(&selector) else {
                return false;
            };
            mark(&control);
            TimeoutFuture::new(SEEING_MS).await;
            if !self.goes_on(turn) {
                return false;
            }
            match act {
                Act::Fill(_, text) => fill(&control, &text),
                Act::Press(_) => press(&control),
                Act::Enter(selector) => {
                    press(&control);
                    if !self.enter(turn, &selector).await {
                        return false;
                    }
                }
            }
        }
        true
    }
}

fn press(control: &Element) {
    control.unchecked_ref::<HtmlElement>().click();
}

/// What a selector finds, when it can be used.
fn ready(selector: &str) -> Option<Element> {
    let found = document().query_selector(selector).ok()??;
    // The selector is one.
    let disabled = found.matches(":disabled").unwrap_or_default();
    (!disabled).then_some(found)
}

/// Lets it be seen which control is played, and no other.
fn mark(control: &Element) {
    unmark();
    // The name of the attribute is one.
    let _ = control.set_attribute("data-played", "");
    let options = ScrollIntoViewOptions::new();
    options.set_block(ScrollLogicalPosition::Nearest);
    control.scroll_into_view_with_scroll_into_view_options(&options);
}

fn unmark() {
    if let Ok(Some(before)) = document().query_selector("[data-played]") {
        // It has the attribute.
        let _ = before.remove_attribute("data-played");
    }
}

/// Writes into a field as if it was typed.
fn fill(field: &Element, text: &str) {
    // A field takes any text, and hears of it by both events.
    let _ = Reflect::set(field, &JsValue::from_str("value"), &JsValue::from_str(text));
    for kind in ["input", "change"] {
        let init = EventInit::new();
        init.set_bubbles(true);
        if let Ok(event) = Event::new_with_event_init_dict(kind, &init) {
            let _ = field.dispatch_event(&event);
        }
    }
}
