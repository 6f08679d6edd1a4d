//! chromedriver as a process.

use std::env;
use std::ffi::OsString;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// A running chromedriver on a free port. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Driver {
    _child: Child,
    port: u16,
}

impl Driver {
    /// Starts it and waits until it says where it listens. It looks for a port that is free for IPv4 and takes the same for
    /// IPv6: where another program has that one, it ends, and is started once more.
    pub(crate) async fn start() -> Result<Self> {
        for _ in 1..TRIES {
            if let Some(driver) = Self::start_once().await? {
                return Ok(driver);
            }
        }
        let driver = Self::start_once().await?;
        driver.context("chromedriver ended before it listened")
    }

    /// `None` when it ends before it listens.
    async fn start_once() -> Result<Option<Self>> {
        let program: OsString =
            env::var_os("SPILLWAY_CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let mut child = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| {
                let program = program.to_string_lossy();
                format!("cannot start `{program}`; Debian has it in chromium-driver")
            })?;
        let stdout = child.stdout.take().context("chromedriver has no stdout")?;
        let mut lines = BufReader::new(stdout).lines();
        let started = async {
            while let Some(line) = lines.next_line().await? {
                if let Some(port) = port_in(&line) {
                    return Ok(Some(port));
                }
            }
            anyhow::Ok(None)
        };
        let port = timeout(START, started)
            .await
            .context("chromedriver did not say where it listens")??;
        let Some(port) = port else {
            return Ok(None);
        };
        // It goes on writing: a pipe that nobody reads would stop it one day.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Some(Self {
            _child: child,
            port,
        }))
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// The port in `ChromeDriver was started successfully on port 38413.`
fn port_in(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("started successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

const START: Duration = Duration::from_secs(30);

/// How often it is started before it is given up.
const TRIES: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_the_line_that_says_it() {
        let line = "ChromeDriver was started successfully on port 38413.";
        assert_eq!(port_in(line), Some(38413));
        assert_eq!(port_in("Starting ChromeDriver 150 on port 0"), None);
    }
}
