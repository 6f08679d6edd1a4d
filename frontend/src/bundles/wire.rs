//! The chat, on a page of its own and in lessons, the echo, and the bytes of their WebSockets.

use leptos::prelude::*;
use spillway_protocol::course::Thing;

use super::Bundle;
use crate::components::chat::ChatRoom;
use crate::components::chat::names::random_letters;
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

fn thing(thing: &Thing, lesson: String) -> Option<AnyView> {
    match thing {
        Thing::Chat { room } => {
            let room = if room.is_empty() {
                own_room()
            } else {
                room.clone()
            };
            Some(view! { <ChatRoom room lesson=Some(lesson)/> }.into_any())
        }
        _ => None,
    }
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
