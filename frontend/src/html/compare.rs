//! The parts of the side-by-side view that are read: what there is to compare, and the table.
//!
//! Test ids: `compare-{which}` (links), `fact-{id}-{left|right}` (with `data-value`).

use super::escape;
use crate::model::compare::{ALL, Which};
use crate::words::compare::{Cell, Row};

/// Links to every comparison; the one that is open is marked.
#[must_use]
pub fn comparisons(open: Option<Which>) -> String {
    let link = |which: Which| {
        let current = match open == Some(which) {
            true => " aria-current=\"page\"",
            false => "",
        };
        format!(
            "<a href=\"/compare/{slug}\" data-testid=\"compare-{slug}\"{current}>{}</a>",
            escape(which.title()),
            slug = which.slug()
        )
    };
    ALL.into_iter().map(link).collect()
}

/// The table of what was measured.
#[must_use]
pub fn facts(titles: [&str; 2], rows: &[Row]) -> String {
    let heads: String = titles
        .iter()
        .map(|title| format!("<th scope=\"col\">{}</th>", escape(title)))
        .collect();
    let body: String = rows.iter().map(fact).collect();
    format!(
        "<caption class=\"unseen\">What was measured of both runs</caption>\
         <thead><tr><td></td>{heads}</tr></thead><tbody>{body}</tbody>"
    )
}

fn fact(row: &Row) -> String {
    let class = if row.differs() {
        " class=\"differs\""
    } else {
        ""
    };
    let sides = row.cells.iter().zip(["left", "right"]);
    let cells: String = sides
        .map(|(cell, side)| figure(row.id, side, cell.as_ref()))
        .collect();
    format!(
        "<tr{class}><th scope=\"row\">{}</th>{cells}</tr>",
        row.label
    )
}

fn figure(id: &str, side: &str, cell: Option<&Cell>) -> String {
    let Some(Cell { raw, text }) = cell else {
        return "<td class=\"muted\">not yet</td>".to_owned();
    };
    format!(
        "<td data-testid=\"fact-{id}-{side}\" data-value=\"{raw}\">{}</td>",
        escape(text)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_is_not_there_is_said_to_be_missing() {
        let row = Row {
            id: "peak",
            label: "most held",
            cells: [
                Some(Cell {
                    raw: 7,
                    text: "<7>".to_owned(),
                }),
                None,
            ],
        };
        let table = facts(["a", "b"], &[row]);
        assert!(table.contains("data-testid=\"fact-peak-left\" data-value=\"7\">&lt;7&gt;<"));
        assert!(table.contains("not yet") && !table.contains("fact-peak-right"));
    }

    #[test]
    fn the_open_comparison_is_marked_among_the_links() {
        let links = comparisons(Some(Which::Pipeline));
        assert_eq!(links.matches("<a ").count(), ALL.len());
        assert!(links.contains("data-testid=\"compare-pipeline\" aria-current=\"page\""));
        assert!(!comparisons(None).contains("aria-current"));
    }
}
