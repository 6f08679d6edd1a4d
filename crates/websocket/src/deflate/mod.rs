//! permessage-deflate (RFC 7692): how it is agreed on, and the compressed messages themselves.

#[cfg(feature = "deflate")]
mod codec;
mod offer;
mod params;
mod reader;

#[cfg(feature = "deflate")]
pub use codec::{Deflater, InflateError, Inflater};
pub use offer::{DeflateOffer, OfferProblem};
pub use params::DeflateParams;
pub use reader::{DeflateDamage, DeflateReader};
