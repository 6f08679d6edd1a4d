//! The page comes in bundles, each a document with a WebAssembly of its own, so that nobody waits
//! for what another view needs: `learn`, `wire`, `playground`, `compare`, `pressure` and `workbench`. The
//! server sends the one that shows the address; a link to what another bundle shows loads the document anew.

mod compare;
mod learn;
mod playground;
mod pressure;
mod wire;
mod workbench;

use leptos::prelude::*;
use spillway_protocol::course::LessonText;

use crate::model::address::Address;

pub use compare::COMPARE;
pub use learn::LEARN;
pub use playground::PLAYGROUND;
pub use pressure::PRESSURE;
pub use wire::WIRE;
pub use workbench::WORKBENCH;

/// What a bundle can show. Functions, so that the code of one bundle is not part of another.
#[derive(Debug, Clone, Copy)]
pub struct Bundle {
    /// The view of an address; `None`: another bundle's.
    pub page: fn(&Address) -> Option<AnyView>,
    /// What runs beside the text of the lesson `chapter/lesson`; `None`: another bundle's.
    pub thing: fn(&LessonText, String) -> Option<AnyView>,
}
