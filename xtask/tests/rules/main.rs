//! The rules of the house, held by tests: who may depend on whom, which licences may come in, and
//! what no source file may contain.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read the workspace has failed"
)]

mod contrast;
mod dependencies;
mod licences;
mod metadata;
mod spdx;
mod tidy;
