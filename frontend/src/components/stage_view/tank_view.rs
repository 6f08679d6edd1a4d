//! A buffer as a tank: the mark at half height, the water hatched when it stands at the mark.
//!
//! Test ids: `stage-{name}-read-buffer`, `stage-{name}-write-buffer` (with `data-bytes`).

use leptos::prelude::*;

use crate::geometry::layout::{MARK_Y, TANK_HEIGHT, TANK_Y, Tank};
use crate::geometry::tank::{at_mark, level};
use crate::words::number::against_mark;

/// A buffer against its mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fill {
    /// Bytes in it.
    pub buffered: u64,
    /// Its high water mark.
    pub mark: u64,
}

/// A tank.
#[component]
pub fn TankView(
    /// Where it stands in its card.
    tank: Tank,
    /// What it is called, above it.
    title: &'static str,
    /// Its test id.
    id: String,
    /// What it holds, frame by frame.
    fill: Memo<Fill>,
    /// What it holds, to be read.
    told: Memo<Fill>,
) -> impl IntoView {
    let Tank { x, width } = tank;
    let down = move || {
        let Fill { buffered, mark } = fill.get();
        format!(
            "translateY({:.2}px)",
            TANK_HEIGHT * (1.0 - level(buffered, mark))
        )
    };
    let over = Memo::new(move |_| at_mark(fill.get().buffered, fill.get().mark));
    let said_over = move || at_mark(told.get().buffered, told.get().mark);
    let middle = width / 2.0;
    view! {
        <g class="tank" class:over=over transform=format!("translate({x} {TANK_Y})")>
            <text class="small muted" x=middle y="-8" text-anchor="middle">{title}</text>
            <rect class="glass" width=width height=TANK_HEIGHT rx="5"/>
            <svg x="1.5" y="1.5" width=width - 3.0 height=TANK_HEIGHT - 3.0>
                <g class="level" style:transform=down>
                    <rect class="water" width=width height=TANK_HEIGHT/>
                    <rect class="brim" width=width height=TANK_HEIGHT fill="url(#hatch)"/>
                </g>
            </svg>
            <path class="mark-line" d=format!("M-5 {MARK_Y}h{}", width + 10.0)/>
            <text
                class="figure"
                class:warn=said_over
                x=middle
                y=TANK_HEIGHT + 17.0
                text-anchor="middle"
                data-testid=id
                data-bytes=move || told.get().buffered.to_string()
            >
                {move || against_mark(told.get().buffered, told.get().mark)}
            </text>
        </g>
    }
}
