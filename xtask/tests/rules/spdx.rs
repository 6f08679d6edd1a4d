//! Licence expressions: `A OR B`, `A AND B`, `A WITH EXCEPTION`, brackets, and the `A/B` of old.

/// Whether a package under `expression` may be used under licences of the list alone.
///
/// What cannot be read is not allowed.
pub(crate) fn allows(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader {
        words: &words,
        allowed,
    };
    reader
        .any()
        .is_some_and(|answer| answer && reader.words.is_empty())
}

struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a [String],
}

impl Reader<'_> {
    /// `A OR B OR …`; AND binds more tightly.
    fn any(&mut self) -> Option<bool> {
        let mut answer = self.all()?;
        while self.take("OR") {
            answer |= self.all()?;
        }
        Some(answer)
    }

    fn all(&mut self) -> Option<bool> {
        let mut answer = self.one()?;
        while self.take("AND") {
            answer &= self.one()?;
        }
        Some(answer)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let answer = self.any()?;
            return self.take(")").then_some(answer);
        }
        let mut name = self.name()?.to_owned();
        if self.take("WITH") {
            name = format!("{name} WITH {}", self.name()?);
        }
        Some(self.allowed.contains(&name))
    }

    fn name(&mut self) -> Option<&str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        (!["OR", "AND", "WITH", "(", ")"].contains(first)).then_some(*first)
    }

    fn take(&mut self, word: &str) -> bool {
        let there = self.words.first() == Some(&word);
        if there {
            self.words = &self.words[1..];
        }
        there
    }
}

#[test]
fn expressions_are_judged_as_spdx_means_them() {
    let allowed = ["MIT", "Zlib", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
    let check =
        |expression, answer| assert_eq!(allows(expression, &allowed), answer, "{expression}");
    check("MIT", true);
    check("GPL-3.0-only", false);
    check("GPL-3.0-only OR MIT", true);
    check("MIT/GPL-3.0", true);
    check("MIT / GPL-3.0", true);
    check("MIT AND Zlib", true);
    check("MIT AND GPL-3.0-only", false);
    check("MIT AND GPL-3.0-only OR Zlib", true);
    check("(MIT OR GPL-3.0-only) AND Zlib", true);
    check("(MIT OR Zlib) AND GPL-3.0-only", false);
    check("Apache-2.0 WITH LLVM-exception", true);
    check("Apache-2.0", false);
    check("MIT WITH LLVM-exception", false);
    for unreadable in ["", "MIT OR", "(MIT", "MIT Zlib", "OR", "MIT WITH"] {
        check(unreadable, false);
    }
}
