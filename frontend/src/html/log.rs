//! The lines of the log.

use super::{escape, phrase};
use crate::words::log_line::Line;

/// Lines as options of a list, one of which may be selected. Test ids: `log-line` (with `data-seq`,
/// `data-tag`).
#[must_use]
pub fn rows(lines: &[Line], selected: Option<u64>) -> String {
    let row = |line: &Line| row(line, selected == Some(line.seq));
    lines.iter().map(row).collect()
}

fn row(line: &Line, selected: bool) -> String {
    let Line {
        seq,
        time,
        tag,
        tone,
        phrase: said,
    } = line;
    let tag = escape(tag);
    format!(
        "<li id=\"log-{seq}\" role=\"option\" aria-selected=\"{selected}\" \
         data-testid=\"log-line\" data-seq=\"{seq}\" data-tag=\"{tag}\">\
         <span class=\"time\">{time}</span>\
         <span class=\"tag {}\">{tag}</span>\
         <span class=\"phrase\">{}</span></li>",
        tone.class(),
        phrase(said)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::phrase::{Phrase, Tone};

    #[test]
    fn a_line_has_its_time_its_tag_and_its_sentence() {
        let line = Line {
            seq: 7,
            time: "0.120".to_owned(),
            tag: "drain",
            tone: Tone::Water,
            phrase: Phrase::new().name("sink").text(" drained"),
        };
        let row = rows(&[line], Some(7));
        assert!(row.contains("data-seq=\"7\" data-tag=\"drain\""), "{row}");
        assert!(row.contains("aria-selected=\"true\""), "{row}");
        assert!(row.contains("<b>sink</b> drained"), "{row}");
    }
}
