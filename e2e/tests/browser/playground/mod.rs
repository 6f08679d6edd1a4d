//! The playground: pipelines built by click, by drag and by keys, as text and from a link, and run
//! for real.

mod building;
mod files;
mod looks;
mod text;

use std::rc::Rc;

use anyhow::{Result, ensure};
use spillway_e2e::{Browser, Look, Scene, big_cities, gunzip, id, wait_until};

const PLAYGROUND: &str = "/playground";

pub(crate) const BIG_CITIES: &str = "cities: file_source file=\"cities.csv\" | \
    big: csv_filter expr=\"population>500000\" | gzip | file_sink file=\"big.csv.gz\"";

async fn open(scene: &Scene) -> Result<Rc<Browser>> {
    let page = scene.open(PLAYGROUND).await?;
    page.one(&id("kind-gzip")).await?;
    Ok(page)
}

/// The text of the pipeline, once it has these words in it.
async fn text_with(page: &Browser, words: &str) -> Result<String> {
    let script = "return document.querySelector('[data-testid=text]').value";
    let what = format!("the text to have `{words}`");
    wait_until(&what, async || {
        let text = page.script(script).await?;
        let text = text.as_str().unwrap_or_default().to_owned();
        Ok(if text.contains(words) {
            Look::Break(text)
        } else {
            Look::Continue(text)
        })
    })
    .await
}

/// Puts a whole text in at once, as pasted.
async fn write(page: &Browser, text: &str) -> Result<()> {
    page.one(&id("text")).await?;
    let text = serde_json::to_string(text)?;
    let script = format!(
        "const area = document.querySelector('[data-testid=text]'); area.value = {text}; \
         area.dispatchEvent(new Event('input', {{bubbles: true}}))"
    );
    page.script(&script).await?;
    Ok(())
}

/// A run brings its picture into view, and the bar at the top covers what is half above it.
async fn back_to_the_board(page: &Browser) -> Result<()> {
    page.script("scrollTo(0, 0)").await?;
    Ok(())
}

async fn is_the_big_cities(scene: &Scene, file: &[u8]) -> Result<()> {
    let expected = big_cities(&scene.server().await.sample()?)?;
    ensure!(gunzip(file)? == expected, "the download is another file");
    Ok(())
}
