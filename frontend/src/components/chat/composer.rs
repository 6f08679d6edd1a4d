//! Where one types what to say.

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html::Textarea;
use leptos::prelude::*;

use super::offers::{OfferList, Offers};
use super::session::Session;
use crate::model::chat::{Chat, Phase};
use crate::words::chat::unsaid;
use crate::words::emoji::spelled;

/// Where one types what to say: Enter sends, Shift+Enter begins a new line, the up arrow in an empty
/// field changes what one said last, Escape leaves that as it was.
#[component]
pub fn Composer(
    /// This page's place in the room.
    session: Session,
) -> impl IntoView {
    let field = Field::new(session);
    let (input, offers) = (field.input, field.offers);
    fill(session, input);
    let editing = move || session.editing.get().is_some();
    let room = session.chat.peek(|chat| chat.room().to_owned());
    let placeholder = ["Message #", &room].concat();
    let label = [
        "Message to room ",
        &room,
        "; Enter sends, Shift and Enter begins a new line",
    ];
    let away = move || session.chat.read(|chat| *chat.phase() != Phase::Joined);
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        field.send();
    };
    view! {
        <form class="say" on:submit=on_submit>
            <OfferList state=offers/>
            <Told field/>
            <textarea
                node_ref=input
                rows="1"
                placeholder=placeholder
                aria-label=label.concat()
                data-testid="chat-input"
                aria-autocomplete="list"
                aria-controls=move || offers.any().then_some("chat-offers")
                aria-activedescendant=move || offers.active()
                on:keydown=move |event| field.on_key(&event)
                on:input=move |_| field.on_input()
                on:blur=move |_| offers.close()
            ></textarea>
            <button
                class="btn emoji"
                type="button"
                aria-label="Emoji"
                title="Emoji, or type : and its name"
                data-testid="chat-emoji"
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| offers.emoji()
            >
                "☺"
            </button>
            <button class="btn primary" class:away=away type="submit" data-testid="chat-send">
                {move || if editing() { "Change" } else { "Send" }}
            </button>
        </form>
    }
}

/// The field where one types, and what hangs on it.
#[derive(Clone, Copy)]
struct Field {
    session: Session,
    input: NodeRef<Textarea>,
    offers: Offers,
    /// Why what was typed is not said.
    refused: RwSignal<Option<String>>,
}

impl Field {
    fn new(session: Session) -> Self {
        let input = NodeRef::new();
        Self {
            session,
            input,
            offers: Offers::new(input),
            refused: RwSignal::new(None),
        }
    }

    fn send(self) {
        let Some(input) = self.input.get_untracked() else {
            return;
        };
        self.offers.close();
        let text = spelled(&input.value());
        let done = match self.session.editing.get_untracked() {
            Some(key) => self.session.edit(key, &text),
            None => self.session.say(&text),
        };
        match done {
            Ok(()) => self.clear(),
            Err(reason) => self.refused.set(unsaid(reason)),
        }
    }

    fn clear(self) {
        if let Some(input) = self.input.get_untracked() {
            input.set_value("");
        }
        self.refused.set(None);
        self.session.editing.set(None);
    }

    /// Leaves the message that is being changed as it was.
    fn leave(self) {
        if self.session.editing.get_untracked().is_some() {
            self.clear();
        }
    }

    fn on_key(self, event: &KeyboardEvent) {
        // A key that ends the composition of a letter belongs to the keyboard.
        if event.is_composing() {
            return;
        }
        let empty = self
            .input
            .get_untracked()
            .is_some_and(|input| input.value().is_empty());
        if self.offers.on_key(event) {
            event.prevent_default();
        } else if event.key() == "Enter" && !event.shift_key() {
            event.prevent_default();
            self.send();
        } else if event.key() == "Escape" {
            self.leave();
        } else if event.key() == "ArrowUp" && empty {
            event.prevent_default();
            let last = self.session.chat.peek(Chat::last_editable);
            self.session.editing.set(last);
        }
    }

    fn on_input(self) {
        self.offers.look(self.session);
        if self
            .input
            .get_untracked()
            .is_some_and(|input| !input.value().is_empty())
        {
            self.session.typed();
        }
    }
}

/// What is to be said about what one types.
#[component]
fn Told(field: Field) -> impl IntoView {
    let session = field.session;
    let notice = move || {
        let told = session.chat.read(|chat| chat.notice().map(str::to_owned));
        field.refused.get().or(told)
    };
    let muted = move || session.chat.read(|chat| chat.is_muted(chat.name()));
    let muted = Memo::new(move |_| muted());
    view! {
        {move || {
            notice().map(|words| {
                view! { <p class="problem" role="alert" data-testid="chat-notice">{words}</p> }
            })
        }}
        <Show when=move || muted.get()>
            <p class="editing" role="status" data-testid="chat-muted">
                "The creator of this room has muted you: what you say is refused."
            </p>
        </Show>
        <Editing session leave=move || field.leave()/>
    }
}

/// Begins where one types, and puts the text of a message that is to be changed there.
fn fill(session: Session, input: NodeRef<Textarea>) {
    Effect::new(move || {
        if let Some(input) = input.get() {
            // A field that cannot take the focus can still be clicked.
            let _ = input.focus();
        }
    });
    Effect::new(move || {
        let text = session.editing.get().and_then(|key| {
            session
                .chat
                .peek(|chat| Some(chat.line(key)?.spoken()?.text.clone()))
        });
        if let (Some(input), Some(text)) = (input.get_untracked(), text) {
            input.set_value(&text);
            // A field that cannot take the focus can still be clicked.
            let _ = input.focus();
        }
    });
}

/// Says that a message is being changed, with a way out.
#[component]
fn Editing(session: Session, leave: impl Fn() + Copy + Send + Sync + 'static) -> impl IntoView {
    let editing = move || session.editing.get().is_some();
    view! {
            <Show when=editing>
                <p class="editing" role="status" data-testid="chat-editing">
                    "You are changing what you said. "
                    <button class="btn small" type="button" on:click=move |_| leave()>
                        "Leave it as it was"
                    </button>
                </p>
            </Show>
    }
}
