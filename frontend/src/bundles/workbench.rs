//! The workbench of frames, and the ways a connection ends, on pages of their own and in lessons.

use leptos::prelude::*;
use spillway_protocol::course::{LessonText, Thing};
use spillway_websocket::Scenario;

use super::Bundle;
use crate::components::closing::Closing;
use crate::components::show::Shown;
use crate::components::workbench::Workbench;
use crate::model::address::Address;
use crate::model::workbench::Bench;
use crate::pages::closing::ClosingPage;
use crate::pages::lesson::LessonPage;
use crate::pages::workbench::WorkbenchPage;

/// The workbench of frames, and the ways a connection ends.
pub const WORKBENCH: Bundle = Bundle { page, thing };

fn page(address: &Address) -> Option<AnyView> {
    match address {
        Address::Workbench => Some(view! { <WorkbenchPage/> }.into_any()),
        Address::Closing => Some(view! { <ClosingPage/> }.into_any()),
        Address::Lesson { chapter, lesson } => {
            let (chapter, lesson) = (chapter.clone(), lesson.clone());
            Some(view! { <LessonPage chapter lesson/> }.into_any())
        }
        _ => None,
    }
}

fn thing(text: &LessonText, lesson: String) -> Option<AnyView> {
    let (kind, of) = (text.thing.clone(), lesson.clone());
    if !matches!(kind, Thing::Workbench { .. } | Thing::Closing) {
        return None;
    }
    let thing = move || {
        let lesson = Some(of.clone());
        match &kind {
            Thing::Workbench { frames } => {
                let scenario = frames.parse::<Scenario>().ok();
                let begins = scenario.filter(|_| !frames.is_empty()).map(Bench::of);
                view! { <Workbench lesson begins/> }.into_any()
            }
            _ => view! { <Closing lesson/> }.into_any(),
        }
    };
    Some(view! { <Shown lesson steps=text.show.clone() thing/> }.into_any())
}
