//! The workbench: a scenario that somebody makes, and what it will look like on the wire.

mod bench;
mod foresee;
mod form;
mod head;
mod saved;

pub use bench::{Act, Bench, Edited};
pub use foresee::{Broken, foresee, foresee_handshake};
pub use form::{Form, PAYLOADS, edited_of, form_of};
pub use head::{HEADERS, HeadForm, handshake_of, head_form};
pub use saved::Saved;
