//! Names and emoji that may take the place of a word that is begun.

use leptos::html::Textarea;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTextAreaElement, KeyboardEvent, MouseEvent};

use super::session::Session;
use crate::html::chat::offers;
use crate::model::chat::{Completion, Offer, completion};
use crate::words::emoji::EMOJI;

/// What is offered while one types.
#[derive(Clone, Copy)]
pub struct Offers {
    now: RwSignal<Option<Open>>,
    input: NodeRef<Textarea>,
}

#[derive(Clone)]
struct Open {
    found: Completion,
    /// The one that Tab takes.
    chosen: usize,
    /// Whether the learner has gone to it, so that Enter takes it, too.
    went: bool,
}

impl Offers {
    /// Nothing is offered yet.
    pub fn new(input: NodeRef<Textarea>) -> Self {
        Self {
            now: RwSignal::new(None),
            input,
        }
    }

    /// Whether anything is offered.
    pub fn any(self) -> bool {
        self.now.with(Option::is_some)
    }

    /// Which one is chosen, for who hears it.
    pub fn active(self) -> Option<String> {
        let chosen = self
            .now
            .with(|open| open.as_ref().map(|open| open.chosen))?;
        Some(["chat-offer-", &chosen.to_string()].concat())
    }

    /// Offers nothing any more; the field may lose the focus because it goes away.
    pub fn close(self) {
        if self.now.try_with_untracked(Option::is_some) == Some(true) {
            self.now.set(None);
        }
    }

    /// Offers what fits to what is typed.
    pub fn look(self, session: Session) {
        let Some(input) = self.input.get_untracked() else {
            return;
        };
        let before = before_caret(&input);
        let found = session
            .chat
            .peek(|chat| completion(&before, chat.members(), chat.name()));
        match found {
            None => self.close(),
            Some(found) => self.now.set(Some(Open {
                found,
                chosen: 0,
                went: false,
            })),
        }
    }

    /// Offers all emoji, or nothing any more.
    pub fn emoji(self) {
        let Some(input) = self.input.get_untracked() else {
            return;
        };
        // What cannot take the focus can still be clicked.
        let _ = input.focus();
        if self.any_untracked() {
            return self.close();
        }
        let found = Completion {
            from: before_caret(&input).len(),
            offers: EMOJI.into_iter().map(Offer::of).collect(),
        };
        self.now.set(Some(Open {
            found,
            chosen: 0,
            went: true,
        }));
    }

    fn any_untracked(self) -> bool {
        self.now.with_untracked(Option::is_some)
    }

    /// Whether a key was for what is offered.
    pub fn on_key(self, event: &KeyboardEvent) -> bool {
        let Some(open) = self.now.get_untracked() else {
            return false;
        };
        let (all, at) = (open.found.offers.len(), open.chosen);
        let to = match event.key().as_str() {
            "ArrowDown" => (at + 1) % all,
            "ArrowUp" => (at + all - 1) % all,
            "ArrowRight" if all == EMOJI.len() => (at + 1) % all,
            "ArrowLeft" if all == EMOJI.len() => (at + all - 1) % all,
            "Tab" if !event.shift_key() => {
                self.take(at);
                return true;
            }
            "Enter" if open.went && !event.shift_key() => {
                self.take(at);
                return true;
            }
            "Escape" => {
                self.close();
                return true;
            }
            _ => return false,
        };
        self.now.update(|open| {
            if let Some(open) = open {
                open.chosen = to;
                open.went = true;
            }
        });
        true
    }

    /// Puts one in the place of the word.
    fn take(self, at: usize) {
        let open = self.now.get_untracked();
        self.close();
        let (Some(open), Some(input)) = (open, self.input.get_untracked()) else {
            return;
        };
        let before = before_caret(&input);
        let (Some(kept), Some(offer)) = (before.get(..open.found.from), open.found.offers.get(at))
        else {
            return;
        };
        let after = input.value().split_off(before.len());
        let kept = [kept, &offer.insert].concat();
        input.set_value(&(kept.clone() + &after));
        let caret = u32::try_from(kept.encode_utf16().count()).ok();
        // A place within the text that was just set.
        let _ = input.set_selection_start(caret);
        let _ = input.set_selection_end(caret);
        // What cannot take the focus can still be clicked.
        let _ = input.focus();
    }
}

/// What is offered, in a list.
#[component]
pub fn OfferList(
    /// What is offered.
    state: Offers,
) -> impl IntoView {
    let html = move || {
        state.now.with(|open| {
            let open = open.as_ref();
            open.map_or_else(String::new, |open| offers(&open.found.offers, open.chosen))
        })
    };
    let many = move || {
        state.now.with(|open| {
            open.as_ref()
                .is_some_and(|open| open.found.offers.len() > 8)
        })
    };
    // Before the field loses the focus.
    let on_press = move |event: MouseEvent| {
        event.prevent_default();
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        let option = target.and_then(|target| target.closest("[data-at]").ok().flatten());
        let at = option.and_then(|option| option.get_attribute("data-at")?.parse().ok());
        if let Some(at) = at {
            state.take(at);
        }
    };
    view! {
        <Show when=move || state.any()>
            <ul
                class="offers"
                class:many=many
                role="listbox"
                id="chat-offers"
                aria-label="What it may become; Tab takes the one that is marked"
                data-testid="chat-offers"
                on:mousedown=on_press
                inner_html=html
            ></ul>
        </Show>
    }
}

/// The text before the caret.
fn before_caret(input: &HtmlTextAreaElement) -> String {
    let mut text = input.value();
    let caret = input.selection_start().ok().flatten().unwrap_or(u32::MAX);
    let (mut units, mut bytes) = (0, 0);
    for letter in text.chars() {
        if units >= caret {
            break;
        }
        units += if u32::from(letter) > 0xffff { 2 } else { 1 };
        bytes += letter.len_utf8();
    }
    text.truncate(bytes);
    text
}
