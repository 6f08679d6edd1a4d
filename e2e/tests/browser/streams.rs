//! A real stream under four verbs.

use anyhow::Result;
use spillway_e2e::{id, play};

#[tokio::test]
async fn a_lesson_opens_with_moving_data() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/lesson/streams/pause-and-resume").await?;
        let bytes = id("stage-source-bytes");
        page.until(&bytes, "to count", |seen| {
            seen.number("count").is_ok_and(|count| count > 0)
        })
        .await?;
        Ok(())
    })
    .await
}
