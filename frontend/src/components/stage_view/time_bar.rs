//! How a stage spends its time: busy, held back, idle, always a whole.

use leptos::prelude::*;

use crate::geometry::layout::CARD_HEIGHT;
use crate::geometry::tank::as_float;
use crate::model::meter::Share;

/// The thin bar at the foot of a card; nothing before the server has reported.
#[component]
pub fn TimeBar(
    /// Width of the bar.
    width: f64,
    /// The shares.
    share: Memo<Option<Share>>,
) -> impl IntoView {
    let part = move |thousandths: u64| width * as_float(thousandths) / 1_000.0;
    let busy = move || share.get().map_or(0.0, |share| part(share.busy));
    let held = move || share.get().map_or(0.0, |share| part(share.held));
    let says = move || {
        share.get().map_or_else(String::new, |share| {
            let idle = 1_000 - share.busy - share.held;
            format!(
                "busy {} %, held back {} %, idle {} %",
                share.busy / 10,
                share.held / 10,
                idle / 10
            )
        })
    };
    view! {
        <g class="time" transform=format!("translate(16 {})", CARD_HEIGHT - 20.0)>
            <title>{says}</title>
            <rect class="idle" width=width height="7" rx="3.5"/>
            <rect class="busy" width=busy height="7" rx="3.5"/>
            <rect x=busy width=held height="7" rx="3.5" fill="url(#hatch)"/>
        </g>
    }
}
