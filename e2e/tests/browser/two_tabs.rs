//! One run, two tabs.

use anyhow::{Context, Result, ensure};
use spillway_e2e::{Look, Relay, id, play, wait_until};

use crate::lesson::{PAUSE, flows_beyond};

#[tokio::test]
async fn a_page_whose_session_goes_on_in_another_tab_says_so_and_takes_it_back_when_told()
-> Result<()> {
    play(async |scene| {
        let relay = Relay::to(scene.server().await.host()).await?;
        let first = scene.browser("first").await?;
        first.goto(&relay.url(PAUSE)).await?;
        flows_beyond(&first, 0).await?;
        let session = session(&relay).await?;
        let second = scene.browser("second").await?;
        second.goto(&relay.url("/")).await?;
        let take = format!(
            "const done = arguments[arguments.length - 1];
             window.taken = new WebSocket(`ws://${{location.host}}/ws/control`);
             taken.onopen = () => taken.send(JSON.stringify(
                 {{id: 1, type: 'hello', version: 1, session: '{session}'}}));
             taken.onmessage = message => done(JSON.parse(message.data).session);
             taken.onclose = close => window.closed_with = close.code;"
        );
        let welcomed = second.script_async(&take).await?;
        ensure!(welcomed == session.as_str(), "welcomed as {welcomed}");
        let state = id("connection-state");
        first.until_data(&state, "state", "elsewhere").await?;
        first.until_says(&state, "goes on in another tab").await?;
        first.click(&id("come-back")).await?;
        first.until_data(&state, "state", "live").await?;
        first.until_none(&id("gone")).await?;
        flows_beyond(&first, 0).await?;
        wait_until("the other tab to be let go", async || {
            let code = second.script("return window.closed_with || 0").await?;
            Ok(if code == 4001 {
                Look::Break(())
            } else {
                Look::Continue(format!("closed with {code}"))
            })
        })
        .await
    })
    .await
}

/// The secret name of the only session whose control connection crossed a relay.
async fn session(relay: &Relay) -> Result<String> {
    let recordings = relay.recordings("/ws/control");
    let crossed = recordings.first().context("no control connection")?;
    let text = String::from_utf8_lossy(&crossed.to_client);
    let (_, rest) = text.split_once("\"session\":\"").context("no welcome")?;
    Ok(rest.chars().take(32).collect())
}
