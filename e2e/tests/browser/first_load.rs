//! What crosses before the page can be used.

use std::collections::BTreeSet;
use std::io::{Write, stdout};

use anyhow::{Context, Result, ensure};
use spillway_e2e::{get, id, play};

use crate::lesson::PAUSE;

/// At most, bytes.
const MOST: usize = 250_000;

/// The playground has the instrument and the board, and nobody's first visit begins there.
const MOST_OF_PLAYGROUND: usize = 350_000;

/// What Chromium sends as `Accept-Encoding`, but for zstd, which the server does not have.
const CHROMIUM_ACCEPTS: &str = "gzip, deflate, br";

/// Shorter files need no compression.
const SHORT: usize = 1_000;

#[tokio::test]
async fn the_first_load_of_a_lesson_is_at_most_250_kb_compressed() -> Result<()> {
    first_load(PAUSE, "lesson", MOST).await
}

#[tokio::test]
async fn the_first_load_of_the_chat_is_at_most_250_kb_compressed() -> Result<()> {
    first_load("/chat/lobby", "chat", MOST).await
}

#[tokio::test]
async fn the_first_load_of_a_comparison_is_at_most_250_kb_compressed() -> Result<()> {
    first_load("/compare/pipeline", "compare", MOST).await
}

#[tokio::test]
async fn the_first_load_of_what_is_measured_is_at_most_250_kb_compressed() -> Result<()> {
    first_load("/transports", "trial", MOST).await
}

#[tokio::test]
async fn the_first_load_of_the_workbench_is_at_most_250_kb_compressed() -> Result<()> {
    first_load("/workbench", "workbench", MOST).await
}

#[tokio::test]
async fn the_first_load_of_the_playground_is_at_most_350_kb_compressed() -> Result<()> {
    first_load("/playground", "playground", MOST_OF_PLAYGROUND).await
}

/// Opens an address and adds up what the browser had to load for it, which is to be at most so
/// much. `shown` is the test id of what it shows.
async fn first_load(address: &str, shown: &str, most: usize) -> Result<()> {
    play(async |scene| {
        let page = scene.open(address).await?;
        page.one(&id(shown)).await?;
        page.one(&format!("{}[data-state=live]", id("connection-state")))
            .await?;
        let server = scene.server().await;
        let fetched = page
            .script("return performance.getEntriesByType('resource').map(entry => entry.name)")
            .await?;
        let fetched: Vec<String> = serde_json::from_value(fetched)?;
        let home = server.url("");
        let mut paths = BTreeSet::from([address.to_owned()]);
        for url in fetched {
            let path = url.strip_prefix(&home);
            let path = path.with_context(|| format!("the page loads {url}"))?;
            // A page that measures requests makes some of its own, which are not its load.
            if !path.starts_with("/api/transports") {
                paths.insert(path.to_owned());
            }
        }
        for kind in [".js", ".css", ".wasm", "/api/course"] {
            let found = paths.iter().any(|path| path.contains(kind));
            ensure!(found, "no {kind} in {paths:?}");
        }
        let mut all = 0;
        let mut told = String::new();
        for path in &paths {
            let answer = get(&server.host(), path, Some(CHROMIUM_ACCEPTS)).await?;
            ensure!(answer.status == 200, "{path} answers {}", answer.status);
            let encoding = answer.header("content-encoding").unwrap_or("none");
            let bytes = answer.body.len();
            told.push_str(&format!("  {bytes:>7} {encoding:<4} {path}\n"));
            all += bytes;
            let made_anew = path.starts_with("/api/");
            ensure!(
                made_anew || encoding == "br" || bytes < SHORT,
                "not compressed:\n{told}"
            );
        }
        // Past the capture of the test's output: the figure is wanted of a test that passes, too.
        writeln!(stdout(), "first load of {address}: {all} bytes\n{told}")?;
        ensure!(
            all <= most,
            "the first page load is {all} bytes, at most {most} are allowed"
        );
        Ok(())
    })
    .await
}
