//! The look at the console itself: it must find what it is there for.

use anyhow::{Result, ensure};
use spillway_e2e::play;

use crate::lesson::{PAUSE, flows_beyond};

#[tokio::test]
async fn an_error_in_the_console_fails_a_test() -> Result<()> {
    let ways = [
        ("written", "console.error('a deliberate error')"),
        (
            "thrown",
            "setTimeout(() => { throw new Error('a deliberate error') })",
        ),
    ];
    for (way, script) in ways {
        let played = play(async |scene| {
            let page = scene.open(PAUSE).await?;
            flows_beyond(&page, 0).await?;
            page.script(script).await?;
            // A task after that of the script: by then it has thrown.
            page.script_async("setTimeout(arguments[0])").await?;
            Ok(())
        })
        .await;
        let said = played
            .err()
            .map(|error| format!("{error:#}"))
            .unwrap_or_default();
        ensure!(
            said.contains("a deliberate error"),
            "{way}, and the test says `{said}`"
        );
    }
    Ok(())
}
