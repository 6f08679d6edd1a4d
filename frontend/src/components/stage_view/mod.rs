//! The picture: a card a stage, a tank a buffer, a channel a pipe with a gate.
//!
//! What moves follows the animation frames; what is read follows [`Told`](crate::state::Told).
//! Test ids: see [`stage_card`], [`tank_view`] and [`channels`].

pub mod channels;
pub mod legend;
pub mod stage_card;
pub mod tank_view;
pub mod time_bar;

use leptos::prelude::*;

use channels::Channels;
use legend::Legend;
use stage_card::StageCard;

use crate::geometry::layout::Layout;
use crate::state::Runner;

/// The picture of a run.
#[component]
pub fn StageView(
    /// The run.
    runner: Runner,
) -> impl IntoView {
    let layout = Memo::new(move |_| runner.view.with(Layout::of));
    let count = Memo::new(move |_| layout.with(|layout| layout.cards.len()));
    let size = Memo::new(move |_| layout.with(|layout| (layout.width, layout.height)));
    let cards = move || {
        (0..count.get())
            .map(|at| view! { <StageCard at runner layout/> })
            .collect_view()
    };
    view! {
        <div class="picture">
            <svg
                class="stages"
                role="group"
                aria-label="The stages of the stream"
                viewBox=move || format!("0 0 {} {}", size.get().0, size.get().1)
                preserveAspectRatio="xMidYMid meet"
                style:--natural-width=move || format!("{}px", size.get().0)
            >
                <defs>
                    <pattern
                        id="hatch"
                        width="6"
                        height="6"
                        patternUnits="userSpaceOnUse"
                        patternTransform="rotate(45)"
                    >
                        <rect class="hatch-ground" width="6" height="6"/>
                        <rect class="hatch-line" width="2" height="6"/>
                    </pattern>
                </defs>
                <Channels runner layout/>
                {cards}
            </svg>
            <Legend/>
        </div>
    }
}
