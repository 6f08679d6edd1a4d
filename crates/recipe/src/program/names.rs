//! Names of variables, made of the names of stages.

/// Names that are given out, each once.
pub(super) struct Names {
    taken: Vec<String>,
}

impl Names {
    /// None of these is given out.
    pub(super) fn without(reserved: &[&str]) -> Self {
        Self {
            taken: reserved.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    /// A name like this one that is not taken; `suffix` comes behind one that is.
    pub(super) fn take(&mut self, like: String, suffix: &str) -> String {
        let mut name = like;
        if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) {
            name.insert_str(0, "stage");
        }
        if self.taken.contains(&name) {
            name.push_str(suffix);
        }
        let mut number = 2;
        let mut free = name.clone();
        while self.taken.contains(&free) {
            free = [&*name, &number.to_string()].concat();
            number += 1;
        }
        self.taken.push(free.clone());
        free
    }
}

/// `big-ones` as `bigOnes`.
pub(super) fn camel(name: &str) -> String {
    let mut out = String::new();
    for part in name.split(['-', '_']).filter(|part| !part.is_empty()) {
        let (first, rest) = part.split_at(1);
        let first = if out.is_empty() {
            first.to_ascii_lowercase()
        } else {
            first.to_ascii_uppercase()
        };
        out.push_str(&first);
        out.push_str(rest);
    }
    out
}

/// `big-ones` as `big_ones`.
pub(super) fn snake(name: &str) -> String {
    let parts = name.split(['-', '_']).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("_").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{Names, camel, snake};

    #[test]
    fn names_of_variables_are_allowed_and_differ() {
        let mut names = Names::without(&["null"]);
        let mut take = |name| names.take(camel(name), "Stage");
        assert_eq!(take("big-ones"), "bigOnes");
        assert_eq!(take("big_ones"), "bigOnesStage");
        assert_eq!(take("Big_Ones"), "bigOnesStage2");
        assert_eq!(take("null"), "nullStage");
        assert_eq!(take("2nd"), "stage2nd");
        assert_eq!(take("-_-"), "stage");
        assert_eq!(snake("Big-ones"), "big_ones");
    }
}
