//! The chain of causes.

use spillway_streams::RunView;

use super::phrase;
use crate::model::causes::{Link, Says};
use crate::words::causes::step;
use crate::words::number::seconds;
use crate::words::phrase::Phrase;

/// The steps as list items with a button each that goes to its event, then the rules behind them.
/// `current` is the event that is shown. Test ids: `why-step` (with `data-seq`, `data-stage`),
/// `why-gap`, `why-rule`.
#[must_use]
pub fn steps(links: &[Link], rules: &[Phrase], view: &RunView, current: Option<u64>) -> String {
    let mut html = String::new();
    for link in links {
        let said = phrase(&step(link, view));
        if matches!(link.says, Says::LeftOut { .. }) {
            html.push_str(&format!("<li data-testid=\"why-gap\">{said}</li>"));
            continue;
        }
        let stage = view.stage(link.stage).map_or("", |stage| &stage.name);
        let here = match current == Some(link.seq) {
            true => " aria-current=\"true\"",
            false => "",
        };
        html.push_str(&format!(
            "<li><button data-testid=\"why-step\" data-seq=\"{}\" data-stage=\"{}\"{here}>\
             <span class=\"time\">{}</span> {said}</button></li>",
            link.seq,
            super::escape(stage),
            seconds(link.at_us),
        ));
    }
    for rule in rules {
        let rule = phrase(rule);
        html.push_str(&format!(
            "<li class=\"rule\" data-testid=\"why-rule\">{rule}</li>"
        ));
    }
    html
}

#[cfg(test)]
mod tests {
    use spillway_streams::{EventKind, StageId};

    use super::*;
    use crate::model::sample;

    #[test]
    fn each_step_is_a_button_to_its_event() {
        let links = [
            Link {
                seq: 7,
                at_us: 3_411_000,
                stage: StageId(3),
                says: Says::Event(EventKind::Drain),
            },
            Link {
                seq: 7,
                at_us: 3_411_000,
                stage: StageId(3),
                says: Says::LeftOut { events: 2 },
            },
        ];
        let rules = [Phrase::new().text("a < b")];
        let html = steps(&links, &rules, &sample::pipeline(), Some(7));
        let button = "data-seq=\"7\" data-stage=\"sink\" aria-current=\"true\">";
        assert!(html.contains(button), "{html}");
        assert!(html.contains("<b>out.csv.gz</b> drained"), "{html}");
        assert_eq!(
            html.matches("<button").count(),
            1,
            "what was left out cannot be gone to"
        );
        assert!(html.contains("a &lt; b"), "{html}");
    }
}
