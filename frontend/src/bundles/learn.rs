//! The course map, and the lessons with a pipeline or with nothing but text.

use leptos::prelude::*;
use spillway_protocol::course::{LessonText, Thing};

use super::Bundle;
use crate::components::pipeline::Pipeline;
use crate::model::address::Address;
use crate::pages::course::CoursePage;
use crate::pages::lesson::LessonPage;

/// The course and its lessons on streams.
pub const LEARN: Bundle = Bundle { page, thing };

fn page(address: &Address) -> Option<AnyView> {
    match address {
        Address::Course => Some(view! { <CoursePage/> }.into_any()),
        Address::Lesson { chapter, lesson } => {
            let (chapter, lesson) = (chapter.clone(), lesson.clone());
            Some(view! { <LessonPage chapter lesson/> }.into_any())
        }
        _ => None,
    }
}

fn thing(text: &LessonText, lesson: String) -> Option<AnyView> {
    match text.thing {
        Thing::Pipeline { .. } => Some(view! { <Pipeline lesson/> }.into_any()),
        Thing::Nothing => {
            Some(view! { <p class="empty">"This lesson is for reading."</p> }.into_any())
        }
        _ => None,
    }
}
