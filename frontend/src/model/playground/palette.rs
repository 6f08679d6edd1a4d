//! The kinds of stages as they are offered.

use spillway_protocol::stages::{Side, StageKind};

/// A group of kinds: its title, and the kinds in it that a search finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Group<'a> {
    /// What it is called.
    pub title: &'static str,
    /// What Node calls its stages.
    pub side: &'static str,
    /// Its kinds.
    pub kinds: Vec<&'a StageKind>,
}

/// The kinds whose name or description has all words of the search, in their groups. Groups in
/// which nothing is found are left out.
#[must_use]
pub fn groups<'a>(kinds: &'a [StageKind], search: &str) -> Vec<Group<'a>> {
    let search = search.to_lowercase();
    let words: Vec<&str> = search.split_whitespace().collect();
    let found = |kind: &StageKind| {
        let about = kind.about.to_lowercase();
        let has = |word: &&str| kind.kind.contains(word) || about.contains(word);
        words.iter().all(has)
    };
    let group = |title, side, is_in: fn(Side) -> bool| Group {
        title,
        side,
        kinds: kinds
            .iter()
            .filter(|kind| is_in(kind.side) && found(kind))
            .collect(),
    };
    let groups = [
        group("Sources", "Readable", |side| side == Side::Readable),
        group("Transforms", "Transform, Duplex", gives_and_takes),
        group("Destinations", "Writable", |side| side == Side::Writable),
    ];
    let some = |group: &Group<'_>| !group.kinds.is_empty();
    groups.into_iter().filter(some).collect()
}

const fn gives_and_takes(side: Side) -> bool {
    matches!(side, Side::Transform | Side::Duplex)
}

/// Whether others can read from a kind. One that is not known may be anything.
#[must_use]
pub fn gives(kinds: &[StageKind], kind: &str) -> bool {
    side_of(kinds, kind).is_none_or(|side| side != Side::Writable)
}

/// Whether others can write to a kind.
#[must_use]
pub fn takes(kinds: &[StageKind], kind: &str) -> bool {
    side_of(kinds, kind).is_none_or(|side| side != Side::Readable)
}

/// Which sides a kind has, when it is known.
#[must_use]
pub fn side_of(kinds: &[StageKind], kind: &str) -> Option<Side> {
    let found = kinds.iter().find(|known| known.kind == kind);
    found.map(|kind| kind.side)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::playground::edit::tests::kinds;

    #[test]
    fn kinds_are_offered_by_what_they_are() {
        let kinds = kinds();
        let groups = groups(&kinds, "");
        let titles: Vec<_> = groups.iter().map(|group| group.title).collect();
        assert_eq!(titles, ["Sources", "Transforms", "Destinations"]);
        assert_eq!(groups[0].kinds[0].kind, "csv_sample");
        assert_eq!(groups[1].kinds.len(), 2);
    }

    #[test]
    fn a_search_looks_into_names_and_descriptions() {
        let kinds = kinds();
        let found = groups(&kinds, "Compress");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kinds[0].kind, "gzip");
        assert!(groups(&kinds, "zebra").is_empty());
    }

    #[test]
    fn an_unknown_kind_may_have_either_side() {
        let kinds = kinds();
        assert!(gives(&kinds, "zebra") && takes(&kinds, "zebra"));
        assert!(!takes(&kinds, "csv_sample") && !gives(&kinds, "null"));
    }
}
