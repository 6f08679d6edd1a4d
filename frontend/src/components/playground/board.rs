//! The board: stages and pipes, operated by click, by drag from port to port, and by keys.
//!
//! Test ids: `board`, `empty-board`, `preset-{id}`; those on the board are listed in
//! [`picture`](crate::picture::playground).

use leptos::prelude::*;
use leptos::svg;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent, PointerEvent, SvgElement};

use super::ports::{Spot, attribute_at};
use crate::geometry::board::Board;
use crate::html;
use crate::model::playground::edit::{connect, disconnect, remove};
use crate::model::playground::presets::PRESETS;
use crate::model::playground::{Selected, palette};
use crate::picture::playground::{Marks, board, line};
use crate::state::Builder;

/// The board.
#[component]
pub fn BoardView(
    /// What is being built.
    builder: Builder,
) -> impl IntoView {
    let layout = Memo::new(move |_| builder.recipe.with(Board::of));
    let contents = NodeRef::<svg::G>::new();
    Effect::new(move |_| {
        if let Some(contents) = contents.get() {
            let text = drawn(builder, &layout.read());
            fill(&contents, &text);
        }
    });
    let drag = Drag::new(builder, layout);
    let size = move |part: fn(&Board) -> i32| layout.with(part).to_string();
    let is_empty = Memo::new(move |_| builder.recipe.with(|recipe| recipe.stages.is_empty()));
    view! {
        <div class="board panel" class:connecting=move || builder.from.with(Option::is_some)>
            <div class="presets" data-testid="empty-board" hidden=move || !is_empty.get()>
                <Presets builder/>
            </div>
            <svg
                data-testid="board"
                role="group"
                aria-label="The board: Tab goes from stage to stage, Enter selects, C connects, \
                            Delete removes"
                hidden=is_empty
                style:width=move || ["calc(var(--board) * ", &size(|it| it.width), "px)"].concat()
                viewBox=move || ["0 0 ", &size(|it| it.width), " ", &size(|it| it.height)].concat()
                on:click=move |event| click(builder, drag, &event)
                on:keydown=move |event| press(builder, layout, &event)
                on:pointerdown=move |event| drag.begin(&event)
                on:pointermove=move |event| drag.go_on(&event)
                on:pointerup=move |event| drag.end(&event)
                on:pointerleave=move |_| drag.give_up()
                on:pointercancel=move |_| drag.give_up()
            >
                <g node_ref=contents></g>
                <path class="drawing" d=drag.path></path>
            </svg>
        </div>
    }
}

#[component]
fn Presets(builder: Builder) -> impl IntoView {
    let take = move |event: MouseEvent| {
        let id = attribute_at(&event, "data-preset");
        if let Some(preset) = PRESETS
            .iter()
            .find(|preset| Some(preset.id) == id.as_deref())
        {
            builder.open_text(preset.text);
        }
    };
    view! { <div on:click=take inner_html=html::presets(&PRESETS)></div> }
}

fn drawn(builder: Builder, layout: &Board) -> String {
    let (selected, from) = (builder.selected.read(), builder.from.read());
    let problem = builder.problem.read();
    let marks = Marks {
        selected: &selected,
        from: from.as_deref(),
        problem: problem.as_ref(),
    };
    board(&builder.recipe.read(), &builder.kinds.read(), layout, marks)
}

/// Draws anew; what had the focus has it again.
fn fill(contents: &Element, text: &str) {
    let focused = contents.query_selector(":focus").ok().flatten();
    let focused = focused.and_then(|it| it.get_attribute("data-testid"));
    contents.set_inner_html(text);
    if let Some(id) = focused {
        focus(contents, &id);
    }
}

fn focus(root: &Element, id: &str) {
    let selector = ["[data-testid=\"", id, "\"]"].concat();
    let found = root.query_selector(&selector).ok().flatten();
    if let Some(found) = found {
        // An SVG element takes the focus as an HTML element does.
        let _ = found.unchecked_ref::<HtmlElement>().focus();
    }
}

fn click(builder: Builder, drag: Drag, event: &MouseEvent) {
    if drag.has_just_ended() {
        return;
    }
    act_on(builder, Spot::at(event));
}

/// What a click on a spot does.
fn act_on(builder: Builder, spot: Spot) {
    let from = builder.from.get_untracked();
    match (spot, from) {
        (Spot::Out(name), Some(from)) if name == from => builder.from.set(None),
        (Spot::Out(name), _) => begin_pipe(builder, name),
        (Spot::Stage(name), Some(from)) => pipe(builder, &from, name),
        (Spot::Stage(name), None) => builder.selected.set(Selected::Stage(name)),
        (Spot::Wire(from, to), _) => {
            builder.from.set(None);
            builder.selected.set(Selected::Pipe(from, to));
        }
        (Spot::Ground, _) => {
            builder.from.set(None);
            builder.selected.set(Selected::Nothing);
        }
    }
}

fn begin_pipe(builder: Builder, name: String) {
    builder.selected.set(Selected::Stage(name.clone()));
    builder.from.set(Some(name));
}

/// Pipes one stage into another; what cannot be piped is said, and nothing has changed.
fn pipe(builder: Builder, from: &str, to: String) {
    builder.from.set(None);
    if from == to {
        return;
    }
    let takes = builder.recipe.with_untracked(|recipe| {
        let kind = recipe.stage(&to).map_or("", |stage| &stage.kind);
        builder
            .kinds
            .with_untracked(|kinds| palette::takes(kinds, kind))
    });
    if takes {
        builder.edit(|recipe| connect(recipe, from, &to));
    } else {
        let why = " is a Readable: nothing can be piped into it. Choose a Transform or a Writable.";
        builder.say(true, &[&to, why].concat());
    }
    builder.selected.set(Selected::Stage(to));
}

/// Takes away what is selected.
pub(super) fn remove_selected(builder: Builder) {
    match builder.selected.get_untracked() {
        Selected::Stage(name) => builder.edit(|recipe| remove(recipe, &name)),
        Selected::Pipe(from, to) => builder.edit(|recipe| disconnect(recipe, &from, &to)),
        Selected::Nothing => return,
    }
    builder.from.set(None);
    builder.selected.set(Selected::Nothing);
}

fn press(builder: Builder, layout: Memo<Board>, event: &KeyboardEvent) {
    if event.alt_key() || event.ctrl_key() || event.meta_key() {
        return;
    }
    let spot = Spot::at(event);
    let arrow = match event.key().as_str() {
        "ArrowRight" => (1, 0),
        "ArrowLeft" => (-1, 0),
        "ArrowDown" => (0, 1),
        "ArrowUp" => (0, -1),
        other => {
            if do_key(builder, other, spot) {
                event.prevent_default();
                event.stop_propagation();
            }
            return;
        }
    };
    // The arrows of the instrument below select its stages; here they go over the board.
    event.prevent_default();
    event.stop_propagation();
    let next = builder.recipe.with_untracked(|recipe| {
        let Spot::Stage(name) = spot else { return None };
        let at = recipe.stages.iter().position(|stage| stage.id == name)?;
        let next = layout.with_untracked(|layout| layout.beside(at, arrow))?;
        Some(recipe.stages[next].id.clone())
    });
    let svg = event
        .current_target()
        .and_then(|it| it.dyn_into::<Element>().ok());
    if let (Some(svg), Some(next)) = (svg, next) {
        focus(&svg, &["card-", &next].concat());
    }
}

/// Does what a key stands for on the board; whether it stands for anything.
fn do_key(builder: Builder, key: &str, spot: Spot) -> bool {
    match (key, spot) {
        ("Enter" | " ", spot) if spot != Spot::Ground => act_on(builder, spot),
        ("c" | "C", Spot::Stage(name)) => match builder.from.get_untracked() {
            Some(_) => act_on(builder, Spot::Stage(name)),
            None => begin_pipe(builder, name),
        },
        ("Delete" | "Backspace", Spot::Stage(name)) => {
            builder.selected.set(Selected::Stage(name));
            remove_selected(builder);
        }
        ("Delete" | "Backspace", Spot::Wire(from, to)) => {
            builder.selected.set(Selected::Pipe(from, to));
            remove_selected(builder);
        }
        ("Escape", _) => {
            builder.from.set(None);
            builder.selected.set(Selected::Nothing);
        }
        _ => return false,
    }
    true
}

/// A pipe that is being drawn with the pointer.
#[derive(Clone, Copy)]
struct Drag {
    builder: Builder,
    layout: Memo<Board>,
    /// The stage it comes from, and where the pointer went down.
    begun: StoredValue<Option<(String, (i32, i32))>>,
    /// The pointer has left the place where it went down: this is no click.
    moved: StoredValue<bool>,
    /// Its line so far.
    path: RwSignal<String>,
}

/// So far a pointer may wander while it clicks, pixels.
const WANDER: i32 = 6;

impl Drag {
    fn new(builder: Builder, layout: Memo<Board>) -> Self {
        Self {
            builder,
            layout,
            begun: StoredValue::new(None),
            moved: StoredValue::new(false),
            path: RwSignal::default(),
        }
    }

    fn begin(self, event: &PointerEvent) {
        self.moved.set_value(false);
        if let Spot::Out(name) = Spot::at(event) {
            let at = (event.client_x(), event.client_y());
            self.begun.set_value(Some((name, at)));
            event.prevent_default();
        }
    }

    fn go_on(self, event: &PointerEvent) {
        let Some((name, (x, y))) = self.begun.get_value() else {
            return;
        };
        let (dx, dy) = (event.client_x() - x, event.client_y() - y);
        if dx.abs() + dy.abs() > WANDER && !self.moved.get_value() {
            self.moved.set_value(true);
            self.builder.from.set(Some(name.clone()));
        }
        let Some(scale) = scale_of(event) else { return };
        let start = self.builder.recipe.with_untracked(|recipe| {
            let at = recipe.stages.iter().position(|stage| stage.id == name)?;
            Some(self.layout.with_untracked(|layout| layout.out_of(at)))
        });
        if let Some(start) = start.filter(|_| self.moved.get_value()) {
            let scaled = |pixels: i32| (f64::from(pixels) / scale) as i32;
            self.path
                .set(line(start, (start.0 + scaled(dx), start.1 + scaled(dy))));
        }
    }

    fn end(self, event: &PointerEvent) {
        let begun = self.begun.get_value();
        self.begun.set_value(None);
        self.path.set(String::new());
        if let Some((from, _)) = begun.filter(|_| self.moved.get_value()) {
            match Spot::below(event) {
                Spot::Stage(to) | Spot::Out(to) => pipe(self.builder, &from, to),
                Spot::Wire(..) | Spot::Ground => self.builder.from.set(None),
            }
        }
    }

    fn give_up(self) {
        if self.begun.with_value(Option::is_some) {
            self.begun.set_value(None);
            self.path.set(String::new());
            self.builder.from.set(None);
        }
    }

    /// The click that follows a drag is none.
    fn has_just_ended(self) -> bool {
        self.moved.get_value()
    }
}

/// How much larger the board is drawn than it is measured.
fn scale_of(event: &PointerEvent) -> Option<f64> {
    let svg: SvgElement = event.current_target()?.dyn_into().ok()?;
    let view_box = svg.get_attribute("viewBox")?;
    let width: f64 = view_box.split(' ').nth(2)?.parse().ok()?;
    Some(svg.get_bounding_client_rect().width() / width)
}
