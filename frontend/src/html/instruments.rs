//! What there is besides lessons: cards on the course map, and a menu in the header of every page.
//!
//! Test ids: `instrument-{path}` (cards: `instrument-playground`, `instrument-compare-pipeline`),
//! `instruments` (opens the menu), `go-{path}` (its links).

use super::escape;
use crate::model::instruments::{INSTRUMENTS, Instrument};

/// The cards of the course map.
#[must_use]
pub fn instrument_cards() -> String {
    let cards: String = INSTRUMENTS
        .iter()
        .map(|one| ["<li>", &link(one, "instrument", "card"), "</li>"].concat())
        .collect();
    format!(
        "<section class=\"chapter\" id=\"instruments\"><h2>Instruments</h2><p class=\"muted\">\
         Without a lesson: open one and operate it.</p><ul class=\"cards\">{cards}</ul></section>"
    )
}

/// The menu of the header, which the browser itself opens and closes.
#[must_use]
pub fn instrument_menu() -> String {
    let links: String = INSTRUMENTS
        .iter()
        .map(|one| link(one, "go", "entry"))
        .collect();
    format!(
        "<button class=\"ghost\" popovertarget=\"instrument-menu\" data-testid=\"instruments\">\
         Instruments <span aria-hidden=\"true\">▾</span></button>\
         <nav popover id=\"instrument-menu\" aria-label=\"Instruments\">{links}</nav>"
    )
}

/// The document is loaded anew, because each instrument may be of another bundle.
fn link(one: &Instrument, test_id: &str, class: &str) -> String {
    format!(
        "<a class=\"{class}\" rel=\"external\" href=\"{path}\" data-testid=\"{test_id}{id}\">\
         <b>{title}</b><span class=\"muted\">{says}</span></a>",
        path = one.path,
        id = one.name(),
        title = escape(one.title),
        says = escape(one.says)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_and_the_menu_offer_every_instrument() {
        let (map, menu) = (instrument_cards(), instrument_menu());
        for one in INSTRUMENTS {
            let href = format!("href=\"{}\"", one.path);
            assert!(map.contains(&href) && menu.contains(&href), "{href}");
        }
        assert!(map.contains("data-testid=\"instrument-compare-pipeline\""));
        assert!(menu.contains("data-testid=\"go-playground\""));
    }
}
