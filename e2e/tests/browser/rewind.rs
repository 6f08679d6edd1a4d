//! Going back in the time of a real run, and what the page shows there.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use spillway_e2e::{Browser, Key, Look, id, play, wait_until};

use crate::lesson::{PAUSE, PIPE, flows_beyond, full_speed, slow_down, stays};

#[tokio::test]
async fn a_rewound_moment_shows_the_gauges_that_were_shown_live() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PIPE).await?;
        flows_beyond(&page, 0).await?;
        record(&page).await?;
        slow_down(&page, "sink", 2).await?;
        full_speed(&page, "source").await?;
        page.until_says(&id("verdict"), "The bottleneck is").await?;
        page.click(&id("verb-pause")).await?;
        wait_until("more than 20 moments that were shown", async || {
            let shown = recorded(&page).await?.len();
            Ok(if shown > 20 {
                Look::Break(())
            } else {
                Look::Continue(format!("{shown} of them"))
            })
        })
        .await?;
        page.click(&id("verb-unpipe")).await?;
        page.one(&id("gap-source-filter")).await?;
        let live = recorded(&page).await?;
        for (moment, shown) in &live {
            let then = rewound(&page, moment).await?;
            ensure!(
                then == *shown,
                "moment {moment} showed {shown:#?} and shows {then:#?} now"
            );
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn every_step_of_the_clock_shows_again_all_that_it_showed() -> Result<()> {
    const STEPS: usize = 40;
    play(async |scene| {
        let page = scene.open(PIPE).await?;
        flows_beyond(&page, 0).await?;
        slow_down(&page, "sink", 2).await?;
        full_speed(&page, "source").await?;
        page.until_says(&id("verdict"), "The bottleneck is").await?;
        page.press(' ').await?;
        page.until_data(&id("clock"), "mode", "paused").await?;
        page.script(GAUGES).await?;
        page.script(ALL).await?;
        // A step is one event of the streams; a measurement of how time is spent may come with it.
        let mut live = BTreeMap::new();
        for _ in 0..STEPS {
            let before = page.number(&id("time-event"), "seq").await?;
            page.press('.').await?;
            page.until(&id("time-event"), "to be one step on", |seen| {
                seen.number("seq").is_ok_and(|now| now > before)
            })
            .await?;
            page.until_data(&id("clock"), "mode", "paused").await?;
            let (seq, shown) = shown(&page).await?;
            live.insert(seq, shown);
        }
        let slider = id("time-slider");
        page.type_into(&slider, &Key::Left.to_string()).await?;
        page.one(&id("then")).await?;
        page.type_into(&slider, &Key::End.to_string()).await?;
        page.until_none(&id("then")).await?;
        let first = *live.keys().next().context("steps that were shown")?;
        loop {
            let (seq, then) = shown(&page).await?;
            if let Some(shown) = live.remove(&seq) {
                ensure!(
                    then == shown,
                    "event {seq} showed {shown:#?} and shows {then:#?} now"
                );
            }
            if seq <= first {
                break;
            }
            page.type_into(&slider, &Key::Left.to_string()).await?;
            page.until(&id("time-event"), "to be one event back", |seen| {
                seen.number("seq").is_ok_and(|now| now < seq)
            })
            .await?;
        }
        ensure!(live.is_empty(), "never shown again: {:?}", live.keys());
        Ok(())
    })
    .await
}

#[tokio::test]
async fn an_event_of_the_log_can_be_selected_and_the_run_goes_on_meanwhile() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        page.click(&id("verb-pause")).await?;
        page.until_says(&id("verdict"), "is paused by your pause()")
            .await?;
        let deed = "[data-testid=log-line][data-tag=you]";
        let seq = page.number(deed, "seq").await?;
        page.click(&id("verb-resume")).await?;
        page.until_says(deed, "resume()").await?;
        page.click(&format!("[data-testid=log-line][data-seq='{seq}']"))
            .await?;
        page.until_data(&id("then"), "seq", &seq.to_string())
            .await?;
        page.one(&format!("#log-{seq}[aria-selected=true]")).await?;
        let count = async || page.number(&id("stage-source-bytes"), "count").await;
        let then = stays("bytes then", Duration::from_millis(600), count).await?;
        let last = page.number(&id("time-event"), "last").await?;
        page.until(&id("time-event"), "to go on", |seen| {
            seen.number("last").is_ok_and(|now| now > last)
        })
        .await?;
        page.until_says(&id("time-event"), "· then").await?;
        page.press(Key::Escape).await?;
        page.until_none(&id("then")).await?;
        flows_beyond(&page, then).await
    })
    .await
}

#[tokio::test]
async fn verbs_are_off_in_a_past_moment_until_back_to_now() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        page.type_into(&id("time-slider"), &Key::Left.to_string())
            .await?;
        page.one(&id("then")).await?;
        let verb = page.one(&id("verb-pause")).await?;
        ensure!(verb.disabled, "pause() can be pressed in a past moment");
        ensure!(
            page.one(&id("throttle-sink")).await?.disabled,
            "the speed can be changed"
        );
        page.press('p').await?;
        let refused = page.until_data(&id("notice"), "refused", "true").await?;
        ensure!(
            refused.text.contains("past moment"),
            "it says `{}`",
            refused.text
        );
        page.click(&id("now")).await?;
        page.until_none(&id("then")).await?;
        page.click(&id("verb-pause")).await?;
        page.until_says(&id("verdict"), "is paused by your pause()")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn keys_move_the_slider_by_one_event_and_to_both_ends() -> Result<()> {
    play(async |scene| {
        let page = scene.open(PAUSE).await?;
        flows_beyond(&page, 0).await?;
        page.click(&id("verb-unpipe")).await?;
        page.until_says(&id("verdict"), "stands still").await?;
        let at = async || page.number(&id("time-event"), "seq").await;
        let slider = id("time-slider");
        page.type_into(&slider, &Key::Home.to_string()).await?;
        page.until_data(&id("then"), "seq", "0").await?;
        page.until_data(&id("stage-source-bytes"), "count", "0")
            .await?;
        page.type_into(&slider, &Key::Right.to_string()).await?;
        page.until_data(&id("then"), "seq", "1").await?;
        page.type_into(&slider, &Key::Right.to_string()).await?;
        page.until_data(&id("then"), "seq", "2").await?;
        page.type_into(&slider, &Key::Left.to_string()).await?;
        page.until_data(&id("then"), "seq", "1").await?;
        page.type_into(&slider, &Key::End.to_string()).await?;
        page.until_none(&id("then")).await?;
        page.until_says(&id("time-event"), "· now").await?;
        ensure!(at().await? > 2, "now is the end of the log");
        Ok(())
    })
    .await
}

/// From now on the page notes what its gauges show at each moment. A note is taken only of what
/// was drawn at once: the slider and the gauges change in the same turn, and no frame came since.
async fn record(page: &Browser) -> Result<()> {
    let script = GAUGES.to_owned()
        + "window.recorded = {}; let frames = 0; \
           const count = () => { frames++; requestAnimationFrame(count) }; count(); \
           const slider = document.querySelector('[data-testid=time-slider]'); \
           new MutationObserver(() => { const [moment, frame] = [slider.max, frames]; \
             setTimeout(() => { if (frame === frames && !document.querySelector('[data-testid=then]')) \
               window.recorded[moment] ??= window.gauges() }) \
           }).observe(slider, {attributes: true, attributeFilter: ['max']})";
    page.script(&script).await?;
    Ok(())
}

/// The event that is shown, and its gauges: both of one turn of the page.
async fn shown(page: &Browser) -> Result<(u64, Value)> {
    let both = format!(
        "return [Number(document.querySelector(`{}`).dataset.seq), window.gauges()]",
        id("time-event")
    );
    serde_json::from_value(page.script(&both).await?).context("an event and its gauges")
}

async fn recorded(page: &Browser) -> Result<BTreeMap<String, Value>> {
    let recorded = page.script("return window.recorded").await?;
    serde_json::from_value(recorded).context("moments and what they showed")
}

async fn rewound(page: &Browser, moment: &str) -> Result<Value> {
    let go = format!(
        "const done = arguments[0], slider = document.querySelector('[data-testid=time-slider]'); \
         slider.value = '{moment}'; slider.dispatchEvent(new Event('input', {{bubbles: true}})); \
         requestAnimationFrame(() => requestAnimationFrame(() => done(window.gauges())))"
    );
    page.script_async(&go).await
}

/// Everything that is measured, as it stands in the page: but for speeds, which fall by the page's
/// own clock while nothing comes, and words made of them.
const GAUGES: &str = "window.gauges = () => { const gauges = {}; \
    for (const gauge of document.querySelectorAll('[data-testid^=stage-]')) { \
      const id = gauge.dataset.testid; \
      if (/-(buffer|bytes|chunks|discarded|in-work)$/.test(id)) \
        gauges[id] = [gauge.textContent, ...Object.values(gauge.dataset)].join(' '); \
      if (/-state$/.test(id)) gauges[id] = gauge.dataset.state; } \
    for (const pipe of document.querySelectorAll('[data-testid^=pipe-]')) \
      gauges[pipe.dataset.testid] = pipe.dataset.open; \
    for (const level of document.querySelectorAll('[data-slot$=level]')) \
      gauges[level.dataset.slot] = level.getAttribute('style'); \
    for (const times of document.querySelectorAll('.time title')) \
      gauges[times.dataset.slot] = times.textContent; \
    return gauges }; ";

/// Speeds, and words made of them, as well: while the clock stands, they do too.
const ALL: &str = "const still = window.gauges; window.gauges = () => { const gauges = still(); \
    for (const text of document.querySelectorAll('.stages text')) \
      if (text.dataset.slot) gauges['text ' + text.dataset.slot] = text.textContent; \
    gauges.verdict = document.querySelector('[data-testid=verdict]').textContent; \
    return gauges }";
