//! The page: what every view shares, and which view an address shows.

use leptos::mount::mount_to_body;
use leptos::prelude::*;

use crate::bundles::Bundle;
use crate::components::header::{Header, Place};
use crate::connection::{Connection, end_session_when_the_page_goes};
use crate::model::address::Address;
use crate::navigation::{Navigation, path};
use crate::pages::not_found::NotFound;
use crate::state::{CourseState, Learned, Settings, load_course};

/// Puts a bundle into the document.
pub fn mount(bundle: Bundle) {
    mount_to_body(move || view! { <App bundle/> });
}

/// The whole page, as one of its bundles. Everything shared is in the context: [`Connection`],
/// [`Learned`], [`Settings`], [`Place`], [`Navigation`], [`Bundle`], and the course as `RwSignal<CourseState>`.
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
    provide_context(Navigation::follow());
    provide_context(bundle);
    view! {
        <Header/>
        <Page/>
    }
}

/// The lesson that the document was opened for: its text comes with the course. For a map of the course it is none, and
/// what stands below the titles comes; what is neither gets by with the titles.
fn lesson_of_the_address() -> String {
    match Address::of(&path()) {
        Address::Lesson { chapter, lesson } => format!("{chapter}/{lesson}"),
        Address::Course | Address::Unknown => String::new(),
        _ => NO_LESSON.to_owned(),
    }
}

/// No lesson is called so.
const NO_LESSON: &str = "-";

/// The view that the address shows.
#[component]
fn Page() -> impl IntoView {
    let navigation = expect_context::<Navigation>();
    let address = Memo::new(move |_| navigation.path.with(|path| Address::of(path)));
    let bundle = expect_context::<Bundle>();
    let page = move || match address.get() {
        Address::Unknown => view! { <NotFound/> }.into_any(),
        known => (bundle.page)(&known).unwrap_or_else(|| view! { <Elsewhere/> }.into_any()),
    };
    page.into_any()
}

/// What stands where another bundle is needed: whoever came by a link gets the document anew. A
/// document that was only just loaded is the one that the server chose, so loading it again would
/// go on for ever.
#[component]
pub fn Elsewhere() -> impl IntoView {
    let moved = expect_context::<Navigation>().moved;
    Effect::new(move |_| {
        if moved.get() {
            // A browser that refuses leaves the link below.
            let _ = window().location().reload();
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
