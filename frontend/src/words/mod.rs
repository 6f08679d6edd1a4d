//! What the page says: pure functions from what is known to words. Nothing here knows a browser.

pub mod badge;
pub mod causes;
pub mod chat;
mod checked;
pub mod clock;
pub mod closing;
pub mod compare;
pub mod emoji;
pub mod log_line;
pub mod moment;
pub mod narrator;
pub mod number;
pub mod phrase;
pub mod pressure;
pub mod transports;
pub mod verbs;
pub mod verdict;
pub mod wire;
pub mod workbench;

pub use checked::checked;

use self::number::NARROW;
use spillway_streams::{Resources, RunView, StageId};

/// What a stage is called; an unknown one is named by its number.
#[must_use]
pub fn label(view: &RunView, id: StageId) -> String {
    view.stage(id)
        .map_or_else(|| format!("stage {}", id.0), |stage| stage.label.clone())
}

/// `1 file, 2 timers`: what is open, or `nothing`.
#[must_use]
pub fn resources(open: Resources) -> String {
    let kinds = [
        (open.files, "file"),
        (open.sockets, "socket"),
        (open.timers, "timer"),
    ];
    let there = kinds.iter().filter(|(count, _)| *count > 0);
    let said: Vec<String> = there.map(|(count, kind)| several(*count, kind)).collect();
    if said.is_empty() {
        "nothing".to_owned()
    } else {
        said.join(", ")
    }
}

fn several(count: u64, kind: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count}{NARROW}{kind}{s}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_counted_in_words() {
        let open = Resources {
            files: 2,
            sockets: 0,
            timers: 1,
        };
        assert_eq!(resources(open).replace(NARROW, " "), "2 files, 1 timer");
        assert_eq!(resources(Resources::default()), "nothing");
    }
}
