//! `cargo xtask soak`: the page under a flood of events, longer than a test should take.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use crate::test;

/// Builds what is missing, floods the page, prints the figures.
///
/// # Errors
/// If the options are wrong, something is missing, or the page does not keep up.
pub(crate) fn soak(options: &[&str]) -> Result<ExitCode> {
    test::flood(Duration::from_secs(60 * minutes(options)?))
}

fn minutes(options: &[&str]) -> Result<u64> {
    const MINUTES: u64 = 10;
    match options {
        [] => Ok(MINUTES),
        ["--minutes", given] => given
            .parse()
            .ok()
            .filter(|minutes| (1..=MOST_MINUTES).contains(minutes))
            .with_context(|| format!("--minutes takes 1 to {MOST_MINUTES}, not `{given}`")),
        _ => bail!("soak takes --minutes N and nothing else"),
    }
}

/// The run of the flood is long enough for this.
const MOST_MINUTES: u64 = 120;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_minutes_unless_another_number_is_given() {
        assert_eq!(minutes(&[]).unwrap(), 10);
        assert_eq!(minutes(&["--minutes", "3"]).unwrap(), 3);
        for wrong in [&["--minutes", "0"][..], &["--minutes"], &["3"]] {
            assert!(minutes(wrong).is_err(), "{wrong:?}");
        }
    }
}
