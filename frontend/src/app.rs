//! The page: what every view shares, and which view an address shows.

use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::path;

use crate::components::header::{Header, Place};
use crate::connection::{Connection, end_session_when_the_page_goes};
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
        <Router>
            <Header/>
            <FlatRoutes fallback=NotFound>
                <Route path=path!("/") view=CoursePage/>
                <Route path=path!("/lesson/:chapter/:lesson") view=LessonPage/>
                <Route path=path!("/chat/:room") view=ChatPage/>
            </FlatRoutes>
        </Router>
    }
}
