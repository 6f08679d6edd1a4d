//! Parts of the page as HTML text: what is read and not operated. The browser's own parser makes
//! the elements, which costs the page far fewer bytes than a component for each. Whatever comes
//! from outside goes through [`escape`].

mod buffer;
mod causes;
pub mod chat;
mod closing;
mod compare;
mod course;
mod instruments;
mod lesson;
mod log;
mod marks;
mod menu;
mod playground;
mod predict;
mod pressure;
mod transports;
mod workbench;

use crate::words::checked;
use crate::words::phrase::{Part, Phrase};

pub use buffer::{bytes, chunk, queue};
pub use causes::steps;
pub use closing::{NOTHING_ENDED, ending, lines, ways as closing_ways};
pub use compare::{comparisons, facts};
pub use course::{course_map, kept_progress, lesson_list, read_progress};
pub use instruments::{instrument_cards, instrument_menu};
pub use lesson::{goals, shown, titles, way};
pub use log::rows;
pub use marks::marks;
pub use menu::menu;
pub use playground::{palette, presets};
pub use predict::{answered, predict_said, question};
pub use pressure::gauges;
pub use transports::ways;
pub use workbench::{bits, form, preset_list, request, rule, steps as scenario_steps, verdict};

/// Text as it stands in HTML, in an attribute too.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// What stands behind every picture: that the rules were compared with real Node.
///
/// Test id: `checked`.
#[must_use]
pub fn badge() -> String {
    format!(
        "<p class=\"checked\" data-testid=\"checked\"><b>✓</b> {}</p>",
        escape(&checked())
    )
}

/// A sentence with its names, code and reasons set apart.
#[must_use]
pub fn phrase(phrase: &Phrase) -> String {
    let part = |part: &Part| {
        let text = escape(part.as_str());
        match part {
            Part::Text(_) => text,
            Part::Name(_) => format!("<b>{text}</b>"),
            Part::Code(_) => format!("<code>{text}</code>"),
            Part::Because(_) => format!("<span class=\"because\">{text}</span>"),
        }
    };
    phrase.0.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let said = Phrase::new().name("<img src=x>").code("a & \"b\"");
        assert_eq!(
            phrase(&said),
            "<b>&lt;img src=x&gt;</b><code>a &amp; &quot;b&quot;</code>"
        );
    }
}
