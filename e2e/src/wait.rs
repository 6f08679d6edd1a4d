//! Waiting for something to become true.

use std::ops::ControlFlow;
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::{Instant, sleep};

/// What a look showed: what was waited for, or in words what is there instead.
pub type Look<T> = ControlFlow<T, String>;

/// Looks again and again until what is waited for is there.
///
/// # Errors
/// When it is not there in time, with what was there last; or when the look itself fails.
pub async fn wait_until<T>(
    what: &str,
    mut look: impl AsyncFnMut() -> Result<Look<T>>,
) -> Result<T> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let seen = match look().await? {
            Look::Break(found) => return Ok(found),
            Look::Continue(seen) => seen,
        };
        if Instant::now() >= deadline {
            bail!(
                "waited {} s for {what}; there is {seen}",
                PATIENCE.as_secs()
            );
        }
        sleep(BETWEEN_LOOKS).await;
    }
}

/// Longest wait for anything: far above what a slow machine needs.
const PATIENCE: Duration = Duration::from_secs(60);

const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
