//! The server goes away and comes back.

use anyhow::{Result, ensure};
use spillway_e2e::{Entry, id, play_with};

use crate::chat::{join, say};
use crate::lesson::{PAUSE, flows_beyond};

#[tokio::test]
async fn a_page_says_that_the_server_is_gone_recovers_and_offers_the_run_again() -> Result<()> {
    play_with(is_refused_socket, async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        scene.server().await.kill().await?;
        let state = id("connection-state");
        page.until_data(&state, "state", "lost").await?;
        // So long a wait is that of a later attempt: the first ones were refused.
        page.until_says(&state, "connection lost, trying again in 2 s")
            .await?;
        scene.server().await.start_again().await?;
        page.until_data(&state, "state", "live").await?;
        let console = page.console().await?;
        ensure!(
            console.iter().any(is_refused_socket),
            "the console missed it: {console:?}"
        );
        let gone = page.one(&id("gone")).await?;
        ensure!(
            gone.text.contains("the server was restarted"),
            "it says `{}`",
            gone.text
        );
        page.click(&format!("{} button", id("gone"))).await?;
        page.until_none(&id("gone")).await?;
        flows_beyond(&page, 0).await
    })
    .await
}

#[tokio::test]
async fn a_chat_comes_back_with_all_that_was_said_when_the_server_does() -> Result<()> {
    play_with(is_refused_socket, async |scene| {
        let ann = scene.browser("ann").await?;
        ann.goto(&scene.url("/chat/lobby").await).await?;
        join(&ann).await?;
        say(&ann, "before").await?;
        scene.server().await.kill().await?;
        ann.until_says(&id("chat-standing"), "trying again in 2 s")
            .await?;
        scene.server().await.start_again().await?;
        ann.until_none(&id("chat-standing")).await?;
        let console = ann.console().await?;
        ensure!(
            console.iter().any(is_refused_socket),
            "the console missed it: {console:?}"
        );
        say(&ann, "after").await?;
        let before = format!("{}[data-from=ann]", id("chat-message"));
        let mut said = Vec::new();
        for message in ann.all(&before).await? {
            said.push(message.text);
        }
        let kept = said.iter().filter(|text| text.contains("before")).count();
        ensure!(said.len() == 2 && kept == 1, "it shows {said:?}");
        let anew = format!("{}[data-kind=anew]", id("chat-system"));
        ensure!(
            ann.all(&anew).await?.is_empty(),
            "the room is said to have forgotten"
        );
        Ok(())
    })
    .await
}

/// While the server is away, each attempt to reach it is an error in the console: those, and no
/// others.
fn is_refused_socket(entry: &Entry) -> bool {
    let message = &entry.message;
    let path = ["/ws/control' failed: ", "/ws/chat/lobby?"];
    message.contains("WebSocket connection to 'ws://127.0.0.1:")
        && path.iter().any(|path| message.contains(path))
        && message.contains("net::ERR_CONNECTION_REFUSED")
}
