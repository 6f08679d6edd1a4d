//! Which licences may come in (deny.toml).

use std::fs;

use crate::metadata::{METADATA, root};
use crate::spdx;

#[test]
fn every_package_may_be_had_under_an_allowed_licence() {
    let allowed = allowed();
    let wrong: Vec<String> = METADATA
        .packages
        .iter()
        .filter(|package| {
            !package
                .licence
                .as_ref()
                .is_some_and(|licence| spdx::allows(licence, &allowed))
        })
        .map(|it| {
            format!(
                "{} {}: {}",
                it.name,
                it.version,
                it.licence.as_deref().unwrap_or("none")
            )
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "not on the list of deny.toml:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn no_copyleft_but_mozillas_is_on_the_list() {
    for licence in allowed() {
        let copyleft = ["GPL", "EUPL", "CDDL", "EPL", "OSL", "CC-BY-SA", "SSPL"];
        assert!(
            !copyleft.iter().any(|word| licence.contains(word)),
            "{licence}"
        );
    }
}

fn allowed() -> Vec<String> {
    let text = fs::read_to_string(root().join("deny.toml")).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let list = table["licenses"]["allow"].as_array().unwrap();
    list.iter()
        .map(|licence| licence.as_str().unwrap().to_owned())
        .collect()
}
