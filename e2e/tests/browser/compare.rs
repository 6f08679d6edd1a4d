//! Two runs of the same work side by side: what the page shows of both is what was measured.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use spillway_e2e::{Browser, Key, Look, Scene, Seen, get, id, play, wait_until};

use crate::axe::{choose_size, passes};
use crate::lesson::stays;
use crate::screenshots::{folder, shoot};

/// Bytes that a run may hold.
const QUOTA: u64 = 64 << 20;

#[tokio::test]
async fn without_backpressure_the_queue_grows_to_the_quota_and_with_it_stays_small() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/compare/backpressure").await?;
        page.until(&id("meter-right"), "to grow", |seen| {
            seen.number("held").is_ok_and(|held| held > 1_000_000)
        })
        .await?;
        page.until_says(&fact("ending", "right"), "stopped at its quota")
            .await?;
        let message = format!("{QUOTA} are what a run may use");
        page.until_says(&in_side("right", "verdict"), &message)
            .await?;
        let peak = value(&page, "peak", "right").await?;
        ensure!((QUOTA..QUOTA + 200_000).contains(&peak), "held {peak}");
        let meter = page.number(&id("meter-right"), "peak").await?;
        ensure!(meter == peak, "the meter says {meter}, the table {peak}");
        let scale = page.number(&id("meter-left"), "scale").await?;
        ensure!(scale > QUOTA, "the quota is on the scale");
        let small = value(&page, "peak", "left").await?;
        ensure!((16_384..200_000).contains(&small), "held {small}");
        page.until_says(&id("difference"), "the run was stopped at its quota")
            .await?;
        page.until_says(&fact("ending", "left"), "goes on").await?;
        counted(scene, "spillway_runs_over_total{how=\"stopped\"}", 1).await
    })
    .await
}

#[tokio::test]
async fn one_speed_is_for_both_sinks() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/compare/backpressure").await?;
        both_run(&page).await?;
        page.type_into(&id("speed-both"), &Key::End.to_string())
            .await?;
        page.until_says(&id("difference"), "Both hold little")
            .await?;
        page.until(&id("meter-right"), "to be emptied", |seen| {
            seen.number("held").is_ok_and(|held| held < 200_000)
        })
        .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn one_clock_pauses_steps_and_slows_both_runs() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/compare/backpressure").await?;
        both_run(&page).await?;
        page.click(&id("clock-pause")).await?;
        for side in ["left", "right"] {
            page.one(&format!("{}.still", id(&format!("side-{side}"))))
                .await?;
        }
        page.until_says(&id("clock-tag"), "clock paused").await?;
        let stand = async || events(&page.one(&id("clock-tag")).await?);
        let before = stays("the last events", Duration::from_secs(1), stand).await?;

        page.click(&id("clock-step")).await?;
        page.until(&id("clock-tag"), "to say that both went on", |seen| {
            events(seen).is_ok_and(|now| now[0] > before[0] && now[1] > before[1])
        })
        .await?;

        page.type_into(&id("clock-pace"), &Key::Home.to_string())
            .await?;
        page.click(&id("clock-pause")).await?;
        page.until_says(&id("clock-tag"), "slow motion · 1 event/s")
            .await?;
        page.type_into(&id("clock-pace"), &Key::End.to_string())
            .await?;
        page.until_data(&id("clock"), "mode", "full").await?;
        both_run(&page).await
    })
    .await
}

/// The events at which the clock of both runs stands.
fn events(tag: &Seen) -> Result<[u64; 2]> {
    let (_, numbers) = tag.text.split_once("events ").context("no events")?;
    let (left, right) = numbers.split_once(" and ").context("one event")?;
    let number = |text: &str| text.replace(' ', "").parse();
    Ok([number(left)?, number(right)?])
}

#[tokio::test]
async fn the_same_fault_leaves_files_open_with_pipe_and_nothing_with_pipeline() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/compare/pipeline").await?;
        both_run(&page).await?;
        for side in ["left", "right"] {
            page.until_data(&fact("files", side), "value", "2").await?;
        }
        counted(scene, FILES, 4).await?;
        page.click(&id("fail-both")).await?;
        page.until_data(&fact("closed", "right"), "value", "3")
            .await?;
        page.until_data(&fact("files", "right"), "value", "0")
            .await?;
        page.until_says(&in_side("right", "verdict"), "gzip (gzip, level 6) at byte")
            .await?;
        page.until_data(&fact("closed", "left"), "value", "1")
            .await?;
        page.until_data(&fact("files", "left"), "value", "2")
            .await?;
        page.until_says(&fact("left-behind", "left"), "cities.csv, out.gz")
            .await?;
        page.until_says(&fact("left-behind", "right"), "nothing")
            .await?;
        page.until_says(&id("difference"), "with 2 files open")
            .await?;
        counted(scene, FILES, 2).await?;
        // What leaks goes with the run.
        page.click(&id("reset-both")).await?;
        counted(scene, FILES, 0).await
    })
    .await
}

#[tokio::test]
async fn a_timer_goes_on_after_the_fault_with_pipe_alone() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/compare/pipeline").await?;
        both_run(&page).await?;
        page.click(&id("source-timer")).await?;
        for side in ["left", "right"] {
            page.until_says(&in_side(side, "stage-source"), "live sound")
                .await?;
            page.until_data(&fact("files", side), "value", "1").await?;
        }
        page.click(&id("fail-both")).await?;
        page.until_data(&fact("closed", "right"), "value", "3")
            .await?;
        page.until_data(&fact("timers", "right"), "value", "0")
            .await?;
        page.until_data(&fact("timers", "left"), "value", "1")
            .await?;
        page.until_data(&fact("files", "left"), "value", "1")
            .await?;
        counted(scene, TIMERS, 1).await?;
        counted(scene, FILES, 1).await
    })
    .await
}

#[tokio::test]
async fn buffering_everything_costs_the_first_byte_and_the_memory() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/compare/buffering").await?;
        page.one(&fact("first-byte", "left")).await?;
        page.until_says(
            &id("difference"),
            "nothing leaves before the source has ended",
        )
        .await?;
        ensure!(
            page.all(&fact("first-byte", "right")).await?.is_empty(),
            "no byte has arrived on the right"
        );
        for side in ["left", "right"] {
            page.until_says(&fact("ending", side), "complete").await?;
        }
        let (early, late) = (
            value(&page, "first-byte", "left").await?,
            value(&page, "first-byte", "right").await?,
        );
        ensure!(
            early < 1_000_000 && late > 3_000_000,
            "{early} and {late} us"
        );
        let (little, all) = (
            value(&page, "peak", "left").await?,
            value(&page, "peak", "right").await?,
        );
        ensure!(little < 200_000, "streaming held {little}");
        ensure!(
            (8_000_000..8_300_000).contains(&all),
            "buffer all held {all}"
        );
        let arrived = [
            value(&page, "taken", "left").await?,
            value(&page, "taken", "right").await?,
        ];
        ensure!(arrived[0] == arrived[1], "the same work: {arrived:?}");
        page.until_says(&id("difference"), "both grow with the data")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_comparison_can_be_run_again_and_again() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/compare/buffering").await?;
        both_run(&page).await?;
        page.type_into(&id("speed-both"), &Key::End.to_string())
            .await?;
        for runs in [2, 4, 6] {
            for side in ["left", "right"] {
                page.until_says(&fact("ending", side), "complete").await?;
            }
            counted(scene, "spillway_runs_over_total{how=\"completed\"}", runs).await?;
            counted(scene, "spillway_runs", 2).await?;
            page.click(&id("run-both")).await?;
            page.until_data(&id("side-right"), "phase", "on").await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_comparison_that_does_not_exist_is_named_with_those_that_do() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/compare/nothing").await?;
        page.until_says(&id("compare-unknown"), "'nothing' is none of them")
            .await?;
        page.click(&id("compare-buffering")).await?;
        page.until_data(&id("compare"), "which", "buffering")
            .await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn where_one_run_is_refused_neither_is_left_and_both_sides_say_why() -> Result<()> {
    play(async |scene| {
        let page = scene.open("/compare/backpressure").await?;
        both_run(&page).await?;
        page.click(&id("reset-both")).await?;
        counted(scene, "spillway_runs", 0).await?;
        // One more run fits: of the two that begin, one is refused.
        let others = scene.browser("class").await?;
        others.goto(&scene.url("/").await).await?;
        let filled = others.script_async(FILL).await?;
        ensure!(filled == ALL_BUT_ONE, "{filled}");
        counted(scene, "spillway_runs", ALL_BUT_ONE).await?;
        page.click(&id("run-both")).await?;
        for side in ["left", "right"] {
            let refused = page
                .until_says(&in_side(side, "refused"), "Neither run was started")
                .await?;
            ensure!(
                refused.text.contains("the server keeps 200 runs"),
                "{}",
                refused.text
            );
            page.until_data(&id(&format!("side-{side}")), "phase", "off")
                .await?;
        }
        counted(scene, "spillway_runs", ALL_BUT_ONE).await
    })
    .await
}

#[tokio::test]
async fn each_comparison_passes_axe_and_has_its_picture_taken() -> Result<()> {
    let (folder, _kept_nowhere) = folder()?;
    play(async |scene| {
        let page = scene.open("/compare/pipeline").await?;
        both_run(&page).await?;
        passes(&page, ".pipe() and pipeline() while they run").await?;
        page.click(&id("source-timer")).await?;
        page.until_says(&in_side("right", "stage-source"), "sound")
            .await?;
        page.until_data(&fact("files", "right"), "value", "1")
            .await?;
        page.click(&id("fail-both")).await?;
        page.until_data(&fact("files", "right"), "value", "0")
            .await?;
        passes(&page, ".pipe() and pipeline() after the fault").await?;
        seen(&page, &folder, "compare-pipeline").await?;

        page.goto(&scene.url("/compare/buffering").await).await?;
        both_run(&page).await?;
        page.click(&id("clock-pause")).await?;
        page.one(&format!("{}.still", id("side-right"))).await?;
        passes(&page, "a comparison whose clock is paused").await?;
        page.click(&id("clock-pause")).await?;
        for side in ["left", "right"] {
            page.until_says(&fact("ending", side), "complete").await?;
        }
        passes(&page, "a comparison that is complete").await?;
        seen(&page, &folder, "compare-buffering").await?;

        page.goto(&scene.url("/compare/backpressure").await).await?;
        page.until_says(&fact("ending", "right"), "stopped").await?;
        passes(&page, "a comparison of which one side was stopped").await?;
        seen(&page, &folder, "compare-backpressure").await?;
        page.click(&id("reset-both")).await?;
        passes(&page, "a comparison that was reset").await
    })
    .await
}

/// Takes the page in every size, for a desk and for a projector.
async fn seen(page: &Browser, folder: &Path, name: &str) -> Result<()> {
    shoot(page, folder, name).await?;
    choose_size(page, "projector").await?;
    shoot(page, folder, &format!("{name}-projector")).await?;
    choose_size(page, "desk").await
}

const ALL_BUT_ONE: u64 = 199;

/// Starts as many runs as a class would, four a session, and says how many there are.
const FILL: &str = "const done = arguments[0]; let started = 0, asked = 0; \
    const start = {type: 'start', stages: [{id: 'a', kind: 'ticker', every_ms: 60000}, \
                                           {id: 'b', kind: 'null'}]}; \
    window.kept = []; \
    const next = () => { \
      const socket = new WebSocket('ws://' + location.host + '/ws/control'); \
      window.kept.push(socket); \
      socket.onopen = () => socket.send(JSON.stringify({type: 'hello', id: 1, version: 1})); \
      socket.onmessage = event => { \
        const message = JSON.parse(event.data); \
        if (message.type === 'welcome') { \
          for (let at = 0; at < 4 && asked < 199; at++, asked++) \
            socket.send(JSON.stringify({...start, id: 2 + at})); \
        } else if (message.type === 'started') { \
          started += 1; \
          if (started === asked) { if (asked < 199) next(); else done(started); } \
        } else if (message.type === 'error') { done(message.message); } \
      }; \
    }; \
    next();";

const FILES: &str = "spillway_run_resources{what=\"file\"}";

const TIMERS: &str = "spillway_run_resources{what=\"timer\"}";

fn fact(name: &str, side: &str) -> String {
    id(&format!("fact-{name}-{side}"))
}

/// What is within one side.
fn in_side(side: &str, name: &str) -> String {
    format!("{} {}", id(&format!("side-{side}")), id(name))
}

async fn value(page: &Browser, name: &str, side: &str) -> Result<u64> {
    page.number(&fact(name, side), "value").await
}

/// Waits until bytes have arrived on both sides.
async fn both_run(page: &Browser) -> Result<()> {
    for side in ["left", "right"] {
        let phase = id(&format!("side-{side}"));
        page.until_data(&phase, "phase", "on").await?;
        page.one(&in_side(side, "stage-source-bytes")).await?;
        page.until(&in_side(side, "stage-source-bytes"), "to count", |seen| {
            seen.number("count").is_ok_and(|count| count > 0)
        })
        .await?;
    }
    Ok(())
}

/// Waits until the server's own counter says so.
async fn counted(scene: &Scene, counter: &str, wanted: u64) -> Result<()> {
    let host = scene.server().await.host().to_owned();
    wait_until(&format!("{counter} to be {wanted}"), async || {
        let answer = get(&host, "/metrics", None).await?;
        let text = String::from_utf8(answer.body)?;
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix(counter)?.strip_prefix(' '));
        let count: u64 = line.context("the counter is there")?.parse()?;
        Ok(if count == wanted {
            Look::Break(())
        } else {
            Look::Continue(count.to_string())
        })
    })
    .await
}
