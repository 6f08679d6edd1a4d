//! The lines of a room, newest last.

use std::time::Duration;

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use web_sys::HtmlElement;

use super::hands::{on_click, on_focus_out, on_key};
use super::rows::{Shown, patch};
use super::session::Session;
use crate::components::focus::focus;
use crate::html::chat as html;
use crate::model::chat::{Chat, Older, Phase};
use crate::words::chat::{new_below, older, window_title};

/// How near to the end still counts as at the end, and to the top as at the top, pixels.
const NEAR_PX: i32 = 40;

/// The lines of a room, in a list that begins at its lower end: whatever becomes higher or lower
/// around it, the newest stays in view. They stay there while that is in view, else where they are.
#[component]
pub fn Lines(
    /// This page's place in the room.
    session: Session,
) -> impl IntoView {
    let list = NodeRef::<Div>::new();
    let rows = NodeRef::<Div>::new();
    let at_end = RwSignal::new(true);
    // Where the list stands tells what has been seen, while the tab is.
    let measure = move || {
        if let Some(list) = list.try_get_untracked().flatten() {
            let here = list.scroll_top().abs() < NEAR_PX;
            if at_end.get_untracked() != here {
                at_end.set(here);
            }
            let here = here && !document().hidden();
            if session.chat.peek(|chat| chat.is_here() != here) {
                session.chat.change(|chat| chat.look(here));
            }
        }
    };
    let on_scroll = move |_| {
        measure();
        let above = list
            .get_untracked()
            .map(|list| list.scroll_height() - list.client_height() - list.scroll_top().abs());
        if above.is_some_and(|above| above < NEAR_PX) && !at_end.get_untracked() {
            session.read_on();
        }
    };
    draw(session, list, rows, at_end);
    let seen = window_event_listener_untyped("visibilitychange", move |_| measure());
    on_cleanup(move || seen.remove());
    count_in_title(session);
    view! {
        <div
            class="msgs"
            node_ref=list
            role="log"
            aria-label="Messages; the arrow keys go from one to the next"
            tabindex="0"
            on:scroll=on_scroll
            on:keydown=move |event| on_key(&event, session)
            on:click=move |event| on_click(&event, session)
            on:focusout=move |event: ev::FocusEvent| on_focus_out(&event, session)
        >
            <div class="talked">
                <Above session/>
                <Empty session/>
                <div class="rows" node_ref=rows></div>
            </div>
        </div>
        <Below session list at_end/>
    }
}

/// Draws the lines whenever they, or how the learner looks at them, change.
fn draw(session: Session, list: NodeRef<Div>, rows: NodeRef<Div>, at_end: RwSignal<bool>) {
    let shown = StoredValue::new_local(Vec::<Shown>::new());
    let newest = StoredValue::new(0);
    Effect::new(move || {
        let look = session.look();
        let wanted = session.chat.read(|chat| chat.rows(&look));
        let (Some(list), Some(rows)) = (list.get(), rows.get()) else {
            return;
        };
        let follow = at_end.get_untracked() && !document().hidden();
        let anchor = shown.with_value(|shown| first_in_view(&list, shown));
        let html = |key| {
            session.chat.peek(|chat| match key {
                0 => Some(html::new_line()),
                _ => Some(html::line(chat, chat.line(key)?, &look, clock)),
            })
        };
        let own = session.chat.peek(Chat::newest_own);
        let said = own > newest.get_value();
        newest.set_value(own);
        shown.update_value(|shown| {
            let first = shown.first().map(|shown| shown.row.key);
            let put_before = first != wanted.first().map(|row| row.key);
            if put_before || wanted.len() > shown.len() + MOST_ALOUD {
                hush(&list);
            }
            patch(&rows, shown, &wanted, html);
        });
        if follow || said {
            list.set_scroll_top(0);
        } else if let Some((row, before)) = anchor {
            list.set_scroll_top(list.scroll_top() + top_of(&row) - before);
        }
        if session.flow.peek(|flow| flow.undrawn > 0) {
            session.flow.change(|flow| flow.undrawn = 0);
        }
    });
}

/// Rows that may come at once and be read out; more are what was said before one came.
const MOST_ALOUD: usize = 8;

/// What comes now is not news to be read out.
fn hush(list: &HtmlElement) {
    // It fails only for a name that is none.
    let _ = list.set_attribute("aria-live", "off");
    let list = list.clone();
    set_timeout(
        move || {
            // As above.
            let _ = list.remove_attribute("aria-live");
        },
        Duration::from_millis(500),
    );
}

/// The first row of which something is in view, and where it stands.
fn first_in_view(list: &HtmlElement, shown: &[Shown]) -> Option<(HtmlElement, i32)> {
    let top = top_of(list);
    let mut rows = shown.iter().map(|shown| &shown.element);
    let row = rows.find(|row| top_of(row) + row.offset_height() > top)?;
    Some((row.clone(), top_of(row)))
}

/// Where something stands in the window, pixels.
#[expect(clippy::cast_possible_truncation, reason = "pixels of a list")]
fn top_of(element: &HtmlElement) -> i32 {
    element.get_bounding_client_rect().top().round() as i32
}

/// The window's title counts what comes while the tab is not seen.
fn count_in_title(session: Session) {
    let unread = Memo::new(move |_| session.chat.read(Chat::unread));
    let tell = move |unread| {
        let title = document().title();
        let told = window_title(&title, if document().hidden() { unread } else { 0 });
        if told != title {
            document().set_title(&told);
        }
    };
    Effect::new(move || tell(unread.get()));
    let seen = window_event_listener_untyped("visibilitychange", move |_| {
        tell(unread.try_get_untracked().unwrap_or(0));
    });
    on_cleanup(move || {
        seen.remove();
        tell(0);
    });
}

/// What is above the first line, with a button for who does not scroll.
#[component]
fn Above(session: Session) -> impl IntoView {
    let now = Memo::new(move |_| {
        session.chat.read(|chat| {
            let any = chat.lines().any(|line| line.spoken().is_some());
            (any && chat.is_joined()).then(|| chat.older())
        })
    });
    move || {
        now.get().map(|now| {
            let words = older(now);
            let what = match now {
                Older::More => view! {
                    <button class="btn small" data-testid="chat-older" on:click=move |_| session.read_on()>
                        {words}
                    </button>
                }
                .into_any(),
                _ => words.into_any(),
            };
            view! { <div class="sys above" data-testid="chat-above">{what}</div> }
        })
    }
}

/// Brings the newest into view when one reads further up.
#[component]
fn Below(session: Session, list: NodeRef<Div>, at_end: RwSignal<bool>) -> impl IntoView {
    let unread = Memo::new(move |_| session.chat.read(Chat::unread));
    let go = move |_| {
        let Some(list) = list.get_untracked() else {
            return;
        };
        let mark = list.query_selector(".new-line").ok().flatten();
        match mark.filter(|_| unread.get_untracked() > 0) {
            Some(mark) => mark.scroll_into_view(),
            None => list.set_scroll_top(0),
        }
        focus(&list);
    };
    view! {
        <Show when=move || !at_end.get()>
            <div class="newest">
                <button class="btn small primary" data-testid="chat-below" on:click=go>
                    {move || new_below(unread.get())}
                </button>
            </div>
        </Show>
    }
}

/// What an empty room says.
#[component]
fn Empty(session: Session) -> impl IntoView {
    let words = Memo::new(move |_| {
        session.chat.read(|chat| match chat.phase() {
            Phase::Asking { .. } if chat.lines().next().is_none() => {
                Some("Choose a name and join: from the first byte on, you see what crosses.")
            }
            Phase::Joined if chat.members().len() == 1 && chat.lines().count() <= 1 => Some(
                "You are alone. Say something, or open the room in a second tab and talk to yourself.",
            ),
            _ => None,
        })
    });
    move || {
        words
            .get()
            .map(|words| view! { <p class="msgs-empty">{words}</p> })
    }
}

/// `10:41`, in the learner's own time zone, after the day when it is not today.
fn clock(ms_since_1970: u64) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact for the next 285,000 years"
    )]
    let date = js_sys::Date::new(&(ms_since_1970 as f64).into());
    let two = |number: u32| match number {
        0..10 => ["0", &number.to_string()].concat(),
        _ => number.to_string(),
    };
    let time = [two(date.get_hours()), two(date.get_minutes())].join(":");
    let today = js_sys::Date::new_0().to_date_string() == date.to_date_string();
    if today {
        return time;
    }
    let (year, month) = (date.get_full_year(), date.get_month() + 1);
    [year.to_string(), two(month), two(date.get_date())].join("-") + " " + &time
}
