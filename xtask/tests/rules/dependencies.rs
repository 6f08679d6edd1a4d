//! Who may depend on whom (ARCHITECTURE.md).

use std::collections::BTreeSet;

use crate::metadata::METADATA;

/// Each crate of the workspace with those of the others it may use. `spillway`, the page, the
/// browser tests, the benchmarks and xtask are in nobody's list.
const HOUSE: [(&str, &[&str]); 10] = [
    ("spillway-streams", &[]),
    ("spillway-websocket", &[]),
    ("spillway-protocol", &["spillway-streams"]),
    ("spillway-recipe", &["spillway-protocol"]),
    (
        "spillway-lessons",
        &[
            "spillway-protocol",
            "spillway-streams",
            "spillway-websocket",
        ],
    ),
    (
        "spillway",
        &[
            "spillway-lessons",
            "spillway-protocol",
            // Its tests run the programs.
            "spillway-recipe",
            "spillway-streams",
            "spillway-websocket",
        ],
    ),
    (
        "spillway-frontend",
        &[
            "spillway-protocol",
            "spillway-recipe",
            "spillway-streams",
            "spillway-websocket",
        ],
    ),
    (
        "spillway-e2e",
        &[
            "spillway-protocol",
            "spillway-recipe",
            "spillway-streams",
            "spillway-websocket",
        ],
    ),
    ("xtask", &[]),
    ("spillway-bench", &[]),
];

/// Beginnings of names of packages, with the crates that may know them.
const RESERVED: [(&str, &[&str]); 6] = [
    ("axum", &["spillway"]),
    // The browser tests hand fantoccini its connector.
    ("hyper", &["spillway", "spillway-e2e"]),
    ("tower", &["spillway"]),
    // The client of the chats holds thousands of connections.
    ("tokio", &["spillway", "spillway-e2e", "spillway-bench"]),
    ("leptos", &["spillway-frontend"]),
    ("web-sys", &["spillway-frontend"]),
];

/// They compile for the server and for the page, and know neither.
const PURE: [&str; 4] = [
    "spillway-streams",
    "spillway-websocket",
    "spillway-protocol",
    "spillway-recipe",
];

#[test]
fn every_crate_uses_only_those_it_may() {
    let house = HOUSE.map(|(name, _)| name);
    for member in METADATA.members() {
        let Some((_, allowed)) = HOUSE.iter().find(|(name, _)| *name == member.name) else {
            panic!(
                "`{}` is new: add it to HOUSE with what it may use",
                member.name
            );
        };
        let used = member
            .dependencies
            .iter()
            .filter(|name| house.contains(&name.as_str()));
        for name in used {
            assert!(
                allowed.contains(&name.as_str()),
                "`{}` may not use `{name}`",
                member.name
            );
        }
    }
}

#[test]
fn only_the_server_knows_axum_and_only_the_page_knows_leptos() {
    for member in METADATA.members() {
        for (prefix, allowed) in RESERVED {
            if allowed.contains(&member.name.as_str()) {
                continue;
            }
            let known = member
                .dependencies
                .iter()
                .find(|name| name.starts_with(prefix));
            assert_eq!(known, None, "`{}` may not know {prefix}", member.name);
        }
    }
}

#[test]
fn the_pure_crates_link_no_runtime_and_no_framework() {
    for name in PURE {
        let linked = METADATA.linked_by(name);
        let wrong: BTreeSet<_> = linked
            .iter()
            .filter(|linked| {
                RESERVED
                    .iter()
                    .any(|(prefix, _)| linked.starts_with(prefix))
            })
            .collect();
        assert!(wrong.is_empty(), "`{name}` links {wrong:?}");
    }
}
