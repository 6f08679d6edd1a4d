//! The workbench: a scenario that somebody makes, and what it will look like on the wire.

mod bench;
mod foresee;
mod form;
mod saved;

pub use bench::{Act, Bench};
pub use foresee::{Broken, foresee, foresee_handshake};
pub use form::{Form, PAYLOADS, form_of, step_of};
pub use saved::Saved;
