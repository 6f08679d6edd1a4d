//! The page: what every view shares, and which view an address shows.

use leptos::prelude::*;
use leptos_router::location::{BrowserUrl, LocationProvider};

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
    view! {
        <Header/>
        <Page/>
    }
}

/// The view that the address shows. The router's location follows links and the browser's history;
/// matching four addresses needs no more than [`Address::of`], and the router's own routes would
/// make the page a tenth heavier.
#[component]
fn Page() -> impl IntoView {
    let Ok(location) = BrowserUrl::new() else {
        return view! { <NotFound/> }.into_any();
    };
    location.init(None);
    let url = location.as_url().clone();
    let address = Memo::new(move |_| url.with(|url| Address::of(url.path())));
    let url = location.as_url().clone();
    Effect::new(move |_| {
        url.track();
        // The view follows at once, so the address may go into the history.
        location.ready_to_complete();
    });
    let page = move || match address.get() {
        Address::Course => view! { <CoursePage/> }.into_any(),
        Address::Lesson { chapter, lesson } => view! { <LessonPage chapter lesson/> }.into_any(),
        Address::Chat { room } => view! { <ChatPage room/> }.into_any(),
        Address::Unknown => view! { <NotFound/> }.into_any(),
    };
    page.into_any()
}
