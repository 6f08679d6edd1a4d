//! "Did you mean": the known name that a mistyped one is closest to.

use strsim::levenshtein;

/// `; did you mean `name`?` when one of the known names is close, else those that there are.
pub(crate) fn hint(word: &str, known: &[&str]) -> String {
    // Two letters swapped are two changes; with more than this it is another word.
    let limit = if word.chars().count() < 4 { 1 } else { 2 };
    let near = known.iter().map(|name| (levenshtein(word, name), name));
    match near.min() {
        Some((changes, name)) if changes <= limit => ["; did you mean `", name, "`?"].concat(),
        _ => ["; allowed are ", &known.join(", ")].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::hint;

    #[test]
    fn a_slip_finds_its_name_and_another_word_finds_all() {
        let known = ["gzip", "gunzip"];
        assert_eq!(hint("gzpi", &known), "; did you mean `gzip`?");
        assert_eq!(hint("frame", &known), "; allowed are gzip, gunzip");
    }
}
