//! The real server as a process.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::wait::{Look, wait_until};

/// A running server with a data folder of its own. Dropped, it is killed.
#[derive(Debug)]
pub struct Server {
    child: Child,
    port: u16,
    data: TempDir,
    /// The folder of its lessons, if not those that are in the binary.
    lessons: Option<PathBuf>,
}

impl Server {
    /// Starts the server on a free port, with the lessons of a folder if one is given.
    ///
    /// # Errors
    /// When there is no binary, or it does not say where it listens.
    pub async fn start(lessons: Option<PathBuf>) -> Result<Self> {
        let data = tempfile::tempdir()?;
        let (child, port) = spawn(data.path(), lessons.as_deref(), 0).await?;
        Ok(Self {
            child,
            port,
            data,
            lessons,
        })
    }

    /// Kills the server as a crash would.
    ///
    /// # Errors
    /// When the process cannot be killed.
    pub async fn kill(&mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    /// Starts it again on the same port, with the same data folder.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub async fn start_again(&mut self) -> Result<()> {
        let port = self.port;
        let gone = wait_until("the port to be free", async || {
            Ok(match TcpStream::connect(("127.0.0.1", port)).await {
                Err(_) => Look::Break(()),
                Ok(_) => Look::Continue("somebody who listens".to_owned()),
            })
        });
        gone.await?;
        (self.child, _) = spawn(self.data.path(), self.lessons.as_deref(), port).await?;
        Ok(())
    }

    /// `127.0.0.1:PORT`.
    #[must_use]
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The whole address of a path.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host())
    }

    /// The sample of cities that the server made.
    ///
    /// # Errors
    /// When there is none.
    pub fn sample(&self) -> Result<String> {
        for entry in std::fs::read_dir(self.data.path())? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("cities-") && name.ends_with(".csv") {
                return Ok(std::fs::read_to_string(&path)?);
            }
        }
        bail!(
            "the server made no sample in {}",
            self.data.path().display()
        )
    }

    /// How many bytes the only run has written to the file called `name` on the disk.
    ///
    /// # Errors
    /// When there is not exactly one run with such a file.
    pub fn written(&self, name: &str) -> Result<u64> {
        let mut found = Vec::new();
        for run in std::fs::read_dir(self.data.path().join("runs"))? {
            let path = run?.path().join(name);
            if path.is_file() {
                found.push(path);
            }
        }
        ensure!(found.len() == 1, "files called {name}: {found:?}");
        Ok(std::fs::metadata(&found[0])?.len())
    }
}

async fn spawn(data: &Path, lessons: Option<&Path>, port: u16) -> Result<(Child, u16)> {
    let binary = binary()?;
    let mut serve = Command::new(&binary);
    serve
        .args(["serve", "--addr", &format!("127.0.0.1:{port}"), "--data"])
        .arg(data);
    if let Some(lessons) = lessons {
        serve.arg("--lessons").arg(lessons);
    }
    let mut child = serve
        .env("RUST_LOG", "warn")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("cannot start {}", binary.display()))?;
    let stdout = child.stdout.take().context("the server has no stdout")?;
    let mut lines = BufReader::new(stdout).lines();
    let first = timeout(START, lines.next_line())
        .await
        .context("the server did not say where it listens")??
        .context("the server ended before it listened")?;
    let port = first
        .strip_prefix("listening on http://127.0.0.1:")
        .and_then(|port| port.parse().ok())
        .with_context(|| format!("the server's first line is `{first}`"))?;
    Ok((child, port))
}

/// `SPILLWAY_BIN`, or what cargo has built.
fn binary() -> Result<PathBuf> {
    if let Some(given) = env::var_os("SPILLWAY_BIN") {
        return Ok(given.into());
    }
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target");
    let built = ["release/spillway", "debug/spillway"].map(|path| target.join(path));
    let found = built.into_iter().find(|path| path.is_file());
    found.context("there is no server to test: `cargo xtask build` makes one")
}

const START: Duration = Duration::from_secs(60);
