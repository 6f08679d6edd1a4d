//! The page: what every view shares, and which view an address shows.

use std::time::Duration;

use leptos::mount::mount_to_body;
use leptos::prelude::*;
use leptos_router::location::{BrowserUrl, LocationProvider};

use crate::bundles::Bundle;
use crate::components::header::{Header, Place};
use crate::connection::{Connection, end_session_when_the_page_goes};
use crate::model::address::Address;
use crate::pages::not_found::NotFound;
use crate::state::{CourseState, Learned, Settings, load_course};

/// Puts a bundle into the document.
pub fn mount(bundle: Bundle) {
    mount_to_body(move || view! { <App bundle/> });
}

/// The whole page, as one of its bundles. Everything shared is in the context: [`Connection`],
/// [`Learned`], [`Settings`], [`Place`], [`Bundle`], and the course as `RwSignal<CourseState>`.
#[component]
fn App(
    /// What is part of this document.
    bundle: Bundle,
) -> impl IntoView {
    let connection = Connection::open();
    let course = RwSignal::new(CourseState::Loading);
    load_course(course, lesson_of_the_address());
    end_session_when_the_page_goes(connection);
    provide_context(connection);
    provide_context(course);
    provide_context(Learned::follow(connection));
    provide_context(Settings::load());
    provide_context(Place::new());
    provide_context(bundle);
    view! {
        <Header/>
        <Page/>
    }
}

/// The lesson that the document was opened for; nothing when it is no lesson.
fn lesson_of_the_address() -> String {
    let path = window().location().pathname().unwrap_or_default();
    match Address::of(&path) {
        Address::Lesson { chapter, lesson } => format!("{chapter}/{lesson}"),
        _ => String::new(),
    }
}

/// The view that the address shows. The router's location follows links and the browser's history;
/// matching a handful of addresses needs no more than [`Address::of`], and the router's own routes
/// would make the page a tenth heavier.
#[component]
fn Page() -> impl IntoView {
    let Ok(location) = BrowserUrl::new() else {
        return view! { <NotFound/> }.into_any();
    };
    location.init(None);
    let url = location.as_url().clone();
    let address = Memo::new(move |_| url.with(|url| Address::of(url.path())));
    let moved = RwSignal::new(Moved(false));
    provide_context(moved);
    let url = location.as_url().clone();
    Effect::new(move |before: Option<()>| {
        url.track();
        // The view follows at once, so the address may go into the history.
        location.ready_to_complete();
        if before.is_some() {
            moved.set(Moved(true));
        }
    });
    let bundle = expect_context::<Bundle>();
    let page = move || match address.get() {
        Address::Unknown => view! { <NotFound/> }.into_any(),
        known => (bundle.page)(&known).unwrap_or_else(|| view! { <Elsewhere/> }.into_any()),
    };
    page.into_any()
}

/// The learner has followed a link since the document was loaded.
#[derive(Debug, Clone, Copy)]
struct Moved(bool);

/// What stands where another bundle is needed: whoever came by a link gets the document anew, once
/// the address is in the history. A document that was only just loaded is the one that the server
/// chose, so loading it again would go on for ever.
#[component]
pub fn Elsewhere() -> impl IntoView {
    let moved = expect_context::<RwSignal<Moved>>();
    Effect::new(move |_| {
        if moved.get().0 {
            let reload = || {
                // A browser that refuses leaves the link below.
                let _ = window().location().reload();
            };
            set_timeout(reload, Duration::ZERO);
        }
    });
    view! {
        <p class="empty" data-testid="elsewhere">
            "Opening. "
            <a rel="external" href="">"Load the page again"</a>
            " if nothing happens."
        </p>
    }
}
