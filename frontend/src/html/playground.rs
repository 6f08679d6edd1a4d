//! The stages to choose from, and the pipelines to begin with.
//!
//! Test ids: `kind-{name}`, `preset-{id}`.

use spillway_protocol::stages::StageKind;

use super::escape;
use crate::model::playground::palette::Group;
use crate::model::playground::presets::Preset;

/// The groups of stages that a search found.
#[must_use]
pub fn palette(groups: &[Group<'_>], search: &str) -> String {
    if groups.is_empty() && !search.trim().is_empty() {
        return format!(
            "<p class=\"muted\">No stage has “{}” in its name or description.</p>",
            escape(search.trim())
        );
    }
    groups.iter().map(group).collect()
}

fn group(group: &Group<'_>) -> String {
    let kinds: String = group.kinds.iter().copied().map(kind).collect();
    format!(
        "<h2>{} <small>{}</small></h2><ul>{kinds}</ul>",
        group.title, group.side
    )
}

fn kind(kind: &StageKind) -> String {
    let (name, about) = (escape(&kind.kind), escape(&kind.about));
    let short = escape(plain(&kind.about));
    format!(
        "<li><button class=\"kind\" data-kind=\"{name}\" data-testid=\"kind-{name}\" \
         title=\"{about}\"><b>{name}</b><small>{short}</small></button></li>"
    )
}

/// A description without what the group says already.
fn plain(about: &str) -> &str {
    let begins = [
        "Readable over ",
        "Readable of ",
        "Transform that ",
        "Duplex over ",
        "Writable that ",
        "Writable to ",
    ];
    let plain = begins.iter().find_map(|begin| about.strip_prefix(begin));
    plain.unwrap_or(about)
}

/// The pipelines to begin with.
#[must_use]
pub fn presets(presets: &[Preset]) -> String {
    let card = |preset: &Preset| {
        format!(
            "<li><button class=\"preset\" data-preset=\"{id}\" data-testid=\"preset-{id}\">\
             <b>{}</b><span>{}</span></button></li>",
            escape(preset.title),
            escape(preset.about),
            id = preset.id,
        )
    };
    let cards: String = presets.iter().map(card).collect();
    format!(
        "<h2>Begin with one of these, then press Run it</h2><ul>{cards}</ul>\
         <p class=\"muted\">Or choose a source from the list of stages, then what comes behind it.</p>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::playground::edit::tests::kinds;
    use crate::model::playground::palette::groups;
    use crate::model::playground::presets::PRESETS;

    #[test]
    fn every_kind_and_every_preset_can_be_chosen() {
        let kinds = kinds();
        let text = palette(&groups(&kinds, ""), "");
        for kind in &kinds {
            assert!(text.contains(&format!("data-kind=\"{}\"", kind.kind)));
        }
        let text = presets(&PRESETS);
        assert_eq!(text.matches("data-preset").count(), PRESETS.len());
    }

    #[test]
    fn a_search_without_a_find_is_repeated_as_text() {
        let text = palette(&[], "<b>");
        assert!(text.contains("No stage has “&lt;b&gt;”"), "{text}");
    }
}
