//! The page: what every view shares, and which view an address shows.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::hooks::use_location;
use leptos_router::path;

use crate::components::header::{Header, Place};
use crate::connection::{Connection, end_session_when_the_page_goes};
use crate::model::address::Address;
use crate::pages::chat::ChatPage;
use crate::pages::course::CoursePage;
use crate::pages::lesson::LessonPage;
use crate::pages::not_found::NotFound;
use crate::state::{CourseState, Learned, Settings, load_course};

/// The whole page. Everything shared is in the context: [`Connection`], [`Learned`], [`Settings`],
/// [`Place`], and the course as `RwSignal<CourseState>`.
#[component]
pub fn App() -> impl IntoView {
    let connection = Connection::open();
    let course = RwSignal::new(CourseState::Loading);
    load_course(course);
    end_session_when_the_page_goes(connection);
    provide_context(connection);
    provide_context(course);
    provide_context(Learned::follow(connection));
    provide_context(Settings::load());
    provide_context(Place::new());
    // One route for all: the router's own matching costs a few kilobytes for each.
    view! {
        <Router>
            <Header/>
            <FlatRoutes fallback=NotFound>
                <Route path=path!("/*any") view=Page/>
            </FlatRoutes>
        </Router>
    }
}

/// The view that the address shows.
#[component]
fn Page() -> impl IntoView {
    let path = use_location().pathname;
    let address = Memo::new(move |_| path.with(|path| Address::of(path)));
    move || match address.get() {
        Address::Course => view! { <CoursePage/> }.into_any(),
        Address::Lesson { chapter, lesson } => view! { <LessonPage chapter lesson/> }.into_any(),
        Address::Chat { room } => view! { <ChatPage room/> }.into_any(),
        Address::Unknown => view! { <NotFound/> }.into_any(),
    }
}
