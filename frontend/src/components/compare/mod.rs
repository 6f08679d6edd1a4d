//! Two runs of the same work next to each other: one set of controls, two pictures, meters on one
//! scale, and a table of what was measured.
//!
//! Test ids: `run-both`, `fail-both`, `reset-both`, `speed-both`, `source-file`, `source-timer`,
//! `difference` (the sentence), `spoken`, `side-left` and `side-right` (with `data-phase`), `refused` (in each
//! side), `meter-left` and `meter-right` (with `data-held`, `data-peak` and `data-scale`), `quota`;
//! those of the table are listed in [`html::facts`](crate::html::facts).

pub mod controls;
pub mod meters;

use std::time::Duration;

use leptos::prelude::*;

use self::controls::Controls;
use self::meters::Meters;
use super::clock_bar::stands_still;
use super::live_region::LiveRegion;
use super::stage_view::{LEGEND, StageView};
use super::table_view::TableView;
use super::verdict_bar::VerdictBar;
use super::views::ViewSwitch;
use crate::connection::Connection;
use crate::html;
use crate::model::compare::{Side, Source, Which};
use crate::state::{Phase, Runner};
use crate::words::compare::{rows, sentence};

/// Both runs, and what is set for both.
#[derive(Clone, Copy)]
pub struct Both {
    which: Which,
    runners: [Runner; 2],
    source: RwSignal<Source>,
    bytes_per_s: RwSignal<Option<u64>>,
    /// Why neither was started.
    refused: RwSignal<Option<String>>,
}

/// A comparison. Both runs begin when it is opened and end when it is left.
#[component]
pub fn Comparison(
    /// Which one.
    which: Which,
) -> impl IntoView {
    let connection = expect_context::<Connection>();
    let (source, speed) = (Source::default(), Some(which.speed().first));
    let sides = which.sides(source, speed);
    let both = Both {
        which,
        runners: sides
            .clone()
            .map(|side| Runner::prepare(connection, side.start)),
        source: RwSignal::new(source),
        bytes_per_s: RwSignal::new(speed),
        refused: RwSignal::new(None),
    };
    Effect::new(move |_| both.hold_together());
    both.start();
    let said = Memo::new(move |_| both.with_views(|views| sentence(which, views)));
    let spoken = Memo::new(move |_| said.with(|(_, said)| said.plain()));
    let titles = sides.clone().map(|side| side.title);
    let table =
        Memo::new(move |_| both.with_views(|views| html::facts(titles, &rows(which, views))));
    let [left, right] = sides;
    view! {
        <div class="top-row">
            <nav
                class="comparisons"
                aria-label="Comparisons"
                inner_html=html::comparisons(Some(which))
            ></nav>
            <Controls both/>
        </div>
        <p
            class=move || said.with(|(tone, _)| format!("difference {}", tone.class()))
            data-testid="difference"
            inner_html=move || said.with(|(_, said)| html::phrase(said))
        ></p>
        <div class="sides">
            <Half side=left name="left" runner=both.runners[0] refused=both.refused/>
            <Half side=right name="right" runner=both.runners[1] refused=both.refused/>
        </div>
        <div class="view-bar">
            <p class="legend" inner_html=LEGEND></p>
            <ViewSwitch/>
        </div>
        <div class="measured">
            <Meters both titles/>
            <div class="panel"><table class="facts" inner_html=table></table></div>
        </div>
        <Spoken sentence=spoken/>
    }
}

impl Both {
    /// Starts both from the beginning.
    fn start(self) {
        self.refused.set(None);
        let sides = self.which.sides(
            self.source.get_untracked(),
            self.bytes_per_s.get_untracked(),
        );
        for (runner, side) in self.runners.into_iter().zip(sides) {
            runner.set_start(side.start);
            runner.start();
        }
    }

    fn reset(self) {
        self.refused.set(None);
        for runner in self.runners {
            runner.reset();
        }
    }

    /// Whether a run of each side is under way.
    fn are_live(self) -> bool {
        let live = |runner: Runner| {
            runner.phase.get() == Phase::On && runner.view.with(|view| view.outcome.is_none())
        };
        self.runners.into_iter().all(live)
    }

    /// Where one side is refused, the other is not left alone: half a comparison says nothing.
    fn hold_together(self) {
        let why = self.runners.into_iter().find_map(|runner| {
            let notice = runner.notice.get().filter(|notice| notice.refused);
            let off = runner.phase.get() == Phase::Off;
            notice.filter(|_| off).map(|notice| notice.text)
        });
        let Some(why) = why else {
            return;
        };
        for runner in self.runners {
            runner.reset();
        }
        self.refused.set(Some(why));
    }

    /// What both sides have come to, at the pace of reading, whatever past moment one shows.
    fn with_views<T>(self, read: impl FnOnce([&spillway_streams::RunView; 2]) -> T) -> T {
        let [left, right] = self.runners.map(|runner| {
            runner.told.track();
            let now = runner.peek(|_, run| run.view().clone());
            now.unwrap_or_default()
        });
        read([&left, &right])
    }
}

/// Says the sentence to screen readers, at most one every two seconds: its figures change all the
/// time.
#[component]
fn Spoken(sentence: Memo<String>) -> impl IntoView {
    let said = RwSignal::new(String::new());
    let say = move || {
        if let Some(newest) = sentence.try_get_untracked()
            && said.try_with_untracked(|said| *said != newest) == Some(true)
        {
            said.set(newest);
        }
    };
    if let Ok(saying) = set_interval_with_handle(say, Duration::from_secs(2)) {
        on_cleanup(move || saying.clear());
    }
    view! { <div class="unseen" role="status" data-testid="spoken">{said}</div> }
}

/// One side: what it is, and its run.
#[component]
fn Half(
    side: Side,
    name: &'static str,
    runner: Runner,
    refused: RwSignal<Option<String>>,
) -> impl IntoView {
    let there = Memo::new(move |_| runner.view.with(|view| !view.stages.is_empty()));
    let phase = move || match runner.phase.get() {
        Phase::Off => "off",
        Phase::Starting => "starting",
        Phase::On => "on",
        Phase::Gone(_) => "gone",
    };
    let nothing = move || match runner.phase.get() {
        Phase::Gone(reason) => format!("This run is gone: {reason}."),
        Phase::Off => refused.get().map_or_else(
            || "Nothing runs.".to_owned(),
            |why| format!("Neither run was started: {why}."),
        ),
        Phase::Starting | Phase::On => "Starting on the server.".to_owned(),
    };
    let test_id = move || refused.with(|why| why.as_ref().map(|_| "refused"));
    view! {
        <section
            class="panel stage-view side"
            class:past=move || runner.then.get().is_some()
            class:still=move || stands_still(runner)
            aria-label=side.title
            data-testid=format!("side-{name}")
            data-phase=phase
        >
            <header>
                <h2>{side.title}</h2>
                <code>{side.code}</code>
                {side.note.map(|note| view! { <span>{note}</span> })}
            </header>
            <p class="empty" role="status" hidden=there data-testid=test_id>{nothing}</p>
            <div class="stream" hidden=move || !there.get()>
                <VerdictBar runner/>
                <StageView runner/>
                <TableView runner/>
                <LiveRegion runner quiet=true/>
            </div>
        </section>
    }
}
