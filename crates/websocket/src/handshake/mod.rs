//! The two HTTP heads that open a connection, and the accept key between them.

mod accept;
mod answer;
mod draft;
mod fields;
mod head;
mod headers;
mod problem;
mod request;
mod response;
mod story;

pub use accept::{AcceptKey, GUID};
pub use answer::{Answer, ExtensionOutcome, Outcome, ServerOffer};
pub use draft::HeadDraft;
pub(crate) use head::HeadScan;
pub use head::{HeadError, HeadFault, Piece, head_end};
pub use headers::{Header, Headers};
pub use problem::UpgradeProblem;
pub use request::RequestHead;
pub use response::ResponseHead;
pub use story::Step;
