//! The bar at the top: where one is, how the connection stands, how the page looks.
//!
//! Test ids: `connection-state` (with `data-state`: `connecting`, `live`, `lost`, `reload`,
//! `elsewhere`), `come-back`, `theme`, `size`; those of the menu are listed in
//! [`html::instrument_menu`].

use leptos::prelude::*;

use crate::connection::{Connection, Link};
use crate::html;
use crate::state::{Settings, Size};

/// Where one is, for the header and the window's title. A page sets it when it opens.
#[derive(Clone, Copy)]
pub struct Place {
    chapter: RwSignal<Option<String>>,
    title: RwSignal<Option<String>>,
}

impl Place {
    /// Nowhere yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            chapter: RwSignal::new(None),
            title: RwSignal::new(None),
        }
    }

    /// Says where one is now.
    pub fn set(self, chapter: Option<String>, title: Option<String>) {
        let name = title.as_ref().map_or_else(
            || "Spillway".to_owned(),
            |title| format!("{title} · Spillway"),
        );
        document().set_title(&name);
        self.chapter.set(chapter);
        self.title.set(title);
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

/// The bar at the top.
#[component]
pub fn Header() -> impl IntoView {
    let place = expect_context::<Place>();
    let crumb = move || {
        let title = place.title.get()?;
        Some(view! {
            <nav class="crumb" aria-label="Where you are">
                {place.chapter.get().map(|chapter| view! { {chapter} <span class="slash">"/"</span> })}
                <b>{title}</b>
            </nav>
        })
    };
    view! {
        <header class="top">
            <a href="/" class="logo" aria-label="Spillway, all lessons">
                <Logo/>
                "Spillway"
            </a>
            {crumb}
            <span class="grow"></span>
            <span inner_html=html::instrument_menu()></span>
            <ConnectionState/>
            <Looks/>
        </header>
    }
}

#[component]
fn Logo() -> impl IntoView {
    view! {
        <svg class="mark" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
            <path class="water" d="M2 6h9c0 7 4 11 11 12v3H2z"/>
            <path class="wall" d="M2 6h9M11 4v9"/>
        </svg>
    }
}

#[component]
fn ConnectionState() -> impl IntoView {
    let connection = expect_context::<Connection>();
    let link = connection.link;
    let words = move || {
        let words = link.get().words();
        let short = words.find(" ·").unwrap_or(words.len());
        (words[..short].to_owned(), words[short..].to_owned())
    };
    view! {
        <span
            class="live"
            role="status"
            data-testid="connection-state"
            data-state=move || link.get().state()
        >
            <i aria-hidden="true"></i>
            // A narrow header has room for the first words alone.
            <span>{move || words().0}<span class="more">{move || words().1}</span></span>
        </span>
        <Show when=move || link.get() == Link::Elsewhere>
            <button
                class="btn small"
                title="Operate the runs of this page here again; the other tab lets go"
                data-testid="come-back"
                on:click=move |_| connection.come_back()
            >
                "Go on here"
            </button>
        </Show>
    }
}

#[component]
fn Looks() -> impl IntoView {
    let settings = expect_context::<Settings>();
    let projecting = move || settings.size.get() == Size::Projector;
    view! {
        <button
            class="ghost"
            class:on=projecting
            aria-pressed=move || projecting().to_string()
            title="Larger, for a projector"
            data-testid="size"
            on:click=move |_| settings.size.update(|size| *size = size.other())
        >
            "Projector"
        </button>
        <button
            class="ghost on"
            title="Colours: system, light, dark"
            aria-label=move || format!("Colours: {}", settings.theme.get().label())
            data-testid="theme"
            on:click=move |_| settings.theme.update(|theme| *theme = theme.next())
        >
            {move || settings.theme.get().label()}
        </button>
    }
}
