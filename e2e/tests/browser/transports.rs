//! The same messages four ways: the page shows what was measured of each.

use anyhow::{Result, ensure};
use spillway_e2e::{Browser, Key, id, play};

use crate::axe::{choose_size, passes};
use crate::screenshots::{folder, shoot};

const WAYS: [&str; 4] = ["poll", "long-poll", "events", "websocket"];

#[tokio::test]
async fn each_way_gets_every_message_and_is_measured() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/transports").await?;
        measured(&page).await?;
        let (mut bytes, mut requests, mut medians) = (vec![], vec![], vec![]);
        for way in WAYS {
            let way = id(&format!("way-{way}"));
            ensure!(page.number(&way, "arrived").await? == 100);
            bytes.push(page.number(&way, "bytes").await?);
            requests.push(page.number(&way, "requests").await?);
            medians.push(page.number(&way, "median").await?);
            let p99 = page.number(&way, "p99").await?;
            ensure!(p99 >= medians[medians.len() - 1]);
            ensure!(page.number(&way, "cpu").await? > 0);
        }
        ensure!(requests[2..] == [1, 1], "{requests:?}");
        ensure!(requests[0] > 1 && requests[1] > 1, "{requests:?}");
        ensure!(
            bytes[3] < bytes[2] && bytes[3] < bytes[0] && bytes[3] < bytes[1],
            "frames are shorter than anything of HTTP: {bytes:?}"
        );
        ensure!(
            medians[0] > medians[3],
            "who asks later hears later: {medians:?}"
        );
        page.until_says(&id("trial-said"), "the WebSocket").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn added_latency_is_in_every_time_that_is_shown() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/transports").await?;
        measured(&page).await?;
        page.type_into(&id("delay"), &Key::End.to_string()).await?;
        page.click(&id("run-trial")).await?;
        page.until_data(&id("trial"), "phase", "running").await?;
        measured(&page).await?;
        for way in WAYS {
            let median = page.number(&id(&format!("way-{way}")), "median").await?;
            // The clocks of the two are related to half a round trip.
            ensure!(median > 250_000, "{way}: {median}");
        }
        page.until_says(".method", "were added to each").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn transports_pass_axe_and_have_their_picture_taken() -> Result<()> {
    let (folder, _kept_nowhere) = folder()?;
    play(async |scene| {
        let page = scene.open("/transports").await?;
        measured(&page).await?;
        passes(&page, "four transports, measured").await?;
        shoot(&page, &folder, "transports").await?;
        choose_size(&page, "projector").await?;
        shoot(&page, &folder, "transports-projector").await
    })
    .await
}

async fn measured(page: &Browser) -> Result<()> {
    page.until_data(&id("trial"), "phase", "done").await?;
    Ok(())
}
