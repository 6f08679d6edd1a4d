//! "Did you mean": the known name that a mistyped one is closest to.

use strsim::levenshtein;

/// `; did you mean `name`?` when one of the known names is close to `word`, else nothing.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    // Two letters swapped are two changes; with more than this it is another word.
    let limit = if word.chars().count() < 4 { 1 } else { 2 };
    known
        .into_iter()
        .map(|name| (levenshtein(word, name), name))
        .filter(|(changes, _)| *changes <= limit)
        .min()
        .map_or_else(String::new, |(_, name)| format!("; did you mean `{name}`?"))
}

/// The names in backticks, separated by commas.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn a_slip_finds_its_name_and_another_word_does_not() {
        let known = ["source", "filter", "sink"];
        assert_eq!(did_you_mean("filtr", known), "; did you mean `filter`?");
        assert_eq!(did_you_mean("snik", known), "; did you mean `sink`?");
        assert_eq!(did_you_mean("sinc", known), "; did you mean `sink`?");
        assert_eq!(did_you_mean("gzip", known), "");
    }
}
