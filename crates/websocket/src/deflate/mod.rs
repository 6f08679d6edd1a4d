//! permessage-deflate (RFC 7692): how it is agreed on, and the compressed messages themselves.

#[cfg(feature = "deflate")]
mod codec;
mod offer;
mod reader;

#[cfg(feature = "deflate")]
pub use codec::{Deflater, InflateError, Inflater};
pub use offer::{DeflateOffer, DeflateParams, OfferProblem};
pub use reader::{DeflateDamage, DeflateReader};
