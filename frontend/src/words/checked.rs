//! What the rules were compared with.

use spillway_streams::CHECKED;

use super::number::exact;

/// The last comparison with real Node, in a sentence.
#[must_use]
pub fn checked() -> String {
    let [first, second, third] = CHECKED.nodes;
    format!(
        "Checked against real Node: in {} cases and {} random lists of operations, these streams \
         did what Node {first}, {second} and {third} do.",
        exact(CHECKED.cases.into()),
        exact(CHECKED.random_lists.into())
    )
}

#[cfg(test)]
mod tests {
    use super::checked;

    #[test]
    fn the_sentence_has_the_counts_and_versions_of_the_file() {
        let file = include_str!("../../../crates/streams/checked.json");
        let file: serde_json::Value = serde_json::from_str(file).unwrap();
        let sentence = checked();
        for node in file["nodes"].as_array().unwrap() {
            assert!(sentence.contains(node.as_str().unwrap()), "{sentence}");
        }
        for count in ["cases", "random_lists"] {
            let count = super::exact(file[count].as_u64().unwrap());
            assert!(sentence.contains(&count), "{sentence}");
        }
    }
}
