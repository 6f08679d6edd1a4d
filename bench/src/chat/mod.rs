//! `peer chat`: the client of `cargo xtask bench chat`, the same for every server.
//!
//! One thread and one clock: a message's delay is from the publisher's write to each receiver's
//! read. Frames are cut and numbers read without more than a look at their first bytes, so that
//! the client has as little part as possible in what is measured.

mod connection;
mod dialect;
mod fan_out;
mod frames;
mod idle;
mod process;
mod tally;

use anyhow::{Context as _, Result};
use tokio::runtime::Builder;
use tokio::task::LocalSet;

use dialect::Dialect;
use fan_out::FanOut;

/// Measures one server, and gives what was measured as a line of JSON.
///
/// # Errors
/// When it cannot be reached, or ends a connection.
pub(crate) fn run(args: &[&str]) -> Result<String> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        match *args {
            ["idle", addr, dialect, server, count] => {
                let dialect = Dialect::named(dialect)?;
                idle::run(addr, dialect, server, number(count)?).await
            }
            [addr, dialect, server, receivers, outstanding, messages] => {
                let fan_out = FanOut {
                    addr: addr.to_owned(),
                    dialect: Dialect::named(dialect)?,
                    server: server.to_owned(),
                    receivers: number(receivers)?,
                    outstanding: number(outstanding)?,
                    messages: number(messages)?,
                };
                Ok(fan_out.run().await?.to_string())
            }
            _ => anyhow::bail!("see `peer` without arguments"),
        }
    })
}

fn number(text: &str) -> Result<u64> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.with_context(|| format!("{text} is no number above 0"))
}
