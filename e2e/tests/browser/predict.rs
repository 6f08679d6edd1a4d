//! A question that is answered before a run, and then by it.

use anyhow::{Context, Result, ensure};
use spillway_e2e::{id, play};

/// Its first question: which `write()` is the first that answers false.
const WRITE: &str = "/lesson/writable/write-and-its-answer";

/// Its first question: how long a frame of the server is.
const BIT_BY_BIT: &str = "/lesson/frames/bit-by-bit";

#[tokio::test]
async fn a_wrong_prediction_goes_to_where_the_run_parts_from_it_and_a_right_one_is_told_so()
-> Result<()> {
    play(async |scene| {
        let page = scene.open(WRITE).await?;
        page.click("[data-testid=predict-1] summary").await?;
        let (field, run, said) = (
            id("prediction-1"),
            id("predict-run-1"),
            id("predict-said-1"),
        );
        page.fill(&field, "many").await?;
        page.click(&run).await?;
        page.until_says(&said, "“many” is not a number; write a whole number")
            .await?;
        // No chunk reaches the mark alone.
        page.fill(&field, "1").await?;
        page.click(&run).await?;
        page.until_says(&said, "You said 1; it is").await?;
        page.until_says(&said, "is not true yet").await?;
        page.until_data(&said, "right", "false").await?;
        let then = page.number(&id("then"), "seq").await?;
        page.click(&id("now")).await?;
        page.until_none(&id("then")).await?;
        let now = page.number(&id("time-event"), "seq").await?;
        ensure!(then < now, "it went to {then}, and now is {now}");
        let text = page.one(&said).await?.text;
        let (_, rest) = text.split_once("it is ").context("the truth")?;
        let truth: String = rest.chars().take_while(char::is_ascii_digit).collect();
        page.fill(&field, &truth).await?;
        page.click(&run).await?;
        page.until_says(&said, &format!("Right: {truth}.")).await?;
        page.until_data(&id("predict-1"), "known", "true").await?;
        page.until_none(&id("then")).await
    })
    .await
}

#[tokio::test]
async fn a_question_on_frames_is_answered_by_bytes_that_cross() -> Result<()> {
    play(async |scene| {
        let page = scene.open(BIT_BY_BIT).await?;
        page.click("[data-testid=predict-1] summary").await?;
        let (field, run, said) = (
            id("prediction-1"),
            id("predict-run-1"),
            id("predict-said-1"),
        );
        page.fill(&field, "1").await?;
        page.click(&run).await?;
        let wrong = page.until_says(&said, "You said 1 byte; it is").await?;
        page.until_data(&said, "right", "false").await?;
        page.until_says(&said, "shows that place").await?;
        page.one("[data-testid=wire-row].sel[data-opcode=text][data-direction=to_client]")
            .await?;
        let (_, rest) = wrong.text.split_once("it is ").context("the truth")?;
        let truth: String = rest.chars().take_while(char::is_ascii_digit).collect();
        page.fill(&field, &truth).await?;
        page.click(&run).await?;
        page.until_says(&said, &format!("Right: {truth}")).await?;
        page.until_data(&id("predict-1"), "known", "true").await?;
        Ok(())
    })
    .await
}
