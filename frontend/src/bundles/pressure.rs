//! What is measured of connections: the four transports, and pressure across a socket; on pages of their own and in lessons.

use leptos::prelude::*;
use spillway_protocol::course::{LessonText, Thing};

use super::Bundle;
use crate::components::show::Shown;
use crate::model::address::Address;
use crate::pages::lesson::LessonPage;
use crate::pages::pressure::{PressureBench, PressurePage};
use crate::pages::transports::{TransportsBench, TransportsPage};

/// What is measured of connections.
pub const PRESSURE: Bundle = Bundle { page, thing };

fn page(address: &Address) -> Option<AnyView> {
    match address {
        Address::Pressure => Some(view! { <PressurePage/> }.into_any()),
        Address::Transports => Some(view! { <TransportsPage/> }.into_any()),
        Address::Lesson { chapter, lesson } => {
            let (chapter, lesson) = (chapter.clone(), lesson.clone());
            Some(view! { <LessonPage chapter lesson/> }.into_any())
        }
        _ => None,
    }
}

fn thing(text: &LessonText, lesson: String) -> Option<AnyView> {
    let (kind, of) = (text.thing.clone(), lesson.clone());
    if !matches!(kind, Thing::Transports | Thing::Pressure) {
        return None;
    }
    let thing = move || {
        let lesson = Some(of.clone());
        match kind {
            Thing::Transports => view! { <TransportsBench lesson/> }.into_any(),
            _ => view! { <PressureBench lesson/> }.into_any(),
        }
    };
    Some(view! { <Shown lesson steps=text.show.clone() thing/> }.into_any())
}
