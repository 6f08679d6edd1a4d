//! The chat, on a page of its own and in lessons, the echo, and the bytes of their WebSockets.

use leptos::prelude::*;
use spillway_protocol::course::{LessonText, Thing};

use super::Bundle;
use crate::components::chat::ChatRoom;
use crate::components::chat::names::random_letters;
use crate::components::echo::EchoBench;
use crate::components::show::Shown;
use crate::model::address::Address;
use crate::pages::chat::ChatPage;
use crate::pages::echo::EchoPage;
use crate::pages::lesson::LessonPage;
use crate::state::{read_stored, write_stored};

/// The chat and the bytes of its WebSocket.
pub const WIRE: Bundle = Bundle { page, thing };

fn page(address: &Address) -> Option<AnyView> {
    match address {
        Address::Chat { room } => Some(view! { <ChatPage room=room.clone()/> }.into_any()),
        Address::Echo => Some(view! { <EchoPage/> }.into_any()),
        Address::Lesson { chapter, lesson } => {
            let (chapter, lesson) = (chapter.clone(), lesson.clone());
            Some(view! { <LessonPage chapter lesson/> }.into_any())
        }
        _ => None,
    }
}

fn thing(text: &LessonText, lesson: String) -> Option<AnyView> {
    let (kind, of) = (text.thing.clone(), lesson.clone());
    if !matches!(kind, Thing::Chat { .. } | Thing::Echo { .. }) {
        return None;
    }
    let thing = move || {
        let lesson = Some(of.clone());
        match &kind {
            Thing::Chat { room } => {
                let room = match room.as_str() {
                    "" => own_room(),
                    room => room.to_owned(),
                };
                view! { <ChatRoom room lesson/> }.into_any()
            }
            kind => {
                let deflate = !matches!(kind, Thing::Echo { deflate: false });
                view! { <EchoBench lesson deflate/> }.into_any()
            }
        }
    };
    Some(view! { <Shown lesson steps=text.show.clone() thing/> }.into_any())
}

/// The name of the learner's own room, made up once and kept.
fn own_room() -> String {
    read_stored(ROOM).unwrap_or_else(|| {
        let room = ["room-", &random_letters(8)].concat();
        write_stored(ROOM, &room);
        room
    })
}

/// Where it is kept.
const ROOM: &str = "spillway.room";
