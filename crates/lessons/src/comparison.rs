//! What is asked of a property, of a run or of what crosses: `sink.closed`, `!masked`, `bytes >= 10`.

/// What has to be true of a property's value, which is 1 for what is true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Test {
    Is(bool),
    Equals(u64),
    AtLeast(u64),
    AtMost(u64),
}

impl Test {
    pub(crate) fn holds(self, value: u64) -> bool {
        match self {
            Self::Is(wanted) => value == u64::from(wanted),
            Self::Equals(wanted) => value == wanted,
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
        }
    }
}

/// A term in its parts, before its property is looked up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts<'text> {
    /// What names the property.
    pub(crate) path: &'text str,
    negated: bool,
    comparison: &'text str,
}

impl<'text> Parts<'text> {
    pub(crate) fn of(term: &'text str) -> Self {
        let (path, comparison) = match term.find(['<', '>', '=']) {
            Some(at) => (term[..at].trim(), term[at..].trim()),
            None => (term, ""),
        };
        let (path, negated) = match path.strip_prefix('!') {
            Some(path) => (path, true),
            None => (path, false),
        };
        Self {
            path,
            negated,
            comparison,
        }
    }

    /// What is asked of the property `name`, which is true or false, or else a number that can be
    /// compared by one of the `signs`.
    pub(crate) fn test(self, name: &str, is_flag: bool, signs: &[&str]) -> Result<Test, String> {
        let Self {
            path,
            negated,
            comparison,
        } = self;
        match (is_flag, negated) {
            (true, _) if comparison.is_empty() => Ok(Test::Is(!negated)),
            (true, _) => Err(format!(
                "`{name}` is true or false; write `{path}` or `!{path}`"
            )),
            (false, true) => Err(format!("`{name}` is a number and takes no `!`")),
            (false, false) => compared(comparison, signs).ok_or_else(|| {
                let ways: Vec<_> = signs
                    .iter()
                    .map(|sign| format!("`{path} {sign} NUMBER`"))
                    .collect();
                format!("`{name}` is a number; write {}", ways.join(" or "))
            }),
        }
    }
}

fn compared(text: &str, signs: &[&str]) -> Option<Test> {
    let (sign, number) = signs
        .iter()
        .find_map(|sign| Some((*sign, text.strip_prefix(sign)?)))?;
    let number = number.trim().replace('_', "").parse().ok()?;
    Some(match sign {
        ">=" => Test::AtLeast(number),
        "<=" => Test::AtMost(number),
        _ => Test::Equals(number),
    })
}
