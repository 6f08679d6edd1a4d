//! "Did you mean": the known name that a mistyped one is closest to.

/// `; did you mean `name`?` when one of the known names is close, else those that there are.
pub(crate) fn hint(word: &str, known: &[&str]) -> String {
    // Two letters swapped are two changes; with more than this it is another word.
    let limit = if word.chars().count() < 4 { 1 } else { 2 };
    let near = known.iter().map(|name| (changes(word, name), name)).min();
    match near {
        Some((changes, name)) if changes <= limit => ["; did you mean `", name, "`?"].concat(),
        _ => ["; allowed are ", &known.join(", ")].concat(),
    }
}

/// Letters to insert, delete or change to make one word the other (Levenshtein).
fn changes(a: &str, b: &str) -> usize {
    let b = b.as_bytes();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
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
