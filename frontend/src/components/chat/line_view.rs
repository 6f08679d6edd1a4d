//! One line of a room.

use leptos::prelude::*;

use super::session::Session;
use crate::model::chat::{Delivery, LineKind, Phase, Spoken};
use crate::words::chat::{change, delivery, remark};

/// One line: what somebody said, or what happened.
#[component]
pub fn LineView(
    /// This page's place in the room.
    session: Session,
    /// Names it.
    key: u64,
) -> impl IntoView {
    let kind = session.chat.peek(|chat| {
        let line = chat.line(key)?;
        Some((line.kind.clone(), remark(&line.kind, chat.name())))
    });
    match kind {
        None => ().into_any(),
        Some((LineKind::Message(spoken), _)) => view! { <Message session key spoken/> }.into_any(),
        Some((kind, words)) => view! {
            <p class="sys" data-testid="chat-system" data-kind=kind_name(&kind)>{words}</p>
        }
        .into_any(),
    }
}

/// What somebody said. Choosing it lights its frames.
#[component]
fn Message(session: Session, key: u64, spoken: Spoken) -> impl IntoView {
    let now = Memo::new(move |_| {
        session.chat.read(|chat| {
            let LineKind::Message(spoken) = &chat.line(key)?.kind else {
                return None;
            };
            let connected = *chat.phase() == Phase::Joined;
            Some((spoken.reference(), spoken.delivery.clone(), connected))
        })
    });
    let state = move || {
        now.get()
            .map(|(_, how, connected)| delivery(&how, connected))
    };
    let lit = move || {
        let Some((own, ..)) = now.get() else {
            return false;
        };
        session
            .lit
            .with(|lit| lit.as_ref().is_some_and(|lit| lit.is(&own)))
    };
    let is_lit = Memo::new(move |_| lit());
    let choose = move |_| {
        let own = now.get_untracked().map(|(own, ..)| own);
        session.lit.update(|lit| {
            let again = matches!((&*lit, &own), (Some(lit), Some(own)) if lit.is(own));
            *lit = if again { None } else { own };
        });
    };
    let own = spoken.own;
    let words = Memo::new(move |_| {
        session.chat.read(|chat| match &chat.line(key)?.kind {
            LineKind::Message(spoken) => Some((spoken.text.clone(), spoken.edited)),
            _ => None,
        })
    });
    let (text, edited) = (
        move || words.get().map(|(text, _)| text),
        move || words.get().and_then(|(text, edited)| change(&text, edited)),
    );
    let when = move || match now.get()?.1 {
        Delivery::Delivered { at, .. } => Some(clock(at)),
        Delivery::Sending | Delivery::Refused { .. } => None,
    };
    let note = move || {
        let time = when();
        let how = own
            .then(|| state().map(|(words, _)| words.to_owned()))
            .flatten();
        let both: Vec<String> = time.into_iter().chain(how).collect();
        both.join(" · ")
    };
    let seq = move || {
        now.get()
            .and_then(|(own, ..)| own.seq)
            .map(|seq| seq.to_string())
    };
    let initial = spoken.from.chars().next().map(|letter| letter.to_string());
    view! {
        <div
            class="msg"
            class:own=own
            class:lit=move || is_lit.get()
            data-testid="chat-message"
            data-from=spoken.from.clone()
            data-state=move || state().map(|(_, name)| name)
            data-seq=seq
        >
            <button
                class="msg-body"
                aria-pressed=move || is_lit.get().to_string()
                title="Show the frames of this message"
                on:click=choose
            >
                <span class="av" aria-hidden="true">{initial}</span>
                <span class="who">{spoken.from.clone()}<i>{note}</i></span>
                <span class="text">{text}<i>{edited}</i></span>
            </button>
            {own.then(|| view! { <Change session key/> })}
            <Refused session key now=Signal::derive(move || now.get().map(|(_, how, _)| how))/>
        </div>
    }
}

/// Buttons to change an own message, or to take it back when pressed twice.
#[component]
fn Change(session: Session, key: u64) -> impl IntoView {
    let can = move |_: Option<&bool>| {
        let can = session.chat.read(|chat| chat.changeable(key).is_some());
        can && session.editing.get() != Some(key)
    };
    let can = Memo::new(can);
    let sure = RwSignal::new(false);
    let take_back = move |_| {
        if sure.get_untracked() {
            session.take_back(key);
        }
        sure.set(true);
    };
    let words = move || {
        if sure.get() {
            "Really take back?"
        } else {
            "Take back"
        }
    };
    view! {
        <Show when=move || can.get()>
            <p class="change" on:focusout=move |_| sure.set(false)>
                <button
                    class="btn small"
                    data-testid="chat-edit"
                    on:click=move |_| session.editing.set(Some(key))
                >
                    "Edit"
                </button>
                <button class="btn small" data-testid="chat-take-back" on:click=take_back>
                    {words}
                </button>
            </p>
        </Show>
    }
}

/// Why a message was refused, with a button to say it once more.
#[component]
fn Refused(session: Session, key: u64, now: Signal<Option<Delivery>>) -> impl IntoView {
    move || match now.get() {
        Some(Delivery::Refused { why }) => Some(view! {
            <p class="problem">
                {why}" "
                <button class="btn small" on:click=move |_| session.say_again(key)>"Send again"</button>
            </p>
        }),
        _ => None,
    }
}

const fn kind_name(kind: &LineKind) -> &'static str {
    match kind {
        LineKind::Message(_) => "message",
        LineKind::Joined { .. } => "joined",
        LineKind::Left { .. } => "left",
        LineKind::Gap { .. } => "gap",
        LineKind::Back => "back",
        LineKind::Anew => "anew",
    }
}

/// `10:41`, in the learner's own time zone.
fn clock(ms_since_1970: u64) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact for the next 285,000 years"
    )]
    let date = js_sys::Date::new(&(ms_since_1970 as f64).into());
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}
